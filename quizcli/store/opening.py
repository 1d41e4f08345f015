"""Opening the log: everything that may be wrong with the file is found before anything changes it."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from quizcli.errors import StoreError
from quizcli.store.faults import READ_ONLY, damaged, primary_code, translated
from quizcli.store.log import Store, device_of
from quizcli.store.migrations import APPLICATION_ID, NEWEST, migrate, schema_version
from quizcli.store.transaction import reading

DATABASE = "quizcli.db"
"""The name of the log in the data folder."""

_OLDEST_SQLITE = (3, 37)  # strict tables
_NEW_HOME = "move it aside, or set QUIZCLI_HOME to another folder"


def open_store(folder: Path, *, busy_seconds: float = 5.0) -> Store:
    """Open the log of a data folder; make both if they are not there yet.

    Args:
        folder: the data folder.
        busy_seconds: how long to wait for another program that is writing.

    Raises:
        StoreError: the folder cannot be made, or the file is another program's, from a newer
            version, damaged, locked, or cannot be read. The file is as it was.
    """
    path = folder / DATABASE
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} is too old, 3.37 is needed",
            where=str(path),
            remedy="use a newer Python",
        )
    _prepare(folder, path)
    connection, read_only = _checked_connection(path, busy_seconds)
    try:
        if not read_only:
            with translated(path):
                _set_up(connection, busy_seconds)
        return Store(connection, path, read_only=read_only)
    except BaseException:
        connection.close()
        raise


def _prepare(folder: Path, path: Path) -> None:
    """Make the folder; see that the place of the file holds a file or nothing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise StoreError(
                "the log's place is taken by something that is no file", where=str(path), remedy=_NEW_HOME
            )
        size = path.stat().st_size if path.exists() else 0
        if size == 0 and _wal_size(path):
            # SQLite would take the empty file for a new one and delete the answers in the -wal file.
            raise damaged("the file is empty, but its -wal file is not", path)
        if size == 1:  # which SQLite takes for an empty file, and writes over
            raise damaged("the file is one byte long", path)
    except OSError as error:
        is_file = isinstance(error, FileExistsError | NotADirectoryError)
        what = "a file is in its place" if is_file else error.strerror
        raise StoreError(
            f"the data folder cannot be used: {what}",
            where=str(folder),
            remedy="set QUIZCLI_HOME to a folder that can be written",
        ) from error


def _checked_connection(path: Path, busy_seconds: float) -> tuple[sqlite3.Connection, bool]:
    """A connection to a file that is ours, and whether it can only read."""
    if _wal_size(path):
        # Closing a read-only connection does not move the -wal file's pages into a file that may
        # turn out to be somebody else's.
        _checked(path, "mode=ro", busy_seconds).close()
    try:
        connection = _checked(path, "mode=rw" if path.exists() else "mode=rwc", busy_seconds)
        read_only = not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    except StoreError as error:
        if not _is_unwritable(error) or not path.exists() or _wal_size(path):
            raise
        # A folder in which SQLite cannot make its -shm file. There is no -wal file to miss either.
        connection, read_only = _checked(path, "mode=ro&immutable=1", busy_seconds), True
    if read_only and schema_version(connection) < NEWEST:
        connection.close()
        raise StoreError("the log is of an older version and read-only", where=str(path), remedy=READ_ONLY)
    return connection, read_only


def _is_unwritable(error: StoreError) -> bool:
    cause = error.__cause__
    return isinstance(cause, sqlite3.Error) and primary_code(cause) in (
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    )


def _checked(path: Path, mode: str, busy_seconds: float) -> sqlite3.Connection:
    """Connect, and read no more than what tells whose file this is and which version."""
    with translated(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=busy_seconds, isolation_level=None
        )
    try:
        # One transaction: another first start may commit between two of these.
        with translated(path), reading(connection):
            owner = connection.execute("PRAGMA application_id").fetchone()[0]
            version = schema_version(connection)
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner != APPLICATION_ID and (owner or version or tables):
            raise StoreError("this is another program's database", where=str(path), remedy=_NEW_HOME)
        if not 0 <= version <= NEWEST:
            raise StoreError(
                f"the log is of version {version}; this program knows versions up to {NEWEST}",
                where=str(path),
                remedy="update quizcli: pip install --upgrade quizcli",
            )
        if version:
            device_of(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, busy_seconds: float) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    # On macOS only this reaches the disk itself; elsewhere it does nothing.
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    if schema_version(connection) < NEWEST:
        migrate(connection)
    # Last: until here nothing has touched a file in which a fault may still be found.
    _use_wal(connection, time.monotonic() + busy_seconds)


def _use_wal(connection: sqlite3.Connection, deadline: float) -> None:
    """Readers and the writer do not wait for each other; a file system without it keeps its journal."""
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # Two first starts at once: SQLite refuses one of them without waiting.
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _wal_size(path: Path) -> int:
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0
