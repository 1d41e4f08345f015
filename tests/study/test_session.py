"""The session: which item comes next, what undo and skip do."""

from __future__ import annotations

from datetime import timedelta

from quizcli.study.queue import Entry, Queue
from quizcli.study.rating import Rating
from quizcli.study.schedule import Schedule
from quizcli.study.session import Outcome, Session

from .conftest import NOON, items, open_card

DECK = items(*(open_card(name) for name in "abc"))
ENTRIES = tuple(Entry(item, "new", None, 0.0) for item in DECK.values())
QUEUE = Queue(ENTRIES, (), due=0, new=3)


def answer(session: Session, rating: Rating, event: str = "e", minutes: int = 0) -> str:
    """Answer the next item; returns its id."""
    at = NOON + timedelta(minutes=minutes)
    entry = session.next(at)
    assert entry is not None
    state = Schedule().review(entry.item.id, None, rating, at, at.date())
    session.rated(Outcome(entry, rating, state, event), again_today=True)
    return entry.item.id


def test_items_come_in_the_order_of_the_queue_and_then_it_is_over() -> None:
    session = Session.of(QUEUE)
    assert [answer(session, Rating.EASY) for _ in range(3)] == ["a", "b", "c"]
    assert session.next(NOON) is None
    assert session.answered == 3


def test_a_forgotten_item_comes_back_when_its_minute_is_up() -> None:
    session = Session.of(QUEUE)
    answer(session, Rating.AGAIN)
    assert answer(session, Rating.EASY, minutes=2) == "a"
    assert answer(session, Rating.EASY, minutes=2) == "b"


def test_with_nothing_else_left_a_learning_item_comes_early() -> None:
    session = Session.of(Queue(ENTRIES[:1], (), 0, 1))
    answer(session, Rating.GOOD)
    assert answer(session, Rating.GOOD) == "a"


def test_a_learning_item_far_off_does_not_hold_the_session() -> None:
    later = Entry(ENTRIES[0].item, "learning", NOON + timedelta(hours=2), 1.0)
    assert Session.of(Queue((), (later,), 0, 0)).next(NOON) is None


def test_the_limit_counts_items() -> None:
    session = Session.of(QUEUE, limit=2)
    assert [answer(session, Rating.EASY) for _ in range(2)] == ["a", "b"]
    assert session.next(NOON) is None


def test_an_undone_answer_is_asked_again_first() -> None:
    session = Session.of(QUEUE)
    answer(session, Rating.GOOD, event="first")
    session.undone("first", ENTRIES[0])
    assert session.done == []
    assert [answer(session, Rating.EASY) for _ in range(3)] == ["a", "b", "c"]
    assert session.next(NOON + timedelta(hours=1)) is None


def test_a_dropped_item_does_not_come_back() -> None:
    session = Session.of(QUEUE)
    answer(session, Rating.AGAIN)
    session.drop("a")
    session.drop("b")
    assert answer(session, Rating.EASY) == "c"
    assert session.next(NOON + timedelta(minutes=5)) is None


def test_cramming_asks_each_item_once() -> None:
    session = Session.of(QUEUE)
    for _ in range(3):
        entry = session.next(NOON)
        assert entry is not None
        state = Schedule().review(entry.item.id, None, Rating.AGAIN, NOON, NOON.date())
        session.rated(Outcome(entry, Rating.AGAIN, state, None), again_today=False)
    assert session.next(NOON + timedelta(minutes=5)) is None
