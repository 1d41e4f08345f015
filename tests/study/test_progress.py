"""The fold: deterministic, the same in one go or piece by piece, and undone by voids."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizcli.event import JSON, Event, next_id
from quizcli.study.progress import Progress, fold, follows, from_plain, standing, to_plain
from quizcli.study.schedule import Schedule

from .conftest import NOON

KINDS = st.sampled_from(["review", "review", "review", "submission", "suspend", "resume", "void", "hint"])
STEPS = st.lists(st.tuples(KINDS, st.integers(0, 3), st.integers(1, 4), st.integers(-60, 3000)), max_size=40)


def history(steps: list[tuple[str, int, int, int]]) -> list[Event]:
    """Events of a log; a void takes back the newest event that stands, as undo does."""
    events: list[Event] = []
    at = NOON
    for number, (kind, item, rating, minutes) in enumerate(steps):
        at += timedelta(minutes=minutes)
        event_id = next_id(events[-1].id if events else None, at, number)
        day = at.date().isoformat()
        if kind == "void":
            open_events = standing(events)
            if not open_events:
                continue
            events.append(Event(event_id, "void", at, "d", "s", None, {"event": open_events[-1].id}))
            continue
        body: dict[str, JSON] = {"rating": rating, "day": day} if kind in ("review", "submission") else {}
        if kind == "submission" and rating == 1:
            body["teaches"] = [f"item{(item + 1) % 4}"]
        events.append(Event(event_id, kind, at, "d", "s", f"item{item}", body))  # type: ignore[arg-type]
    return events


@given(STEPS)
def test_a_replay_gives_the_same_progress(steps: list[tuple[str, int, int, int]]) -> None:
    events = standing(history(steps))
    assert fold(events, Schedule()) == fold(events, Schedule())


@given(STEPS, st.integers(0, 40))
def test_folding_in_two_parts_is_folding_at_once(steps: list[tuple[str, int, int, int]], cut: int) -> None:
    events = [event for event in history(steps) if event.kind != "void"]
    whole = fold(events, Schedule())
    first = fold(events[:cut], Schedule())
    assert all(follows(event, first) for event in events[cut:])
    assert fold(events[cut:], Schedule(), first) == whole


@given(STEPS)
def test_a_voided_event_leaves_no_trace(steps: list[tuple[str, int, int, int]]) -> None:
    events = history(steps)
    gone = {str(event.body["event"]) for event in events if event.kind == "void"}
    without = [event for event in events if event.kind != "void" and event.id not in gone]
    assert fold(standing(events), Schedule()) == fold(without, Schedule())


@given(STEPS)
def test_progress_survives_being_written_and_read(steps: list[tuple[str, int, int, int]]) -> None:
    progress = fold(standing(history(steps)), Schedule())
    assert {item: from_plain(to_plain(record)) for item, record in progress.items()} == progress


def test_suspending_and_resuming_keep_the_state() -> None:
    events = history([("review", 0, 3, 0), ("suspend", 0, 0, 1)])
    suspended = fold(events, Schedule())["item0"]
    assert suspended.suspended
    assert suspended.state is not None
    resumed = fold(history([("review", 0, 3, 0), ("suspend", 0, 0, 1), ("resume", 0, 0, 1)]), Schedule())[
        "item0"
    ]
    assert not resumed.suspended
    assert resumed.state == suspended.state


def test_a_void_and_an_earlier_event_cannot_be_folded_on_top() -> None:
    first, second, void = history([("review", 0, 3, 0), ("review", 0, 3, 9), ("void", 0, 0, 1)])
    progress: Progress = fold([second], Schedule())
    assert not follows(first, progress)
    assert not follows(void, progress)


def test_a_submission_that_never_ran_is_no_review() -> None:
    event = Event(next_id(None, NOON, 0), "submission", NOON, "d", "s", "softmax", {"rating": None})
    assert fold([event], Schedule()) == {}


def test_a_failed_submission_wants_what_teaches_its_mistake_until_that_is_rated() -> None:
    day = NOON.date().isoformat()
    failed = Event(
        "1", "submission", NOON, "d", "s", "softmax", {"rating": 1, "day": day, "teaches": ["q09"]}
    )
    rated = Event("2", "review", NOON, "d", "s", "q09", {"rating": 3, "day": day})
    progress = fold([failed], Schedule())
    assert (progress["q09"].wanted, progress["q09"].state, progress["softmax"].wanted) == (True, None, False)
    assert fold([failed, rated], Schedule())["q09"].wanted is False
    assert "q09" not in fold(
        standing([failed, Event("3", "void", NOON, "d", "s", None, {"event": "1"})]), Schedule()
    )
    assert not follows(failed, fold([rated], Schedule()))
