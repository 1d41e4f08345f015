"""The deck: the cards of the bundled questions and of the person's own folders, in study order.

Reading YAML and validating it with Pydantic takes most of a second on a large deck, so the result is
kept as JSON in a cache that is stamped with every file's size and time; a stale, missing or damaged
cache is made anew. Nothing but the compile step imports Pydantic or YAML.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import quizcli
from quizcli.cards.card import Card, ClaimCard, CodeCard, Item, OpenCard, Text, items_of
from quizcli.cards.fault import Fault
from quizcli.cards.record import build
from quizcli.cards.reference import Mistake, Reference
from quizcli.errors import DeckError, UsageError

MODELS: dict[str, type[OpenCard] | type[ClaimCard] | type[CodeCard]] = {
    "open": OpenCard,
    "claim": ClaimCard,
    "code": CodeCard,
}


@dataclass(frozen=True)
class Deck:
    """All cards, with the tables they refer to, and the faults of what could not be read."""

    cards: Mapping[str, Card]
    topics: Mapping[str, Text]
    sources: Mapping[str, Reference]
    mistakes: Mapping[str, Mistake]
    faults: tuple[Fault, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by id, in study order."""
        return {item.id: item for card in self.cards.values() for item in items_of(card)}

    def card(self, card_id: str) -> Card:
        """The card of an id. Raises UsageError naming the closest ids."""
        if card_id in self.cards:
            return self.cards[card_id]
        raise self._unknown("card", card_id, self.cards, "quizcli cards list")

    def item(self, item_id: str) -> Item:
        """The item of an id. Raises UsageError naming the closest ids."""
        if item_id in self.items:
            return self.items[item_id]
        raise self._unknown("item", item_id, self.items, "quizcli cards list --json")

    def exercise(self, exercise_id: str) -> CodeCard:
        """The coding exercise of an id. Raises UsageError naming the closest ids."""
        card = self.cards.get(exercise_id)
        if isinstance(card, CodeCard):
            return card
        codes = [card.id for card in self.cards.values() if isinstance(card, CodeCard)]
        raise self._unknown("exercise", exercise_id, codes, "quizcli code list")

    def topic(self, topic_id: str) -> str:
        """The topic id itself, once it is known to exist. Raises UsageError otherwise."""
        if topic_id in self.topics:
            return topic_id
        raise self._unknown("topic", topic_id, self.topics, "one of " + ", ".join(self.topics))

    @staticmethod
    def _unknown(noun: str, wanted: str, known: Iterable[str], listing: str) -> UsageError:
        close = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.5)
        remedy = f"did you mean {', '.join(close)}?" if close else f"see: {listing}"
        return UsageError(f"there is no {noun} '{wanted}'", remedy=remedy)


def bundled_questions() -> Path:
    """The folder of the bundled questions: the checkout's first, for a copy in the package goes stale."""
    package = Path(quizcli.__file__).parent
    for folder in (package.parent / "questions", package / "questions"):
        if (folder / "sources.yaml").is_file():
            return folder
    raise DeckError("the bundled questions are missing", where=str(package), remedy="install quizcli again")


def open_deck(own: Iterable[Path], cache_file: Path) -> Deck:
    """The bundled deck and the person's own folders, from the compiled cache where that is fresh."""
    roots = [bundled_questions(), *own]
    stamp = _stamp(roots)
    try:
        cached = json.loads(cache_file.read_bytes())
        if cached["stamp"] == stamp:
            return _from_plain(cached["deck"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # no cache, or none that can be read: it is made anew below
    deck = compile_deck(roots)
    _write_cache(cache_file, {"stamp": stamp, "deck": _to_plain(deck)})
    return deck


def compile_deck(roots: list[Path]) -> Deck:
    """Read, validate and order the cards of deck folders."""
    from quizcli.cards.loader import load

    loaded = load(roots)
    topics = loaded.tables["topics.yaml"]
    order = {topic: rank for rank, topic in enumerate(topics)}
    cards = sorted(loaded.cards.values(), key=lambda card: (order[card.topic], *_rank(card)))
    return Deck(
        cards={card.id: card for card in cards},
        topics=topics,
        sources=loaded.tables["sources.yaml"],
        mistakes=loaded.tables["mistakes.yaml"],
        faults=tuple(loaded.faults),
    )


def _rank(card: Card) -> tuple[bool, bool, list[tuple[int, str]]]:
    """Basic before advanced, questions before exercises, then by id with numbers in their order."""
    parts = [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", card.id)]
    return card.level == "advanced", card.kind == "code", parts


def _stamp(roots: list[Path]) -> list[Any]:
    """What the compiled deck depends on: our own code and each file's path, size and time."""
    files = [*sorted(Path(__file__).parent.glob("*.py"))]
    for root in roots:
        files += sorted(root.rglob("*.y*ml")) if root.is_dir() else [root]
    stamps: list[Any] = [quizcli.__version__]
    for file in files:
        try:
            status = file.stat()
            stamps.append([str(file), status.st_size, status.st_mtime_ns])
        except OSError:
            stamps.append([str(file), None, None])
    return stamps


def _to_plain(deck: Deck) -> dict[str, Any]:
    return {
        "cards": [asdict(card) for card in deck.cards.values()],
        "topics": {key: asdict(text) for key, text in deck.topics.items()},
        "sources": {key: asdict(entry) for key, entry in deck.sources.items()},
        "mistakes": {key: asdict(entry) for key, entry in deck.mistakes.items()},
        "faults": [asdict(fault) for fault in deck.faults],
    }


def _from_plain(plain: Mapping[str, Any]) -> Deck:
    cards = [build(MODELS[raw["kind"]], raw) for raw in plain["cards"]]
    return Deck(
        cards={card.id: card for card in cards},
        topics={key: build(Text, raw) for key, raw in plain["topics"].items()},
        sources={key: build(Reference, raw) for key, raw in plain["sources"].items()},
        mistakes={key: build(Mistake, raw) for key, raw in plain["mistakes"].items()},
        faults=tuple(build(Fault, raw) for raw in plain["faults"]),
    )


def _write_cache(file: Path, content: Any) -> None:
    """Replace the cache whole; where that cannot be done (read-only, full), the next start compiles again."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(content, stream, ensure_ascii=False, separators=(",", ":"))
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        return
