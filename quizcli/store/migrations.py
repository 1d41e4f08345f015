"""The schema, as the numbered steps that made it. A step that was released is never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from quizcli.store.transaction import writing

APPLICATION_ID = 0x51_5A_43_4C
"""``QZCL``: tells this program's files from every other SQLite database."""


class Migration(NamedTuple):
    """One step of the schema; ``number`` is the user_version that it leads to."""

    number: int
    name: str
    statements: tuple[str, ...]


_HEX = "[0-9a-f]"
_UUID7 = "-".join((_HEX * 8, _HEX * 4, "7" + _HEX * 3, "[89ab]" + _HEX * 3, _HEX * 12))

_LOG = Migration(
    1,
    "the log",
    (
        # sequence: the order of arrival (a merge brings older events later); id: the order of the log.
        # at: microseconds since 1970 in UTC.
        f"""
        CREATE TABLE event (
            sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
            id TEXT NOT NULL UNIQUE CHECK (id GLOB '{_UUID7}'),
            kind TEXT NOT NULL CHECK (kind IN (
                'review', 'submission', 'hint', 'suspend', 'resume', 'void'
            )),
            at INTEGER NOT NULL,
            device TEXT NOT NULL CHECK (device <> ''),
            scheduler TEXT NOT NULL,
            item TEXT CHECK (item <> ''),
            body TEXT NOT NULL,
            CHECK ((kind = 'void') = (item IS NULL))
        ) STRICT
        """,
        """
        CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END
        """,
        """
        CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted'); END
        """,
        # INSERT OR REPLACE deletes without the trigger above unless recursive_triggers is on, which
        # another program's connection need not have.
        """
        CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
        WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never replaced'); END
        """,
        """
        CREATE TABLE device (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            id TEXT NOT NULL CHECK (id <> '')
        ) STRICT
        """,
        "INSERT INTO device (one, id) VALUES (1, lower(hex(randomblob(8))))",
    ),
)

_CACHE = Migration(
    2,
    "the cache of the fold",
    (
        """
        CREATE TABLE fold_head (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            fingerprint TEXT NOT NULL,
            sequence INTEGER NOT NULL
        ) STRICT
        """,
        "CREATE TABLE fold (item TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
)

MIGRATIONS: tuple[Migration, ...] = (_LOG, _CACHE)
NEWEST = MIGRATIONS[-1].number


def schema_version(connection: sqlite3.Connection) -> int:
    """The number of the last migration that the file has seen; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the file to the last of ``migrations``: all of them in one transaction, or none.

    Raises:
        sqlite3.Error: a statement failed; the file is as it was.
    """
    with writing(connection):
        # Asked inside the transaction: another process may have migrated while this one waited.
        version = schema_version(connection)
        for migration in migrations:
            if migration.number > version:
                for statement in migration.statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {migration.number:d}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
