"""The fold's cache: what the events up to a sequence come to, item by item.

It may be dropped at any time. It is only ever whole: a write that cannot know that the rows there
are the ones it builds on writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from quizcli.store.transaction import reading, writing

_HEAD = "SELECT fingerprint, sequence FROM fold_head"
_PUT_HEAD = "INSERT OR REPLACE INTO fold_head (one, fingerprint, sequence) VALUES (1, ?, ?)"
_PUT_ROW = "INSERT OR REPLACE INTO fold (item, state) VALUES (?, ?)"


class FoldCache:
    """The two tables of the cache, as one process sees them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # The fingerprint and sequence that this process last read or wrote: its next rows say what
        # changed since then, and nothing about what another process folded before.
        self._known: tuple[str, int] | None = None

    def read(self, fingerprint: str) -> tuple[int, dict[str, str]] | None:
        """The sequence and the rows, None when there are none for this fingerprint."""
        self._known = None
        with reading(self._connection):
            head = self._connection.execute(_HEAD).fetchone()
            last = self._connection.execute("SELECT coalesce(max(sequence), 0) FROM event").fetchone()[0]
            if head is None or head[0] != fingerprint or not 0 <= head[1] <= last:
                return None
            rows = dict(self._connection.execute("SELECT item, state FROM fold"))
        self._known = (fingerprint, head[1])
        return head[1], rows

    def write(self, fingerprint: str, sequence: int, rows: Mapping[str, str], *, replace: bool) -> bool:
        """Write the rows if they are known to make a whole cache; say whether they were written."""
        known, self._known = self._known, None
        with writing(self._connection):
            if replace:
                self._connection.execute("DELETE FROM fold")
            elif not self._follows(known, fingerprint, sequence):
                return False
            self._connection.executemany(_PUT_ROW, rows.items())
            self._connection.execute(_PUT_HEAD, (fingerprint, sequence))
        self._known = (fingerprint, sequence)
        return True

    def drop(self) -> None:
        """Forget everything; the next fold starts from the first event."""
        self._known = None
        with writing(self._connection):
            self._connection.execute("DELETE FROM fold")
            self._connection.execute("DELETE FROM fold_head")

    def _follows(self, known: tuple[str, int] | None, fingerprint: str, sequence: int) -> bool:
        head = self._connection.execute(_HEAD).fetchone()
        if head is None or known is None or (head[0], known[0]) != (fingerprint, fingerprint):
            return False
        # The rows cover (known, sequence]; with the head inside, nothing is missed or taken back.
        return bool(known[1] <= head[1] <= sequence)
