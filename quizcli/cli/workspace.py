"""What every command works with: the clock, the data folder, the settings, the deck and the log.

The only place that reads the environment. Everything is made when it is first asked for, so that a
command pays for what it uses.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from quizcli.cli.output import notice
from quizcli.errors import UsageError
from quizcli.settings import Settings, read_settings

if TYPE_CHECKING:
    from quizcli.cards.deck import Deck
    from quizcli.event import Event
    from quizcli.store import Store
    from quizcli.study.day import Calendar
    from quizcli.study.progress import Progress
    from quizcli.study.queue import Limits, Queue
    from quizcli.study.rating import Rating
    from quizcli.study.schedule import Schedule
    from quizcli.study.statistics import Statistics


class Workspace:
    """The state of one run of the program."""

    @cached_property
    def home(self) -> Path:
        """The data folder: ``QUIZCLI_HOME``, or the platform's own place."""
        if folder := os.environ.get("QUIZCLI_HOME"):
            return Path(folder).expanduser().absolute()
        from platformdirs import user_data_path

        return user_data_path("quizcli", appauthor=False)

    @cached_property
    def settings(self) -> Settings:
        """The person's settings."""
        return read_settings(self.home)

    def now(self) -> datetime:
        """The time in UTC: the clock's, or ``QUIZCLI_NOW``."""
        text = os.environ.get("QUIZCLI_NOW")
        if not text:
            return datetime.now(UTC)
        remedy = "use ISO 8601 with an offset, e.g. 2026-12-01T09:00:00+08:00"
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"'{text}' is no time", where="QUIZCLI_NOW", remedy=remedy) from None
        if at.tzinfo is None:
            raise UsageError(f"'{text}' has no offset from UTC", where="QUIZCLI_NOW", remedy=remedy)
        return at.astimezone(UTC)

    @cached_property
    def calendar(self) -> Calendar:
        """Study days on this computer's local clock."""
        from quizcli.study.day import Calendar, system_local

        return Calendar(system_local, self.settings.day_start)

    def today(self) -> date:
        """The study day of now."""
        return self.calendar.day(self.now())

    @cached_property
    def language(self) -> str:
        """zh, en or both: the setting's, else the locale's."""
        if self.settings.lang:
            return self.settings.lang
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            if value := os.environ.get(name):
                return "zh" if value.lower().startswith("zh") else "en"
        return "en"

    @cached_property
    def deck(self) -> Deck:
        """All cards. Faulty ones are left out, with a notice."""
        from quizcli.cards.deck import open_deck

        deck = open_deck(self.deck_folders, self.home / "cache" / "deck.json")
        if deck.faults:
            first = f", the first: {deck.faults[0]}" if len(deck.faults) == 1 else ""
            notice(f"{len(deck.faults)} fault(s) in the decks{first}; see them all: quizcli cards check")
        return deck

    @cached_property
    def deck_folders(self) -> list[Path]:
        """The person's own deck folders: ``QUIZCLI_DECKS`` first, then the settings'."""
        folders = [
            Path(part).expanduser() for part in os.environ.get("QUIZCLI_DECKS", "").split(os.pathsep) if part
        ]
        return list(dict.fromkeys(folder.absolute() for folder in [*folders, *self.settings.decks]))

    @cached_property
    def store(self) -> Store:
        """The review log, opened once and closed when the process ends."""
        from quizcli.store import open_store

        store = open_store(self.home)
        newest = store.newest()
        if newest and newest.at > self.now():
            notice(
                f"the clock is behind the last answer ({newest.at:%Y-%m-%d %H:%M} UTC); "
                "answers are kept in the order they were given"
            )
        return store

    @cached_property
    def schedule(self) -> Schedule:
        """FSRS with the wanted retention."""
        from quizcli.study.schedule import Schedule

        return Schedule(self.settings.desired_retention)

    @cached_property
    def limits(self) -> Limits:
        """New items and reviews a day."""
        from quizcli.study.queue import Limits

        return Limits(self.settings.new_per_day, self.settings.reviews_per_day)

    def progress(self) -> Progress:
        """What the log says of every item; folded from the cache and the events since.

        An event that takes another back, or that a merge brought in from earlier, starts the fold anew.
        """
        from quizcli.study.progress import fold, follows, from_plain, standing, to_plain, touched

        fingerprint = f"2 {self.schedule.name}"
        cached = self.store.read_cache(fingerprint)
        sequence, rows = cached or (0, {})
        fresh = self.store.events(after=sequence)
        progress = {item: from_plain(json.loads(text)) for item, text in rows.items()}
        if not fresh:
            return progress
        anew = cached is None or any(not follows(event, progress) for _, event in fresh)
        if anew and cached:
            fresh, progress = self.store.events(), {}
        progress = fold(standing(event for _, event in fresh), self.schedule, progress)
        new = {item for _, event in fresh for item in touched(event)}
        changed = {item: json.dumps(to_plain(record)) for item, record in progress.items() if item in new}
        self.store.write_cache(fingerprint, max(number for number, _ in fresh), changed, replace=anew)
        return progress

    def statistics(self, topics: Iterable[str] | None = None) -> Statistics:
        """The statistics of the whole log, of all topics or some."""
        from quizcli.study.statistics import statistics

        events = [event for _, event in self.store.events()]
        wanted = list(self.deck.topics if topics is None else topics)
        return statistics(events, self.deck.items, self.schedule, self.today(), wanted)

    def queue(self, progress: Progress, limits: Limits | None = None, topics: Iterable[str] = ()) -> Queue:
        """Today's queue, of some topics only if any are named."""
        from quizcli.study.queue import build_queue

        wanted, now, today = limits or self.limits, self.now(), self.today()
        return build_queue(self.deck.items, progress, self.schedule, wanted, now, today, frozenset(topics))

    def record(self, item: str, rating: Rating, **more: str | int | bool | list[str] | None) -> Event:
        """Append a review; it is on the disk when this returns."""
        body = {"rating": int(rating), "day": self.today().isoformat(), **more}
        return self.store.append("review", item, body, self.now(), self.schedule.name)

    def suspend(self, item: str) -> Event:
        """Leave an item out until this is undone."""
        return self.store.append("suspend", item, {}, self.now(), self.schedule.name)

    def undo(self) -> Event | None:
        """Take back the last answer, submission or suspension that still stands, and return it."""
        from quizcli.study.progress import standing

        events = [
            event for event in standing(event for _, event in self.store.events()) if event.kind != "hint"
        ]
        if not events:
            return None
        self.store.append("void", None, {"event": events[-1].id}, self.now(), self.schedule.name)
        return events[-1]
