"""`cards list|show|search|check|schema`."""

from __future__ import annotations

import json

import pytest

from .conftest import Program

ENTRY_KEYS = {"id", "kind", "topic", "level", "notes", "title", "items"}
NOTES = {*map(str, range(1, 31)), "x1", "x2"}


def test_list_holds_every_question_of_the_notes(program: Program) -> None:
    cards = program.json("cards", "list")
    assert all(set(card) == ENTRY_KEYS for card in cards)
    assert {card["notes"] for card in cards if card["kind"] == "open"} >= NOTES
    assert all(card["title"]["zh"] and card["title"]["en"] for card in cards)
    items = [item for card in cards for item in card["items"]]
    assert len(items) == len(set(items)) > len(cards)


def test_list_for_a_person(program: Program) -> None:
    listed = program.run("cards", "list", LANG="zh_CN.UTF-8").stdout
    assert "q09" in listed
    assert "缩放点积注意力" in listed


def test_show_has_the_whole_card(program: Program) -> None:
    card = program.json("cards", "show", "q09")
    assert (card["id"], card["kind"], card["notes"]) == ("q09", "open", "9")
    for field in (
        "question",
        "answer",
        "rubric",
        "misconceptions",
        "follow_ups",
        "sources",
        "your_notes",
        "claims",
    ):
        assert card[field], field
    shown = program.run("cards", "show", "q09", "--lang", "both").stdout
    assert "variance" in shown
    assert "方差" in shown


def test_show_an_exercise(program: Program) -> None:
    shown = program.run("cards", "show", "causal_mask").stdout
    assert "def causal_mask" in shown


@pytest.mark.parametrize(("text", "found"), [("KV cache", "q10"), ("残差", "x1"), ("d_k saturate", "q09")])
def test_search_finds_in_both_languages(program: Program, text: str, found: str) -> None:
    assert found in [card["id"] for card in program.json("cards", "search", *text.split())]


def test_search_finds_nothing(program: Program) -> None:
    assert program.json("cards", "search", "zzzzzz") == []
    assert program.run("cards", "search", "zzzzzz").returncode == 0


def test_check_of_the_shipped_deck(program: Program) -> None:
    done = program.run("cards", "check")
    assert done.returncode == 0
    assert done.stdout.endswith(" cards, 0 faults\n")
    assert program.json("cards", "check")["faults"] == []


def test_check_names_all_faults_of_all_files(program: Program) -> None:
    (program.work / "a.yaml").write_text("kind: open\nid: A b\ncolour: red\n", "utf-8")
    (program.work / "b.yaml").write_bytes(b"\xff\xfe\x00")
    done = program.run("cards", "check", "a.yaml", "b.yaml")
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert any(line.startswith("a.yaml:2:5: ") for line in lines)
    assert any(line.startswith("a.yaml:3:1: ") and "colour" in line for line in lines)
    assert any(line.startswith("b.yaml:1:1: ") and "UTF-8" in line for line in lines)
    faults = program.json("cards", "check", "a.yaml")["faults"]
    assert {"file", "line", "column"} <= set(faults[0])


def test_check_of_a_path_that_is_not_there(program: Program) -> None:
    done = program.run("cards", "check", "nowhere.yaml")
    assert (done.returncode, "no such file" in done.stdout) == (2, True)


def test_the_schema_is_a_json_schema_that_the_cards_fulfil(program: Program) -> None:
    schema = json.loads(program.run("cards", "schema").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    text = json.dumps(schema)
    assert all(
        f'"{field}"' in text for field in ("rubric", "misconceptions", "follow_ups", "statement", "stub")
    )
