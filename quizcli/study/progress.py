"""The fold: from the log of events to what is known of every item. Deterministic, and cheap to extend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from quizcli.event import Event
from quizcli.study.rating import Rating
from quizcli.study.schedule import ItemState, Schedule


@dataclass(frozen=True, slots=True)
class Record:
    """What the log says of one item.

    Attributes:
        state: what the schedule knows of it; None before its first rating.
        suspended: whether it is left out.
        first_day: the study day of its first rating.
        last_event: the id of the newest event in it.
        wanted: whether a failed submission made it due and it was not rated since.
    """

    state: ItemState | None = None
    suspended: bool = False
    first_day: date | None = None
    last_event: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """One rating as it was folded: the state it met, and what had been predicted."""

    event: Event
    rating: Rating
    day: date
    before: ItemState | None
    predicted: float | None


Progress = dict[str, Record]


def voided(events: Iterable[Event]) -> set[str]:
    """The ids of the events that were taken back."""
    return {str(event.body["event"]) for event in events if event.kind == "void"}


def standing(events: Iterable[Event]) -> list[Event]:
    """The events that were not taken back, without the voids themselves, in the log's order."""
    events = list(events)
    gone = voided(events)
    return [event for event in events if event.kind != "void" and event.id not in gone]


def fold(events: Iterable[Event], schedule: Schedule, progress: Progress | None = None) -> Progress:
    """Fold standing events into progress, onto what earlier ones made of it."""
    progress = dict(progress or {})
    for _ in replay(events, schedule, progress):
        pass
    return progress


def replay(events: Iterable[Event], schedule: Schedule, progress: Progress) -> Iterable[Review]:
    """Fold events into `progress`, yielding every review with what had been predicted for it."""
    for event in events:
        if event.item is None:
            continue
        for item in taught(event):
            progress[item] = replace(progress.get(item, Record()), last_event=event.id, wanted=True)
        record = replace(progress.get(event.item, Record()), last_event=event.id)
        if event.kind in ("suspend", "resume"):
            progress[event.item] = replace(record, suspended=event.kind == "suspend")
        elif event.body.get("rating") is not None:
            day, before = day_of(event), record.state
            rating = Rating(int(str(event.body["rating"])))
            predicted = schedule.retrievability(before, day) if before else None
            state = schedule.review(event.item, before, rating, event.at, day)
            first_day = record.first_day or day
            progress[event.item] = replace(record, state=state, first_day=first_day, wanted=False)
            yield Review(event, rating, day, before, predicted)


def follows(event: Event, progress: Progress) -> bool:
    """Whether an event can be folded onto progress: it takes nothing back and nothing later is folded yet."""
    if event.item is None:
        return False
    return all(progress.get(item, Record()).last_event < event.id for item in touched(event))


def touched(event: Event) -> list[str]:
    """The items whose records an event may change."""
    return [event.item, *taught(event)] if event.item else []


def taught(event: Event) -> list[str]:
    """The items that a failed submission makes due: what teaches its mistake."""
    found = event.body.get("teaches")
    return [str(item) for item in found] if isinstance(found, list) else []


def day_of(event: Event) -> date:
    """The study day that the person's clock showed; the event carries it, so time zones cannot shift it."""
    text = event.body.get("day")
    return date.fromisoformat(str(text)) if text else event.at.date()


def to_plain(record: Record) -> dict[str, Any]:
    """A record as JSON can hold it."""
    plain = asdict(record)
    if record.state:
        for key in ("due", "last_review", "last_day", "due_day"):
            plain["state"][key] = plain["state"][key].isoformat()
    plain["first_day"] = record.first_day.isoformat() if record.first_day else None
    return plain


def from_plain(plain: Mapping[str, Any]) -> Record:
    """A record back from JSON."""
    state, first_day = plain["state"], plain["first_day"]
    return Record(
        state=ItemState(
            **{
                **state,
                "due": datetime.fromisoformat(state["due"]),
                "last_review": datetime.fromisoformat(state["last_review"]),
                "last_day": date.fromisoformat(state["last_day"]),
                "due_day": date.fromisoformat(state["due_day"]),
            }
        )
        if state
        else None,
        suspended=plain["suspended"],
        first_day=date.fromisoformat(first_day) if first_day else None,
        last_event=plain["last_event"],
        wanted=plain["wanted"],
    )
