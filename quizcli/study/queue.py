"""Today's queue: what is due, what is new, in which order.

Learning items come when their minutes are up, then reviews with the lowest retrievability first and new
items spread among them. One item a card a day; topics alternate; both kinds have a limit a day. What
teaches the mistake of a failed submission comes first, whatever its date and the limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from quizcli.cards.card import CodeCard, Item
from quizcli.study.progress import Progress, Record
from quizcli.study.schedule import ItemState, Schedule

LEARN_AHEAD = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many new items and reviews a day allows."""

    new: int
    reviews: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An item in the queue. `due` is None for a new one."""

    item: Item
    state: Literal["new", "learning", "review", "relearning"]
    due: datetime | None
    retrievability: float

    @property
    def topic(self) -> str:
        """The topic of the item's card."""
        return self.item.card.topic


@dataclass(frozen=True, slots=True)
class Queue:
    """Today's entries in the order to ask them, and the learning ones whose minutes are not up yet."""

    entries: tuple[Entry, ...]
    waiting: tuple[Entry, ...]
    due: int
    new: int

    @property
    def learning(self) -> int:
        """Items between two learning steps, now or later today."""
        return len(self.waiting) + sum(entry.state in ("learning", "relearning") for entry in self.entries)


def build_queue(
    items: Mapping[str, Item],
    progress: Progress,
    schedule: Schedule,
    limits: Limits,
    now: datetime,
    today: date,
    topics: frozenset[str] = frozenset(),
) -> Queue:
    """The queue of a study day at an instant; with `topics`, of those only.

    Limits count what was asked today in every topic.
    """
    if topics:
        items = {key: item for key, item in items.items() if item.card.topic in topics}
    active = {key: record for key, record in progress.items() if key in items and not record.suspended}
    seen = {key: record.state for key, record in active.items() if record.state}
    learning = sorted(
        (
            _entry(items[key], state, schedule, today)
            for key, state in seen.items()
            if state.phase != "review" and not active[key].wanted
        ),
        key=lambda entry: (entry.due, entry.item.id),
    )
    wanted = [entry_of(items[key], progress, schedule, today) for key in active if active[key].wanted]
    cards_today = {items[key].card.id for key in progress if key in items and _asked_on(progress[key], today)}
    cards_today |= {entry.item.card.id for entry in [*learning, *wanted]}
    due = [
        _entry(items[key], state, schedule, today)
        for key, state in seen.items()
        if state.phase == "review" and state.due_day <= today
    ]
    reviews = _one_a_card(sorted(due, key=lambda entry: (entry.retrievability, entry.item.id)), cards_today)
    reviews = reviews[: max(0, limits.reviews - _reviewed_on(progress, today))]
    new = _new_entries(items, progress, cards_today)[: max(0, limits.new - _introduced_on(progress, today))]
    soon = [entry for entry in learning if entry.due and entry.due <= now]
    later = [entry for entry in learning if entry.due and entry.due > now]
    entries = (*soon, *wanted, *_mix(alternate(reviews), alternate(new)))
    return Queue(entries, tuple(later), due=len(soon) + len(wanted) + len(reviews), new=len(new))


def entry_of(item: Item, progress: Progress, schedule: Schedule, today: date) -> Entry:
    """An entry for any item, due or not."""
    state = progress.get(item.id, Record()).state
    return _entry(item, state, schedule, today) if state else Entry(item, "new", None, 0.0)


def _entry(item: Item, state: ItemState, schedule: Schedule, today: date) -> Entry:
    return Entry(item, state.phase, state.due, schedule.retrievability(state, today))


def _one_a_card(entries: Iterable[Entry], cards: set[str]) -> list[Entry]:
    """The first entry of each card that is not in `cards` yet; adds to `cards`."""
    kept = []
    for entry in entries:
        if entry.item.card.id not in cards:
            cards.add(entry.item.card.id)
            kept.append(entry)
    return kept


def _new_entries(items: Mapping[str, Item], progress: Progress, cards: set[str]) -> list[Entry]:
    """Unseen items: questions first, then their claims; an exercise enters by its first submission."""
    unseen = []
    for item in items.values():
        record = progress.get(item.id)
        if isinstance(item.card, CodeCard) or (record and (record.state or record.suspended)):
            continue
        unseen.append(Entry(item, "new", None, 0.0))
    unseen.sort(key=lambda entry: entry.item.claim is not None)  # stable: the deck's order otherwise
    return _round_robin(_one_a_card(unseen, cards))


def _asked_on(record: Record, day: date) -> bool:
    return record.state is not None and record.state.last_day == day


def _introduced_on(progress: Progress, day: date) -> int:
    return sum(record.first_day == day for record in progress.values())


def _reviewed_on(progress: Progress, day: date) -> int:
    return sum(_asked_on(record, day) and record.first_day != day for record in progress.values())


def _round_robin(entries: list[Entry]) -> list[Entry]:
    """One entry of each topic in turn, in the topics' order."""
    lanes: dict[str, list[Entry]] = {}
    for entry in entries:
        lanes.setdefault(entry.topic, []).append(entry)
    depth = max(map(len, lanes.values()), default=0)
    return [lane[index] for index in range(depth) for lane in lanes.values() if index < len(lane)]


def alternate(entries: list[Entry]) -> list[Entry]:
    """The same entries, near their places, with no topic twice in a row where that can be had."""
    rest = list(entries)
    ordered: list[Entry] = []
    while rest:
        last = ordered[-1].topic if ordered else None
        index = next((i for i, entry in enumerate(rest) if entry.topic != last), 0)
        ordered.append(rest.pop(index))
    return ordered


def _mix(reviews: list[Entry], new: list[Entry]) -> list[Entry]:
    """New entries spread evenly among the reviews."""
    if not reviews or not new:
        return [*reviews, *new]
    ranked = [((index + 0.5) / len(reviews), 0, entry) for index, entry in enumerate(reviews)]
    ranked += [((index + 0.5) / len(new), 1, entry) for index, entry in enumerate(new)]
    return [entry for _, _, entry in sorted(ranked, key=lambda place: place[:2])]
