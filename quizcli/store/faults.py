"""SQLite's errors in the user's words: what is wrong with which file, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizcli.errors import StoreError

_RESTORE = "move it aside and restore a backup: quizcli data restore FILE"

READ_ONLY = "make the file and its folder writable, or set QUIZCLI_HOME to a folder that is"

# By primary result code: the message and the remedy. SQLite's own words follow the message.
_FAULTS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: ("another program holds the log", "close the other quizcli, or try again"),
    sqlite3.SQLITE_LOCKED: ("another program holds the log", "close the other quizcli, or try again"),
    sqlite3.SQLITE_READONLY: ("the log is read-only", READ_ONLY),
    sqlite3.SQLITE_FULL: ("the disk is full; nothing was recorded", "free some space and try again"),
    sqlite3.SQLITE_IOERR: (
        "the disk failed or is full",
        "check the free space and the disk, then try again",
    ),
    sqlite3.SQLITE_CANTOPEN: ("the log cannot be opened", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_PERM: ("the log cannot be opened", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_AUTH: ("the log cannot be opened", "check the permissions of the file and its folder"),
    sqlite3.SQLITE_NOTADB: ("this is no log of quizcli", _RESTORE),
    sqlite3.SQLITE_CONSTRAINT: ("the log refused the event", "run quizcli data check"),
    sqlite3.SQLITE_NOMEM: ("there is not enough memory", "close other programs and try again"),
    sqlite3.SQLITE_TOOBIG: ("the event is too large", "make it shorter"),
}
_DAMAGED = ("the log is damaged", _RESTORE)


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's result code without its extension; None when the error is the Python module's own."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """The one line for the user that stands for ``error``."""
    message, remedy = _FAULTS.get(primary_code(error) or 0, _DAMAGED)
    return StoreError(f"{message}: {error}", where=str(path), remedy=remedy)


def damaged(what: str, path: Path) -> StoreError:
    """The error of a file that SQLite reads and that still makes no sense."""
    return StoreError(f"the log is damaged: {what}", where=str(path), remedy=_RESTORE)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn every sqlite3 error of the block into a StoreError about ``path``."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed store or a wrong parameter is a fault of this program
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    except UnicodeDecodeError as error:
        # The module reads SQLite's message as UTF-8, and the message quotes what is damaged.
        raise damaged("its schema is no text", path) from error
