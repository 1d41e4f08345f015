"""FSRS-6 through py-fsrs: the next state of an item, and how well it is remembered.

The only module that imports fsrs. Elapsed time is counted in study days (Ye et al. fit FSRS on days):
an item learned late in the evening and asked next morning is a day old, as in other programs.
Random spread is replaced by one drawn from the item's id and its number of reviews, so that replaying
a log on any machine gives the same dates.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import fsrs

from quizcli.study.rating import Rating

Phase = Literal["learning", "review", "relearning"]

MAXIMUM_INTERVAL = 3650
# Spread widens with the interval: (from this many days, share of the part above it).
_SPREAD = ((2.5, 0.15), (7.0, 0.1), (20.0, 0.05))
_PHASES: dict[fsrs.State, Phase] = {
    fsrs.State.Learning: "learning",
    fsrs.State.Review: "review",
    fsrs.State.Relearning: "relearning",
}
_STATES = {phase: state for state, phase in _PHASES.items()}


@dataclass(frozen=True, slots=True)
class ItemState:
    """What the scheduler knows of an item that was asked at least once.

    Attributes:
        step: the learning step, None in the review phase.
        stability: days until retrievability falls to 0.9.
        difficulty: 1 to 10.
        due: when it is due (UTC); for the review phase, any time of `due_day` will do.
        last_day, due_day: study days.
    """

    phase: Phase
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    last_review: datetime
    last_day: date
    due_day: date
    reviews: int
    lapses: int


class Schedule:
    """A scheduler with fixed weights: a pure function from a state and a rating to the next state."""

    def __init__(self, desired_retention: float = 0.9) -> None:
        self.desired_retention = desired_retention
        self._fsrs = fsrs.Scheduler(
            desired_retention=desired_retention, maximum_interval=MAXIMUM_INTERVAL, enable_fuzzing=False
        )

    @property
    def name(self) -> str:
        """Model, weights and target; written beside every event and on the cache of the fold."""
        return f"FSRS-6/default/{self.desired_retention:.2f}"

    def review(
        self, item: str, state: ItemState | None, rating: Rating, at: datetime, day: date
    ) -> ItemState:
        """The state after a review at an instant (UTC) of a study day.

        A review dated before the last one (a clock that went backwards) counts as made at the same time.
        """
        if state is not None:
            at, day = max(at, state.last_review), max(day, state.last_day)
        card, _ = self._fsrs.review_card(self._card(state, at, day), fsrs.Rating(rating), at)
        reviews = state.reviews + 1 if state else 1
        lapsed = state is not None and state.phase == "review" and rating == Rating.AGAIN
        interval = card.due - at
        if card.state is fsrs.State.Review:
            interval = timedelta(days=spread(interval.days, item, reviews))
        assert card.stability is not None
        assert card.difficulty is not None
        return ItemState(
            phase=_PHASES[card.state],
            step=card.step,
            stability=card.stability,
            difficulty=card.difficulty,
            due=at + interval,
            last_review=at,
            last_day=day,
            due_day=day + timedelta(days=interval.days),
            reviews=reviews,
            lapses=(state.lapses if state else 0) + lapsed,
        )

    def retrievability(self, state: ItemState, day: date) -> float:
        """The predicted probability of recall on a study day."""
        card = self._card(state, state.last_review, state.last_day)
        at = state.last_review + timedelta(days=max(0, (day - state.last_day).days))
        return self._fsrs.get_card_retrievability(card, at)

    @staticmethod
    def _card(state: ItemState | None, at: datetime, day: date) -> fsrs.Card:
        """The state as py-fsrs has it, its last review moved so that whole study days have passed at `at`."""
        if state is None:
            return fsrs.Card(card_id=1, due=at)
        return fsrs.Card(
            card_id=1,
            state=_STATES[state.phase],
            step=state.step,
            stability=state.stability,
            difficulty=state.difficulty,
            due=state.due,
            last_review=at - timedelta(days=(day - state.last_day).days),
        )


def spread(days: int, item: str, reviews: int) -> int:
    """An interval moved a little, always the same way for the same item and review.

    Stays within the share of the interval that FSRS allows, at least 2 days and at most the maximum.
    """
    if days < _SPREAD[0][0]:
        return days
    reach = 1.0
    for index, (start, share) in enumerate(_SPREAD):
        end = _SPREAD[index + 1][0] if index + 1 < len(_SPREAD) else float("inf")
        reach += share * max(0.0, min(float(days), end) - start)
    low, high = max(2, round(days - reach)), min(round(days + reach), MAXIMUM_INTERVAL)
    drawn = int.from_bytes(hashlib.sha256(f"{item}:{reviews}".encode()).digest()[:4]) / 2**32
    # One draw for all four ratings, so that a better rating never comes back sooner.
    return low + int(drawn * (high - low + 1))
