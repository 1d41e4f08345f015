"""The path through the coding exercises."""

from __future__ import annotations

from quizcli.cards.card import CodeCard
from quizcli.cards.deck import bundled_questions, compile_deck
from quizcli.study.curriculum import exercise_path, missing, next_exercise

from .conftest import code_card, open_card


def ids(path: dict[str, list[CodeCard]]) -> dict[str, list[str]]:
    return {topic: [card.id for card in stage] for topic, stage in path.items()}


def test_masks_come_first_and_other_topics_last() -> None:
    cards = [code_card("loss", "training"), code_card("soft", "attention"), code_card("pad"), open_card("q1")]
    assert ids(exercise_path(cards)) == {"masks": ["pad"], "attention": ["soft"], "training": ["loss"]}


def test_what_an_exercise_builds_on_comes_before_it() -> None:
    cards = [code_card("a", after=("c", "soft")), code_card("b"), code_card("c", after=("b",))]
    assert ids(exercise_path(cards)) == {"masks": ["b", "c", "a"]}


def test_a_cycle_of_prerequisites_loses_nothing() -> None:
    cards = [code_card("a", after=("b",)), code_card("b", after=("a",))]
    assert sorted(ids(exercise_path(cards))["masks"]) == ["a", "b"]


def test_next_is_the_first_that_builds_on_passed_ones_only() -> None:
    path = exercise_path([code_card("a", after=("soft",)), code_card("b"), code_card("soft", "attention")])
    assert next_exercise(path, set()) == code_card("b")
    assert next_exercise(path, {"b"}) == code_card("soft", "attention")
    assert next_exercise(path, {"b", "soft"}) == code_card("a", after=("soft",))
    assert next_exercise(path, {"a", "b", "soft"}) is None


def test_next_after_one_goes_on_from_there_and_begins_anew_at_the_end() -> None:
    a, b, c = code_card("a"), code_card("b"), code_card("c")
    path = exercise_path([a, b, c])
    assert next_exercise(path, set(), after=a) == b
    assert next_exercise(path, {"c"}, after=b) == a
    assert next_exercise(path, {"a", "b"}, after=c) is None


def test_where_everything_left_builds_on_something_missing_it_is_proposed_all_the_same() -> None:
    lonely = code_card("a", after=("elsewhere",))
    assert next_exercise(exercise_path([lonely]), set()) == lonely
    assert missing(lonely, {"b"}) == ["elsewhere"]


def test_the_bundled_exercises_come_after_all_they_build_on() -> None:
    deck = compile_deck([bundled_questions()])
    passed: set[str] = set()
    for stage in exercise_path(deck.cards.values()).values():
        for card in stage:
            assert missing(card, passed) == []
            passed.add(card.id)
    assert len(passed) > 20
