"""Ids: a UUIDv7 each, in the order of appending whatever the clock does."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcli.event import NOISE_BITS, Event, fault, next_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL_ONES = (1 << NOISE_BITS) - 1
LAST = "ffffffff-ffff-7fff-bfff-ffffffffffff"

clocks = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=11))])
)
noises = st.integers(0, ALL_ONES)


@given(st.lists(st.tuples(clocks, noises), min_size=2, max_size=30))
def test_ids_strictly_increase_under_any_clock(steps: list[tuple[datetime, int]]) -> None:
    ids: list[str] = []
    for at, noise in steps:
        ids.append(next_id(ids[-1] if ids else None, at, noise))
    assert ids == sorted(set(ids))
    for text in ids:
        parsed = uuid.UUID(text)
        assert str(parsed) == text
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)


@given(clocks, noises)
def test_a_fresh_id_carries_its_millisecond(at: datetime, noise: int) -> None:
    expected = max(0, (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    assert uuid.UUID(next_id(None, at, noise)).int >> 80 == expected


def test_the_same_millisecond_takes_a_step_that_two_devices_do_not_share() -> None:
    newest = next_id(None, NOW, 5)
    one, two = (next_id(newest, NOW - timedelta(days=1), noise) for noise in (1 << 20, 1 << 21))
    assert newest < one < two


def test_a_full_millisecond_runs_over_into_the_next() -> None:
    full = next_id(None, NOW, ALL_ONES)
    assert uuid.UUID(next_id(full, NOW, 0)).int >> 80 == (uuid.UUID(full).int >> 80) + 1


@pytest.mark.parametrize(
    "newest",
    [
        "",
        "no id",
        LAST.upper(),
        LAST.replace("-", ""),
        LAST.replace("-7", "-4"),
        LAST.replace("-b", "-f"),
        "-" + LAST,
        "0" + LAST,
        LAST.replace("f", "１", 1),
    ],
)
def test_what_is_no_id_has_no_successor(newest: str) -> None:
    with pytest.raises(ValueError, match="is no UUIDv7"):
        next_id(newest, NOW, 0)


def test_the_last_id_has_no_successor() -> None:
    with pytest.raises(ValueError, match="no id after"):
        next_id(LAST, NOW, 0)


def test_an_event_is_frozen_and_hashable() -> None:
    event = Event(next_id(None, NOW, 0), "review", NOW, "d", "fsrs", "q1", {"rating": 3})
    assert len({event, event}) == 1
    with pytest.raises(AttributeError):
        event.kind = "void"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "item", "body"),
    [
        ("review", "q1", {"rating": 1}),
        ("review", "q1", {"rating": 4, "seconds": 2.5}),
        ("submission", "softmax", {}),
        ("suspend", "q1", {}),
        ("resume", "q1", {}),
        ("void", None, {"event": LAST}),
    ],
)
def test_events_without_fault(kind: str, item: str | None, body: object) -> None:
    assert fault(kind, item, body) is None


@pytest.mark.parametrize(
    ("kind", "item", "body"),
    [
        ("rename", "q1", {}),
        ("review", None, {"rating": 1}),
        ("review", "", {"rating": 1}),
        ("review", "q1", {}),
        ("review", "q1", {"rating": 0}),
        ("review", "q1", {"rating": 5}),
        ("review", "q1", {"rating": True}),
        ("review", "q1", {"rating": 3.0}),
        ("review", "q1", [3]),
        ("void", "q1", {"event": LAST}),
        ("void", None, {}),
        ("suspend", None, {}),
    ],
)
def test_events_with_a_fault(kind: str, item: str | None, body: object) -> None:
    assert fault(kind, item, body)
