"""The schedule: FSRS-6 by py-fsrs, in study days, with a spread that can be replayed."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcli.study.rating import Rating
from quizcli.study.schedule import MAXIMUM_INTERVAL, ItemState, Schedule, spread

from .conftest import NOON

DAY = NOON.date()
RATINGS = st.sampled_from(list(Rating))


def test_a_new_item_takes_the_learning_steps(schedule: Schedule) -> None:
    spans = {rating: schedule.review("q", None, rating, NOON, DAY).due - NOON for rating in Rating}
    assert spans[Rating.AGAIN] == timedelta(minutes=1)
    assert spans[Rating.GOOD] == timedelta(minutes=10)
    assert spans[Rating.EASY] >= timedelta(days=2)


def test_stability_and_difficulty_are_those_of_py_fsrs(schedule: Schedule) -> None:
    peer = fsrs.Scheduler(enable_fuzzing=False)
    card, state, at, day = fsrs.Card(card_id=1), None, NOON, DAY
    for rating, days in [(3, 0), (3, 0), (3, 3), (1, 9), (2, 1), (4, 30), (3, 60)]:
        at, day = at + timedelta(days=days), day + timedelta(days=days)
        card, _ = peer.review_card(card, fsrs.Rating(rating), at)
        state = schedule.review("q", state, Rating(rating), at, day)
        assert (state.stability, state.difficulty) == pytest.approx((card.stability, card.difficulty))
        assert schedule.retrievability(state, day + timedelta(days=5)) == pytest.approx(
            peer.get_card_retrievability(card, at + timedelta(days=5))
        )


def test_a_night_counts_as_a_day(schedule: Schedule) -> None:
    state = schedule.review("q", None, Rating.EASY, NOON, DAY)
    late, early = NOON + timedelta(hours=10), NOON + timedelta(hours=20)
    same_day = schedule.review("q", state, Rating.GOOD, late, DAY)
    next_day = schedule.review("q", state, Rating.GOOD, early, DAY + timedelta(days=1))
    assert next_day.stability > same_day.stability
    assert schedule.retrievability(state, DAY) == 1
    assert schedule.retrievability(state, DAY + timedelta(days=1)) < 1


@given(ratings=st.lists(RATINGS, min_size=1, max_size=12), gaps=st.lists(st.integers(-3, 200), min_size=12))
def test_any_history_gives_a_sound_state_and_the_same_one_again(
    ratings: list[Rating], gaps: list[int]
) -> None:
    def run() -> list[ItemState]:
        schedule, state, at, states = Schedule(), None, NOON, []
        for rating, gap in zip(ratings, gaps, strict=False):
            at += timedelta(days=gap)  # a negative gap is a clock that went backwards
            state = schedule.review("item", state, rating, at, at.date())
            states.append(state)
        return states

    states = run()
    assert run() == states
    for number, state in enumerate(states, 1):
        assert state.reviews == number
        assert state.stability > 0
        assert 1 <= state.difficulty <= 10
        assert state.due > state.last_review
        assert state.due_day >= state.last_day
        assert (state.due - state.last_review).days <= MAXIMUM_INTERVAL
        assert (state.step is None) == (state.phase == "review")


@given(history=st.lists(RATINGS, max_size=8), gap=st.integers(0, 400))
def test_a_better_rating_never_comes_back_sooner(history: list[Rating], gap: int) -> None:
    schedule, state, at = Schedule(), None, NOON
    for rating in history:
        state = schedule.review("item", state, rating, at, at.date())
        at = state.due
    at += timedelta(days=gap)
    spans = [schedule.review("item", state, rating, at, at.date()).due for rating in Rating]
    assert spans == sorted(spans)


@given(days=st.integers(0, MAXIMUM_INTERVAL), item=st.text(max_size=20), reviews=st.integers(1, 999))
def test_the_spread_is_small_and_repeatable(days: int, item: str, reviews: int) -> None:
    moved = spread(days, item, reviews)
    assert moved == spread(days, item, reviews)
    assert abs(moved - days) <= 1 + 0.15 * 4.5 + 0.1 * 13 + 0.05 * days
    assert moved <= MAXIMUM_INTERVAL
    assert moved == days or moved >= 2


def test_items_learned_together_come_back_on_different_days() -> None:
    assert len({spread(30, f"item-{number}", 3) for number in range(50)}) >= 4


def test_the_spread_is_the_same_in_every_process() -> None:
    code = "from quizcli.study.schedule import spread; print([spread(n, 'q09', n) for n in range(3, 300, 7)])"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {f"{[spread(n, 'q09', n) for n in range(3, 300, 7)]}\n"}
