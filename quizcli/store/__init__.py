"""The review log: one SQLite file that events are appended to and that nothing else changes."""

from quizcli.store.log import Store
from quizcli.store.opening import DATABASE, open_store

__all__ = ["DATABASE", "Store", "open_store"]
