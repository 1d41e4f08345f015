"""Items, events and a calendar for the study tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from quizcli.cards.card import Answer, Claim, CodeCard, Item, OpenCard, Text, items_of
from quizcli.event import NOISE_BITS, Event, Kind, next_id
from quizcli.study.day import Calendar
from quizcli.study.schedule import Schedule

TEXT = Text(zh="文", en="text")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def open_card(card_id: str, topic: str = "masks", claims: int = 0) -> OpenCard:
    """An open card with some claims."""
    return OpenCard(
        kind="open",
        id=card_id,
        topic=topic,
        level="basic",
        title=TEXT,
        question=TEXT,
        answer=Answer(full=TEXT),
        claims=tuple(Claim(id=f"c{n}", statement=TEXT, truth=True, reason=TEXT) for n in range(claims)),
    )


def code_card(card_id: str, topic: str = "masks", after: tuple[str, ...] = ()) -> CodeCard:
    """A coding exercise, with what it builds on."""
    return CodeCard(
        kind="code",
        id=card_id,
        topic=topic,
        level="basic",
        title=TEXT,
        prompt=TEXT,
        stub="",
        prerequisites=after,
    )


def items(*cards: OpenCard | CodeCard) -> dict[str, Item]:
    """The items of some cards by id."""
    return {item.id: item for card in cards for item in items_of(card)}


@pytest.fixture
def schedule() -> Schedule:
    """FSRS with its default target."""
    return Schedule()


@pytest.fixture
def calendar() -> Calendar:
    """Study days on a clock that shows UTC."""
    return Calendar(lambda at: at)


@pytest.fixture
def log() -> Callable[..., Event]:
    """Makes events one after another, with ids in that order."""
    newest: list[str] = []

    def event(kind: Kind, item: str | None, at: datetime = NOON, **body: int | str) -> Event:
        newest.append(next_id(newest[-1] if newest else None, at, len(newest) % (1 << NOISE_BITS)))
        return Event(newest[-1], kind, at, "device", "FSRS-6/default/0.90", item, body)

    return event
