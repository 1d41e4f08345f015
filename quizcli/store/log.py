"""The log: events are appended, read in order, and never changed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from quizcli.errors import StoreError
from quizcli.event import JSON, NOISE_BITS, Draft, Event, Kind, fault, next_id
from quizcli.store.cache import FoldCache
from quizcli.store.faults import READ_ONLY, damaged, translated
from quizcli.store.rows import INSERT, SELECT, event_row, row_event, utc
from quizcli.store.transaction import writing


class Store:
    """An open log; ``open_store`` makes it. A context manager that closes it.

    Attributes:
        path: the database file.
        read_only: whether nothing can be appended here.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection
        self._cache = FoldCache(connection)
        self._device = device_of(connection, path)

    @property
    def device(self) -> str:
        """The name that this log writes into its events: 16 random hexadecimal digits."""
        return self._device

    def append(
        self, kind: Kind, item: str | None, body: Mapping[str, JSON], at: datetime, scheduler: str
    ) -> Event:
        """Append one event; it is on the disk when this returns.

        Args:
            kind: what happened.
            item: what it is about; None for a void only.
            body: ``{"rating": 1..4}`` and more for a review, ``{"event": id}`` for a void.
            at: the time by the device's clock, with its zone.
            scheduler: name and version of the scheduler and its weights.

        Raises:
            StoreError: it could not be written; the log is as it was.
            ValueError: this is no event.
        """
        return self.append_all([Draft(kind, item, body, at, scheduler)])[0]

    def append_all(self, drafts: Iterable[Draft]) -> list[Event]:
        """Append several events in one transaction: all of them or none.

        Raises:
            StoreError: they could not be written; the log is as it was.
            ValueError: one of them is no event.
        """
        checked = [_checked(draft) for draft in drafts]
        if self.read_only:
            raise StoreError("the log is read-only", where=str(self.path), remedy=READ_ONLY)
        events: list[Event] = []
        with translated(self.path), writing(self._connection):
            # The newest id is asked for under the write lock, so that no other process makes one too.
            newest = self._newest_id()
            for draft in checked:
                newest = self._next_id(newest, draft.at)
                event = Event(
                    newest, draft.kind, draft.at, self._device, draft.scheduler, draft.item, draft.body
                )
                self._connection.execute(INSERT, event_row(event))
                events.append(event)
        return events

    def events(self, after: int = 0) -> list[tuple[int, Event]]:
        """The events that arrived after the sequence ``after``, in the order of their ids.

        A merge brings older events: they arrive with a high sequence and a low id.

        Raises:
            StoreError: the file is damaged or cannot be read.
        """
        with translated(self.path):
            rows = self._connection.execute(
                f"{SELECT} WHERE sequence > ? ORDER BY sequence", (after,)
            ).fetchall()
        try:
            found = [row_event(row) for row in rows]
            # Nearly in order already, which this sort likes and SQLite's does not.
            found.sort(key=lambda pair: pair[1].id)
        except ValueError as error:
            raise damaged(str(error), self.path) from error
        return found

    def newest(self) -> Event | None:
        """The last event of the log by id, None when it is empty.

        Raises:
            StoreError: the file is damaged or cannot be read.
        """
        with translated(self.path):
            row = self._connection.execute(f"{SELECT} ORDER BY id DESC LIMIT 1").fetchone()
        try:
            return None if row is None else row_event(row)[1]
        except ValueError as error:
            raise damaged(str(error), self.path) from error

    def read_cache(self, fingerprint: str) -> tuple[int, dict[str, str]] | None:
        """The sequence up to which the cache is folded, and each item's JSON text.

        None when there is no cache, or only one with another fingerprint.

        Raises:
            StoreError: the file is damaged or cannot be read.
        """
        with translated(self.path):
            return self._cache.read(fingerprint)

    def write_cache(self, fingerprint: str, sequence: int, rows: Mapping[str, str], *, replace: bool) -> bool:
        """Keep the fold of every event up to ``sequence``; say whether it was kept.

        With ``replace`` the rows are the whole fold. Without, they are every item that changed since
        this store last read or wrote the cache; when another process wrote meanwhile in a way that
        these rows may not fit, nothing is written. No fault of the file is raised: the log is what
        counts, and a later start folds again.
        """
        if self.read_only:
            return False
        try:
            return self._cache.write(fingerprint, sequence, rows, replace=replace)
        except sqlite3.ProgrammingError:
            raise
        except (sqlite3.Error, UnicodeDecodeError):
            return False  # rolled back: the old cache is whole

    def drop_cache(self) -> None:
        """Forget the cache.

        Raises:
            StoreError: the file could not be written.
        """
        with translated(self.path):
            self._cache.drop()

    def close(self) -> None:
        """Close the file; further calls raise. Closing twice is fine."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _newest_id(self) -> str | None:
        newest = self._connection.execute("SELECT max(id) FROM event").fetchone()[0]
        if not isinstance(newest, str | None):
            raise damaged(f"the newest id is {newest!r}", self.path)
        return newest

    def _next_id(self, newest: str | None, at: datetime) -> str:
        try:
            return next_id(newest, at, int.from_bytes(os.urandom(NOISE_BITS // 8 + 1)))
        except ValueError as error:
            raise damaged(str(error), self.path) from error


def device_of(connection: sqlite3.Connection, path: Path) -> str:
    """The device id of a log.

    Raises:
        StoreError: there is none, or the file is damaged.
    """
    with translated(path):
        row = connection.execute("SELECT id FROM device").fetchone()
    if row is None or not isinstance(row[0], str):
        raise damaged("it has no device id", path)
    return row[0]


def _checked(draft: Draft) -> Draft:
    wrong = fault(draft.kind, draft.item, draft.body)
    if wrong is not None:
        raise ValueError(wrong)
    return draft._replace(at=utc(draft.at))
