"""Explicit transactions; sqlite3's implicit ones are switched off by ``isolation_level=None``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock for the block; commit at its end, roll back on any exception."""
    with _transaction(connection, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """See one state of the file throughout the block, whatever others write meanwhile."""
    with _transaction(connection, "BEGIN"):
        yield


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    try:
        connection.execute(begin)
        yield
        connection.execute("COMMIT")
    except BaseException:  # Ctrl-C too must not leave the lock held
        if connection.in_transaction:
            with suppress(sqlite3.Error):  # the first fault is the one to report
                connection.execute("ROLLBACK")
        raise
