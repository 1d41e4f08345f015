"""A scripted quiz: a line for the answer, a line for the rating."""

from __future__ import annotations

import pytest

from .conftest import Program


def test_an_answer_is_shown_rated_and_saved(program: Program) -> None:
    done = program.run("quiz", "q09", stdin="softmax of QK over root d\n3\n")
    assert done.returncode == 0
    for words in (
        "scaled dot-product attention",
        "What your notes said",
        "✗ wrong",
        "Rubric",
        "Vaswani 2017",
    ):
        assert words in done.stdout
    assert "1 again 1 min   2 hard 6 min   3 good 10 min   4 easy 8 d" in done.stdout
    assert "✓ saved · q09 · good · next: 10 min" in done.stdout
    assert program.reviews() == 1


def test_the_daily_quiz_asks_new_cards_up_to_the_limit(program: Program) -> None:
    done = program.run("quiz", "--limit", "3", stdin="\n4\n" * 3)
    assert done.stdout.count("✓ saved") == 3
    assert "answered: 3" in done.stdout
    assert program.json("due")["counts"]["new"] == 5


def test_new_sets_the_new_items_of_today(program: Program) -> None:
    assert program.run("quiz", "--new", "2", stdin="\n4\n" * 9).stdout.count("✓ saved") == 2
    assert "Nothing is due now" in program.run("quiz", "--new", "2", stdin="\n4\n").stdout
    assert program.run("quiz", "--new", "3", stdin="\n4\n" * 9).stdout.count("✓ saved") == 1


def test_a_topic_asks_only_its_cards(program: Program) -> None:
    done = program.run("quiz", "--topic", "masks", stdin="\n4\n" * 9)
    assert "q08" in done.stdout
    assert "q18" in done.stdout
    assert done.stdout.count("✓ saved") == 2


def test_a_forgotten_card_comes_back_in_the_same_sitting(program: Program) -> None:
    done = program.run("quiz", "q09", stdin="\n1\n\n4\n")
    assert "✓ saved · q09 · again · next: 1 min" in done.stdout
    assert "✓ saved · q09 · easy" in done.stdout
    assert "Hard this time:\n  q09  Scaled dot-product attention" in done.stdout


@pytest.mark.parametrize("lines", ["", "\n", "typed, never rated\n"])
def test_an_input_that_ends_early_saves_nothing_it_was_not_told(program: Program, lines: str) -> None:
    assert program.run("quiz", "q09", stdin=lines).returncode == 0
    assert program.reviews() == 0


def test_a_wrong_rating_is_one_line_and_earlier_answers_are_kept(program: Program) -> None:
    done = program.run("quiz", stdin="\n3\n\nseven\n")
    assert done.returncode == 2
    assert done.stderr == "quizcli: 'seven' is no rating (use again, hard, good or easy (1 to 4))\n"
    assert program.reviews() == 1


def test_a_claim_judged_right_can_be_rated(program: Program) -> None:
    done = program.run("quiz", "q09/bounded-scores", stdin="f\n3\n")
    assert "bounded-scores" not in done.stdout.split("judged it right")[0]  # the id would give it away
    assert "You judged it right" in done.stdout
    assert "The claim is: false" in done.stdout
    assert "q09/bounded-scores · good" in done.stdout


def test_a_claim_judged_wrong_is_again_whatever_the_rating(program: Program) -> None:
    done = program.run("quiz", "q09/bounded-scores", stdin="t\n4\n")
    assert "You judged it wrong" in done.stdout
    assert "q09/bounded-scores · again" in done.stdout


def test_a_claim_wants_t_or_f(program: Program) -> None:
    done = program.run("quiz", "q09/bounded-scores", stdin="maybe\n3\n")
    assert (done.returncode, done.stderr) == (
        2,
        "quizcli: standard input: 'maybe' is no judgement (write t or f)\n",
    )


def test_undo_goes_back_through_this_sitting_and_earlier_ones(program: Program) -> None:
    program.run("quiz", "q09", stdin="\n4\n")
    done = program.run("quiz", "q03", "q04", stdin="\n4\n:undo\n:undo\n:undo\n\n2\n:stop\n")
    assert done.stdout.count("taken back: q03") == 1
    assert done.stdout.count("taken back: q09") == 1
    assert "there is nothing to take back" in done.stderr
    assert "✓ saved · q09 · hard" in done.stdout
    assert program.reviews() == 1


def test_undo_at_the_rating_takes_the_previous_answer_back(program: Program) -> None:
    done = program.run("quiz", "q03", "q04", stdin="\n4\n\n:undo\n\n3\n\n3\n:stop\n")
    assert "taken back: q03" in done.stdout
    assert program.reviews() == 2


def test_a_skipped_card_is_left_out_and_a_suspended_one_stays_out(program: Program) -> None:
    done = program.run("quiz", "--topic", "masks", stdin=":skip\n:suspend\n")
    assert "skipped: q08" in done.stdout
    assert "suspended: q18" in done.stdout
    asked = "two mask mechanisms"
    again = program.run("quiz", "--topic", "masks", stdin=":skip\n" * 4).stdout
    assert ("variable length" in again, asked in again) == (True, False)
    program.run("undo")
    assert asked in program.run("quiz", "--topic", "masks", stdin=":skip\n" * 4).stdout


def test_the_language_can_be_changed_at_the_question_and_at_the_answer(program: Program) -> None:
    done = program.run("quiz", "q09", stdin=":language\n\n:language\n4\n")
    assert "缩放点积注意力是什么" in done.stdout
    assert "你的笔记怎么说" in done.stdout
    assert "What your notes said" in done.stdout


@pytest.mark.parametrize(
    ("lang", "there", "absent"),
    [
        ("zh", ["为什么重要", "必答"], ["What is scaled", "must"]),
        ("en", ["What is scaled", "must"], ["为什么重要", "必答"]),
        ("both", ["为什么重要", "What is scaled"], []),
    ],
)
def test_the_cards_come_in_the_wanted_language(
    program: Program, lang: str, there: list[str], absent: list[str]
) -> None:
    out = program.run("quiz", "q09", "--lang", lang, stdin="\n4\n").stdout
    assert all(words in out for words in there)
    assert not any(words in out for words in absent)


def test_the_locale_chooses_the_language(program: Program) -> None:
    assert "为什么重要" in program.run("quiz", "q09", stdin="\n4\n", LANG="zh_CN.UTF-8").stdout


def test_cramming_records_nothing(program: Program) -> None:
    program.run("quiz", "q09", stdin="\n4\n")
    before = program.json("due")
    done = program.run("quiz", "--cram", "--limit", "4", stdin="\n3\n" * 4)
    assert done.stdout.count("cramming, not recorded") == 4
    assert program.json("due") == before
    assert program.reviews() == 1


def test_the_full_answer_is_one_command_away(program: Program) -> None:
    done = program.run("quiz", "q09", stdin="\n:full\n4\n")
    assert "Follow-ups" in done.stdout
    assert "Common misconceptions" in done.stdout


def test_minutes_end_the_sitting(program: Program) -> None:
    env = program.env.pop("QUIZCLI_NOW")
    done = program.run("quiz", "--minutes", "60", "--limit", "2", stdin="\n4\n" * 2)
    program.env["QUIZCLI_NOW"] = env
    assert done.stdout.count("✓ saved") == 2


def test_an_unknown_card_or_topic_names_the_closest(program: Program) -> None:
    card = program.run("quiz", "q9")
    assert card.returncode == 2
    assert "there is no item 'q9' (did you mean q" in card.stderr
    assert "q09" in card.stderr
    topic = program.run("quiz", "--topic", "mask")
    assert (topic.returncode, "there is no topic 'mask' (did you mean masks?" in topic.stderr) == (2, True)


def test_input_that_is_no_text_is_no_crash(program: Program) -> None:
    done = program.run("quiz", "q09", stdin=b"\xff\xfe\x00\n4\n")
    assert done.returncode == 0
    assert program.reviews() == 1


def test_what_was_typed_is_kept_in_the_log(program: Program) -> None:
    program.run("quiz", "q09", stdin="方差为 dₖ\n3\n")
    from quizcli.store import open_store

    with open_store(program.home) as store:
        (_, event), *_ = store.events()
    assert event.body["answer"] == "方差为 dₖ"
    assert event.body["rating"] == 3
    assert event.body["day"] == "2026-12-01"
