"""The deck: the bundled questions, the compiled cache, the schema, the search."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from quizcli.cards.card import ClaimCard, CodeCard, OpenCard
from quizcli.cards.deck import Deck, bundled_questions, open_deck
from quizcli.cards.search import search
from quizcli.cards.tree import parse_documents
from quizcli.errors import UsageError

from .conftest import CARD


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Deck:
    """The bundled deck."""
    return open_deck([], tmp_path_factory.mktemp("cache") / "deck.json")


def test_the_32_questions_of_the_notes_are_there(deck: Deck) -> None:
    notes = {card.id: card.notes for card in deck.cards.values() if isinstance(card, OpenCard) and card.notes}
    expected = {f"q{number:02}": str(number) for number in range(1, 31)} | {"x1": "x1", "x2": "x2"}
    assert notes == expected


def test_the_bundled_deck_has_no_fault(deck: Deck) -> None:
    assert [str(fault) for fault in deck.faults] == []


def test_levels_follow_the_notes(deck: Deck) -> None:
    for card in deck.cards.values():
        if isinstance(card, OpenCard) and card.notes and card.notes.isdigit():
            assert card.level == ("advanced" if int(card.notes) > 20 else "basic"), card.id


def test_every_card_of_the_notes_is_complete(deck: Deck) -> None:
    for card in deck.cards.values():
        if not (isinstance(card, OpenCard) and card.notes):
            continue
        assert card.answer.spoken, card.id
        assert 5 <= len(card.rubric) <= 8, card.id
        assert 3 <= sum(point.need == "must" for point in card.rubric) <= 5, card.id
        assert card.your_notes, card.id
        assert {True, False} <= {claim.truth for claim in card.claims}, card.id
        assert 2 <= len(card.follow_ups) <= 3, card.id
        assert card.sources, card.id
        assert card.misconceptions, card.id


def test_texts_are_in_their_language(deck: Deck) -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    for file in sorted(bundled_questions().rglob("*.yaml")):
        for tree in parse_documents(file.read_text("utf-8")):
            for path, place in tree.values.items():
                value = tree.data
                for part in path:
                    value = value[part]
                if path and path[-1] == "en" and file.parent.name != "questions":
                    assert not chinese.search(value), f"{file}:{place[0]}"
                if path and path[-1] == "zh" and len(value) > 60:
                    assert chinese.search(value), f"{file}:{place[0]}"


def test_a_fresh_cache_gives_the_same_deck(tmp_path: Path) -> None:
    cache = tmp_path / "deck.json"
    compiled = open_deck([], cache)
    assert cache.exists()
    assert open_deck([], cache) == compiled


def test_a_changed_file_makes_the_cache_stale(tmp_path: Path) -> None:
    own, cache = tmp_path / "own", tmp_path / "deck.json"
    own.mkdir()
    (own / "a.yaml").write_text(CARD, "utf-8")
    assert open_deck([own], cache).card("own-card").title.en == "Title"
    (own / "a.yaml").write_text(CARD.replace("en: Title", "en: Another title"), "utf-8")
    assert open_deck([own], cache).card("own-card").title.en == "Another title"
    (own / "a.yaml").unlink()
    assert "own-card" not in open_deck([own], cache).cards


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"stamp": 1}', b"\xff\xfe", b"null"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    cache = tmp_path / "deck.json"
    whole = open_deck([], cache)
    cache.write_bytes(damage)
    assert open_deck([], cache) == whole
    assert json.loads(cache.read_bytes())["deck"]["cards"]


def test_a_cache_with_the_right_stamp_and_wrong_insides_is_made_anew(tmp_path: Path) -> None:
    cache = tmp_path / "deck.json"
    whole = open_deck([], cache)
    content = json.loads(cache.read_bytes())
    del content["deck"]["cards"][0]["title"]
    cache.write_text(json.dumps(content))
    assert open_deck([], cache) == whole


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert open_deck([], tmp_path / "file" / "deck.json").cards


def test_an_own_deck_never_replaces_a_bundled_card(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CARD.replace("own-card", "q09"), "utf-8")
    deck = open_deck([tmp_path], tmp_path / "cache" / "deck.json")
    assert deck.card("q09").title.en != "Title"
    assert [fault.what.partition(",")[0] for fault in deck.faults] == ["the id 'q09'"]


def test_a_quick_start_imports_neither_pydantic_nor_yaml(tmp_path: Path) -> None:
    cache = tmp_path / "deck.json"
    open_deck([], cache)
    code = (
        "import sys; from pathlib import Path; from quizcli.cards.deck import open_deck;"
        f"open_deck([], Path({str(cache)!r}));"
        "print([name for name in ('pydantic', 'yaml', 'torch') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_an_unknown_id_suggests_the_closest(deck: Deck) -> None:
    with pytest.raises(UsageError, match="there is no card 'q99'"):
        deck.card("q99")
    with pytest.raises(UsageError, match="did you mean q09"):
        deck.card("Q09")
    with pytest.raises(UsageError, match="there is no exercise 'q09'"):
        deck.exercise("q09")


def test_search_finds_words_in_both_languages_titles_first(deck: Deck) -> None:
    found = [card.id for card in search(deck.cards.values(), "缩放点积")]
    assert found[0] in ("q09", "scaled_dot_product_attention")
    assert "q09" in found
    assert "q09" in [card.id for card in search(deck.cards.values(), "SCALED variance")]
    assert search(deck.cards.values(), "no-such-word-anywhere") == []
    assert search(deck.cards.values(), "  ") == []


def test_full_width_letters_are_found(deck: Deck) -> None:
    assert search(deck.cards.values(), "ＢＥＲＴ") == search(deck.cards.values(), "bert")


def test_the_schema_describes_all_kinds_and_every_key() -> None:
    from quizcli.cards.schema import json_schema

    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    kinds = {
        part["properties"]["kind"]["const"]
        for part in schema["$defs"].values()
        if "kind" in part["properties"]
    }
    assert kinds == {"open", "claim", "code"}
    for model in (OpenCard, ClaimCard, CodeCard):
        described = schema["$defs"][model.__name__]
        assert described["additionalProperties"] is False
        for name, part in described["properties"].items():
            assert part.get("description") or "$ref" in part, f"{model.__name__}.{name}"
