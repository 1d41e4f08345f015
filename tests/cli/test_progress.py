"""`quizcli`, `due`, `review`, `undo`, `stats`: the numbers, and the JSON of the contract."""

from __future__ import annotations

import json

import pytest

from .conftest import NOW, Program

REVIEW_KEYS = {"event", "item", "rating", "at", "due", "stability", "difficulty", "state"}
STATS_KEYS = {"reviews", "streak", "true_retention", "by_topic", "forecast", "calibration", "code"}
TOPIC_KEYS = {"topic", "cards", "seen", "retrievability", "readiness", "low", "high"}


def test_today_welcomes_a_newcomer_and_then_shows_where_one_stands(program: Program) -> None:
    first = program.run().stdout
    assert "Welcome to quizcli" in first
    assert "due 0   new 8   learning 0" in first
    program.run("review", "q09", "--rating", "easy")
    second = program.run().stdout
    assert "Welcome" not in second
    assert "new 7" in second
    assert any("Attention" in line and " 1/" in line for line in second.splitlines())
    assert "Next step: quizcli quiz" in second


def test_today_in_chinese(program: Program) -> None:
    assert "注意力" in program.run(LANG="zh_CN.UTF-8").stdout


def test_a_review_is_recorded_with_what_the_schedule_makes_of_it(program: Program) -> None:
    found = program.json("review", "q09", "--rating", "good")
    assert set(found) == REVIEW_KEYS
    assert (found["item"], found["rating"], found["at"], found["state"]) == ("q09", "good", NOW, "learning")
    assert found["due"] > found["at"]
    assert program.reviews() == 1


@pytest.mark.parametrize("rating", ["again", "hard", "good", "easy"])
def test_better_ratings_are_words(program: Program, rating: str) -> None:
    assert program.json("review", "q09", "--rating", rating)["rating"] == rating


def test_due_lists_the_queue_and_the_counts_agree(program: Program) -> None:
    found = program.json("due")
    assert set(found) == {"at", "counts", "queue"}
    assert found["at"] == NOW
    assert found["counts"] == {"due": 0, "new": 8, "learning": 0}
    assert len(found["queue"]) == 8
    entry = found["queue"][0]
    assert set(entry) == {"item", "card", "state", "due", "retrievability"}
    assert (entry["state"], entry["due"]) == ("new", None)
    assert len(program.json("due", "--limit", "3")["queue"]) == 3


def test_an_item_is_due_again_when_its_time_has_come(program: Program) -> None:
    when = program.json("review", "q09", "--rating", "easy")["due"]
    assert program.json("due")["counts"]["due"] == 0
    later = program.json("due", QUIZCLI_NOW=when)
    entry = next(entry for entry in later["queue"] if entry["item"] == "q09")
    assert (later["counts"]["due"], entry["state"], entry["due"]) == (1, "review", when)
    assert 0.85 < entry["retrievability"] < 0.95


def test_the_next_day_starts_at_four(program: Program) -> None:
    when = program.json("review", "q09", "--rating", "easy")["due"][:10]
    assert program.json("due", QUIZCLI_NOW=f"{when}T03:59:00+00:00")["counts"]["due"] == 0
    assert program.json("due", QUIZCLI_NOW=f"{when}T04:01:00+00:00")["counts"]["due"] == 1


def test_stats_have_the_keys_of_the_contract_and_add_up(program: Program) -> None:
    for item in ("q09", "q03", "q18"):
        program.run("review", item, "--rating", "good")
    found = program.json("stats")
    assert set(found) == STATS_KEYS
    assert (found["reviews"], found["streak"]) == (3, 1)
    assert all(set(row) == TOPIC_KEYS for row in found["by_topic"])
    assert {row["topic"]: row["seen"] for row in found["by_topic"] if row["seen"]} == {
        "attention": 2,
        "masks": 1,
    }
    assert all(
        0 <= row["low"] <= row["readiness"] <= row["high"] <= 1 for row in found["by_topic"] if row["seen"]
    )
    assert sum(day["due"] for day in found["forecast"]) == 3
    assert set(found["code"]) == {"passed", "attempted", "mistakes"}


def test_stats_of_one_topic(program: Program) -> None:
    assert [row["topic"] for row in program.json("stats", "--topic", "masks")["by_topic"]] == ["masks"]


def test_the_streak_counts_days_in_a_row(program: Program) -> None:
    for day in (1, 2, 3):
        program.run("review", "q09", "--rating", "good", QUIZCLI_NOW=f"2026-12-0{day}T10:00:00+00:00")
    assert program.json("stats", QUIZCLI_NOW="2026-12-03T23:00:00+00:00")["streak"] == 3
    assert program.json("stats", QUIZCLI_NOW="2026-12-05T23:00:00+00:00")["streak"] == 0


def test_undo_takes_back_again_and_again_and_a_replay_gives_the_same(program: Program) -> None:
    before = program.json("due")
    program.run("review", "q09", "--rating", "good")
    once = program.json("due")
    program.run("review", "q09", "--rating", "again")
    program.run("undo")
    assert program.json("due") == once
    assert program.json("undo")["undone"]["item"] == "q09"
    assert program.json("due") == before
    assert program.json("undo") == {"undone": None}
    assert program.run("undo").stdout == "there is nothing to take back\n"


def test_a_dropped_cache_changes_nothing(program: Program) -> None:
    import sqlite3
    from contextlib import closing

    for rating in ("again", "good", "easy"):
        program.run("review", "q09", "--rating", rating)
    before = program.json("due"), program.json("stats")
    with closing(sqlite3.connect(program.home / "quizcli.db")) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in (name for name in tables if "cache" in name):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
    assert (program.json("due"), program.json("stats")) == before


def test_a_clock_that_went_backwards_is_a_notice(program: Program) -> None:
    program.run("review", "q09", "--rating", "good")
    done = program.run("review", "q03", "--rating", "good", "--json", QUIZCLI_NOW="2026-11-20T10:00:00+00:00")
    assert done.returncode == 0
    assert "the clock is behind the last answer" in done.stderr
    assert json.loads(done.stdout)["item"] == "q03"
    assert program.reviews() == 2
