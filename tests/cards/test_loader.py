"""What the loader says of a fault: the file, the line, the column, what it is and what was expected."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from quizcli.cards.card import OpenCard, items_of
from quizcli.cards.loader import MAX_BYTES, Loaded, load

Deck = Callable[..., Loaded]


def lines(loaded: Loaded) -> list[str]:
    """The faults, without the folder."""
    return [str(fault).removeprefix(f"{Path(fault.file).parent}/") for fault in loaded.faults]


def test_a_right_card_has_no_fault_and_is_loaded(deck: Deck, card: str) -> None:
    loaded = deck(a=card)
    assert lines(loaded) == []
    assert loaded.cards["own-card"].title.zh == "标题"


def test_every_fault_of_every_file_is_reported_at_once(deck: Deck, card: str) -> None:
    first = card.replace("basic", "hard").replace("question:", "qestion:")
    second = card.replace("own-card", "Own Card").replace(", en: Title", "")
    loaded = deck(a=first, b=second)
    assert lines(loaded) == [
        "a.yaml:1:1: 'question' is missing, expected the key 'question'",
        "a.yaml:4:8: 'level' is 'hard', expected basic or advanced",
        "a.yaml:6:1: unknown key 'qestion', expected 'question'",
        "b.yaml:2:5: 'id' is 'Own Card', expected lower-case letters, digits, '-', '_' or '.' (at most 64)",
        "b.yaml:5:8: 'title.en' is missing, expected the text in English",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "a.yaml:1:1: the file is empty, expected a card"),
        ("- 1\n", "a.yaml:1:1: a list, expected a card: a mapping with kind, id, topic, …"),
        ("kind: opn\n", "a.yaml:1:7: kind is 'opn', expected open, claim or code"),
        ("id: x\n", "a.yaml:1:1: the key 'kind' is missing, expected open, claim or code"),
        ("kind: open\nkind: open\n", "a.yaml:2:1: the key 'kind' a second time, expected each key once"),
        (
            "a: &x [*x]\n",
            "a.yaml:1:8: the alias '*x' contains itself, expected an alias to something complete",
        ),
        ("a: *x\n", "a.yaml:1:4: the alias '*x' has no anchor, expected '&x' earlier in the file"),
        (
            "a: !!python/name:os.system x\n",
            "a.yaml:1:4: the tag '!!python/name:os.system', expected plain values without tags",
        ),
        ("a: b\x00c\n", "a.yaml:1:5: the character U+0000, expected printable text"),
        ("a: [1, 2\n", "a.yaml:2:1: did not find expected ',' or ']', expected valid YAML"),
        ("? [a]\n: b\n", "a.yaml:1:3: a key that is no text, expected a plain word as the key"),
        ("[" * 500, "a.yaml:1:26: nesting deeper than 24 levels, expected a flatter card"),
    ],
)
def test_one_clear_line_for_what_is_no_card(deck: Deck, text: str, fault: str) -> None:
    found = lines(deck(a=text))
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_aliases_that_explode_are_refused_quickly(deck: Deck) -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 20):
        text += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    found = lines(deck(a=text))
    assert len(found) == 1
    assert "more than 50,000 values (aliases counted in full)" in found[0]


def test_an_ordinary_alias_is_fine(deck: Deck, card: str) -> None:
    text = card.replace("title: {zh", "title: &t {zh").replace(
        "question: {zh: 问题, en: Question}", "question: *t"
    )
    loaded = deck(a=text)
    assert lines(loaded) == []
    same = loaded.cards["own-card"]
    assert isinstance(same, OpenCard)
    assert same.question == same.title


def test_bytes_that_are_no_utf8_are_placed(deck: Deck, card: str) -> None:
    found = lines(deck(a=card.encode().replace("标题".encode(), "标题".encode("gbk"))))
    assert found == ["a.yaml:5:13: the byte 0xb1, which is no UTF-8, expected text saved as UTF-8"]


def test_a_byte_order_mark_does_no_harm(deck: Deck, card: str) -> None:
    assert lines(deck(a=b"\xef\xbb\xbf" + card.encode())) == []


def test_a_huge_file_is_not_even_read(deck: Deck, tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as stream:
        stream.truncate(50_000_000)
    assert lines(deck()) == ["huge.yaml:1:1: a file of 50.0 MB, expected at most 1 MB; one file a card"]
    assert MAX_BYTES < 50_000_000


def test_an_id_that_is_taken_names_the_first_place(deck: Deck, card: str) -> None:
    found = lines(deck(a=card, b=card))
    assert len(found) == 1
    assert found[0].startswith("b.yaml:2:5: ") or "a.yaml:2, expected an id of its own" in found[0]


def test_dangling_references_are_faults_and_the_card_stays_usable(deck: Deck, card: str) -> None:
    loaded = deck(a=card + "sources: [{key: nobody1999}]\nexercises: [no_such_mask]\n")
    assert lines(loaded) == [
        "a.yaml:9:17: the source 'nobody1999' does not exist, expected a key of sources.yaml",
        "a.yaml:10:13: the exercise 'no_such_mask' does not exist, expected the id of a known exercise",
    ]
    assert "own-card" in loaded.cards


def test_a_mistake_names_a_card_that_exists(deck: Deck, card: str, tmp_path: Path) -> None:
    text = "{zh: 一, en: a}"
    words = f"  what: {text}\n  why: {text}\n  mend: {text}\n"
    (tmp_path / "mistakes.yaml").write_text(
        f"known:\n  card: own-card\n{words}lost:\n  card: gone\n{words}", "utf-8"
    )
    found = lines(deck(a=card))
    assert len(found) == 1
    assert found[0].startswith("mistakes.yaml:7:9: the card 'gone' does not exist, expected ")


def test_an_unknown_topic_lists_the_known_ones(deck: Deck, card: str) -> None:
    loaded = deck(a=card.replace("masks", "mask"))
    expected = "the topic 'mask' does not exist, expected one of masks; or its own entry in a topics.yaml"
    assert lines(loaded) == [f"a.yaml:3:8: {expected}"]
    assert loaded.cards == {}


def test_claims_of_a_card_need_ids_that_differ(deck: Deck, card: str) -> None:
    claim = "  - {id: same, statement: {zh: 一, en: a}, truth: true, reason: {zh: 一, en: a}}\n"
    found = lines(deck(a=card + "claims:\n" + claim * 2))
    assert found == [
        "a.yaml:11:10: the id 'same' a second time in 'claims', expected ids that differ within the card"
    ]


def test_a_fault_in_one_file_never_stops_the_rest(deck: Deck, card: str) -> None:
    loaded = deck(a="kind: [", b=card)
    assert len(loaded.faults) == 1
    assert "own-card" in loaded.cards


def test_several_cards_may_share_a_file(deck: Deck, card: str) -> None:
    assert set(deck(a=f"{card}---\n{card.replace('own-card', 'second')}").cards) == {"own-card", "second"}


def test_scalars_stay_the_text_that_was_written(deck: Deck, card: str) -> None:
    loaded = deck(a=card.replace("标题", "1.10").replace("en: Title", "en: no") + "notes: 9\n")
    found = loaded.cards["own-card"]
    assert (found.title.zh, found.title.en, found.notes) == ("1.10", "no", "9")


def test_moving_or_rewording_a_card_keeps_its_items(deck: Deck, card: str, tmp_path: Path) -> None:
    before = [item.id for item in items_of(deck(a=card).cards["own-card"])]
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "other.yaml").write_text(card.replace("Question", "Reworded"), "utf-8")
    assert [item.id for item in items_of(load([tmp_path]).cards["own-card"])] == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_a_fault(deck: Deck, card: str, tmp_path: Path) -> None:
    deck(a=card)
    (tmp_path / "a.yaml").chmod(0)
    assert "cannot be read" in lines(load([tmp_path]))[0]


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    faults = load([tmp_path / "nowhere"]).faults
    assert [fault.what for fault in faults] == ["no such file or folder"]
