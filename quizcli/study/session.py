"""A quiz session as a state machine: which item comes next. It knows no screen, no clock and no file."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from quizcli.study.queue import LEARN_AHEAD, Entry, Queue
from quizcli.study.rating import Rating
from quizcli.study.schedule import ItemState


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answered item of this session; `event` is None while cramming."""

    entry: Entry
    rating: Rating
    state: ItemState
    event: str | None


@dataclass(slots=True)
class Session:
    """The items still to ask, the ones between learning steps, and what was answered.

    Attributes:
        planned: how many different items the session set out with.
    """

    ahead: deque[Entry]
    waiting: list[Entry] = field(default_factory=list)
    done: list[Outcome] = field(default_factory=list)
    planned: int = 0

    @classmethod
    def of(cls, queue: Queue, limit: int | None = None) -> Session:
        """A session over today's queue, cut to `limit` items."""
        entries = queue.entries[:limit] if limit is not None else queue.entries
        waiting = queue.waiting[: max(0, limit - len(entries))] if limit is not None else queue.waiting
        return cls(deque(entries), list(waiting), planned=len(entries) + len(waiting))

    def next(self, now: datetime) -> Entry | None:
        """The entry to ask: a learning one whose time is up, else the next one, else a learning one early."""
        self.waiting.sort(key=lambda entry: (entry.due or now, entry.item.id))
        first = self.waiting[0] if self.waiting else None
        if first and first.due and first.due <= now:
            return self.waiting.pop(0)
        if self.ahead:
            return self.ahead.popleft()
        if first and first.due and first.due <= now + LEARN_AHEAD:
            return self.waiting.pop(0)
        return None

    def rated(self, outcome: Outcome, *, again_today: bool) -> None:
        """Note an answer; an item still in its learning steps comes back in this session."""
        self.done.append(outcome)
        if again_today and outcome.state.phase != "review":
            entry = outcome.entry
            self.waiting.append(Entry(entry.item, outcome.state.phase, outcome.state.due, 1.0))

    def undone(self, event: str, entry: Entry) -> None:
        """Take an answer back: the item is asked again, first of all."""
        self.done = [outcome for outcome in self.done if outcome.event != event]
        self.drop(entry.item.id)
        self.ahead.appendleft(entry)

    def put_back(self, entry: Entry) -> None:
        """Return an entry that was shown and not answered."""
        self.ahead.appendleft(entry)

    def drop(self, item: str) -> None:
        """Leave an item out for the rest of the session."""
        self.ahead = deque(entry for entry in self.ahead if entry.item.id != item)
        self.waiting = [entry for entry in self.waiting if entry.item.id != item]

    @property
    def answered(self) -> int:
        """How many different items were answered."""
        return len({outcome.entry.item.id for outcome in self.done})

    @property
    def left(self) -> int:
        """How many items are still to come, learning ones included."""
        return len(self.ahead) + len(self.waiting)
