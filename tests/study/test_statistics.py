"""The statistics: right numbers from small logs worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from quizcli.event import Event
from quizcli.study.schedule import Schedule
from quizcli.study.statistics import Statistics, statistics, streak, wilson

from .conftest import NOON, code_card, items, open_card

DECK = items(open_card("a", claims=1), open_card("b"), open_card("n", "norms"), code_card("softmax"))
TODAY = NOON.date()
Log = Callable[..., Event]


def stats(*events: Event, today: date = TODAY) -> Statistics:
    return statistics(events, DECK, Schedule(), today, ["masks", "norms"])


def review(
    log: Log, item: str, rating: int, day: int = 0, kind: str = "review", **body: int | str | list[str]
) -> Event:
    at = NOON + timedelta(days=day)
    return log(kind, item, at, rating=rating, day=at.date().isoformat(), **body)


def test_an_empty_log_counts_nothing() -> None:
    found = stats()
    assert (found.reviews, found.streak, found.true_retention) == (0, 0, None)
    assert [(t.topic, t.cards, t.seen, t.readiness, t.retrievability) for t in found.by_topic] == [
        ("masks", 3, 0, 0.0, None),
        ("norms", 1, 0, 0.0, None),
    ]


def test_unseen_items_count_nothing_towards_readiness(log: Log) -> None:
    masks = stats(review(log, "a", 4)).by_topic[0]
    assert masks.seen == 1
    assert masks.retrievability == 1.0
    assert masks.readiness == pytest.approx(1 / 4)  # a, a/c0, b and softmax
    assert masks.low < masks.readiness <= masks.high <= 1 / 4


def test_readiness_falls_as_days_pass(log: Log) -> None:
    event = review(log, "n", 4)
    assert (
        stats(event, today=TODAY + timedelta(days=30)).by_topic[1].readiness
        < stats(event).by_topic[1].readiness
    )


def test_true_retention_counts_reviews_that_had_waited(log: Log) -> None:
    found = stats(
        review(log, "a", 4),
        review(log, "b", 4),
        review(log, "b", 1),  # the same day: no test of memory
        review(log, "a", 3, day=10),
        review(log, "n", 4, day=10),
        review(log, "n", 1, day=30),
        today=TODAY + timedelta(days=30),
    )
    assert found.true_retention == 0.5
    assert sum(entry.reviews for entry in found.calibration) == 2
    assert all(0 <= entry.predicted <= 1 for entry in found.calibration)


def test_what_was_taken_back_is_not_counted(log: Log) -> None:
    first = review(log, "a", 3)
    assert stats(first, log("void", None, event=first.id)).reviews == 0


def test_the_streak_ends_today_or_yesterday() -> None:
    days = {TODAY - timedelta(days=back) for back in (0, 1, 2, 4)}
    assert streak(days, TODAY) == 3
    assert streak(days, TODAY + timedelta(days=1)) == 3
    assert streak(days, TODAY + timedelta(days=2)) == 0


def test_the_forecast_puts_what_is_overdue_on_today(log: Log) -> None:
    later = TODAY + timedelta(days=400)
    found = stats(review(log, "a", 4), review(log, "n", 4), today=later)
    assert found.forecast == {later: 2}


def test_submissions_count_attempts_stars_and_the_first_named_mistake(log: Log) -> None:
    found = stats(
        review(
            log, "softmax", 1, kind="submission", verdict="fail", stars=0, mistakes=["softmax-unstable", "x"]
        ),
        review(log, "softmax", 3, kind="submission", verdict="pass", stars=2, mistakes=[]),
        review(log, "softmax", 3, kind="submission", verdict="pass", stars=1, mistakes=[]),
    ).code
    assert (found.passed, found.attempted) == (1, 1)
    assert found.stars == {"softmax": 2}
    assert found.attempts == {"softmax": 3}
    assert found.mistakes == {"softmax-unstable": 1}


def test_wilson_against_worked_values() -> None:
    # z = 1.645: 8 of 10 gives (0.539, 0.932); certainty from few trials stays uncertain.
    assert wilson(0.8, 10) == pytest.approx((0.5418, 0.9312), abs=3e-3)
    assert wilson(1.0, 1)[0] < 0.3
    assert wilson(1.0, 1000)[0] > 0.99
    assert wilson(0.0, 5)[0] == 0.0
