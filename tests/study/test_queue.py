"""The queue: what is due today and in which order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from quizcli.cards.card import Item
from quizcli.study.progress import Progress, Record
from quizcli.study.queue import Entry, Limits, Queue, build_queue
from quizcli.study.rating import Rating
from quizcli.study.schedule import Schedule

from .conftest import NOON, code_card, items, open_card

TODAY = NOON.date()
PLENTY = Limits(new=100, reviews=100)


def queue(deck: dict[str, Item], progress: Progress | None = None, limits: Limits = PLENTY) -> Queue:
    return build_queue(deck, progress or {}, Schedule(), limits, NOON, TODAY)


def asked(days_ago: int, rating: Rating = Rating.EASY, item: str = "i") -> Record:
    at, day = NOON - timedelta(days=days_ago), TODAY - timedelta(days=days_ago)
    return Record(Schedule().review(item, None, rating, at, day), False, day)


def ids(queue: Queue) -> list[str]:
    return [entry.item.id for entry in queue.entries]


def test_one_item_of_a_card_a_day_and_the_question_first() -> None:
    deck = items(open_card("a", claims=3), open_card("b", claims=1))
    assert ids(queue(deck)) == ["a", "b"]


def test_claims_follow_once_the_questions_were_seen() -> None:
    deck = items(open_card("a", claims=2), open_card("b", claims=1))
    progress = {"a": asked(1), "b": asked(1)}
    assert ids(queue(deck, progress)) == ["a/c0", "b/c0"]


def test_siblings_of_what_was_asked_today_wait() -> None:
    deck = items(open_card("a", claims=2), open_card("b"))
    assert ids(queue(deck, {"a": asked(0)})) == ["b"]
    assert ids(queue(deck, {"a": asked(90), "a/c0": asked(0)})) == ["b"]


def test_of_siblings_due_together_the_one_most_at_risk_is_asked() -> None:
    deck = items(open_card("a", claims=1))
    assert ids(queue(deck, {"a": asked(30), "a/c0": asked(90)})) == ["a/c0"]


def test_new_items_are_limited_by_the_day_not_by_the_sitting() -> None:
    deck = items(*(open_card(f"c{number}") for number in range(9)))
    limits = Limits(new=3, reviews=100)
    assert len(ids(queue(deck, limits=limits))) == 3
    assert len(ids(queue(deck, {"c0": asked(0)}, limits))) == 2
    assert ids(queue(deck, {f"c{n}": asked(0) for n in range(3)}, limits)) == []


def test_reviews_are_limited_and_those_most_at_risk_come_first() -> None:
    deck = items(*(open_card(f"c{number}") for number in range(5)))
    progress = {f"c{number}": asked(30 + 30 * number) for number in range(5)}
    assert ids(queue(deck, progress)) == ["c4", "c3", "c2", "c1", "c0"]
    assert ids(queue(deck, progress, Limits(new=0, reviews=2))) == ["c4", "c3"]


def test_an_item_is_due_on_its_day_and_not_before() -> None:
    deck = items(open_card("a"))
    state = asked(0).state
    assert state is not None
    record = Record(state, False, TODAY)
    for day, due in [(state.due_day - timedelta(days=1), []), (state.due_day, ["a"])]:
        found = build_queue(deck, {"a": record}, Schedule(), PLENTY, NOON, day)
        assert ids(found) == due


def test_learning_items_come_first_when_their_minutes_are_up_and_wait_until_then() -> None:
    deck = items(open_card("a"), open_card("b"))
    state = Schedule().review("a", None, Rating.GOOD, NOON, TODAY)
    progress = {"a": Record(state, False, TODAY)}
    now = queue(deck, progress)
    assert (ids(now), [entry.item.id for entry in now.waiting], now.learning) == (["b"], ["a"], 1)
    later = build_queue(deck, progress, Schedule(), PLENTY, NOON + timedelta(minutes=10), TODAY)
    assert (ids(later), later.waiting) == (["a", "b"], ())


def test_suspended_items_and_items_no_longer_in_the_deck_are_not_asked() -> None:
    deck = items(open_card("a"), open_card("b"))
    progress = {"a": Record(suspended=True), "gone": asked(90)}
    assert ids(queue(deck, progress)) == ["b"]


def test_topics_alternate() -> None:
    deck = items(*(open_card(f"{topic}{n}", topic) for topic in ("masks", "norms") for n in range(3)))
    topics = [entry.topic for entry in queue(deck).entries]
    assert all(one != two for one, two in pairwise(topics))


def test_new_items_are_spread_among_the_reviews() -> None:
    deck = items(*(open_card(f"r{n}") for n in range(6)), *(open_card(f"n{n}") for n in range(3)))
    states = [entry.state for entry in queue(deck, {f"r{n}": asked(90 + n) for n in range(6)}).entries]
    assert states.count("new") == 3
    assert states[0] == "review"
    assert all("new" in states[start : start + 3] for start in (0, 3, 6))


def test_an_exercise_enters_by_its_first_submission() -> None:
    deck = items(code_card("softmax"))
    assert ids(queue(deck)) == []
    assert ids(queue(deck, {"softmax": asked(90)})) == ["softmax"]


def test_a_topic_filter_keeps_the_limits_of_the_day() -> None:
    deck = items(open_card("a", "masks"), open_card("b", "norms"), open_card("c", "norms"))
    limits, only = Limits(new=2, reviews=9), frozenset({"norms"})
    found = build_queue(deck, {"a": asked(0)}, Schedule(), limits, NOON, TODAY, only)
    assert ids(found) == ["b"]


def test_an_empty_deck_has_an_empty_queue() -> None:
    assert queue({}) == Queue((), (), 0, 0)
    assert queue({}).learning == 0


def test_entries_know_their_topic() -> None:
    (item,) = items(open_card("a", "norms")).values()
    assert Entry(item, "new", None, 0.0).topic == "norms"


def test_what_teaches_a_mistake_is_due_whatever_the_limits() -> None:
    deck = items(*(open_card(f"q{n}", claims=1) for n in range(4)))
    found = queue(deck, {"q3": Record(wanted=True)}, limits=Limits(new=1, reviews=0))
    assert [(entry.item.id, entry.state) for entry in found.entries] == [("q3", "new"), ("q0", "new")]
    assert (found.due, found.new) == (1, 1)
    assert queue(deck, {"q3": Record(wanted=True, suspended=True)}, limits=Limits(0, 0)).entries == ()
