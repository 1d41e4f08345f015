"""Search in the deck: every word must occur, matches in the title first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from quizcli.cards.card import Card


def search(cards: Iterable[Card], text: str) -> list[Card]:
    """The cards in which every word of `text` occurs, in either language; case and width do not matter."""
    words = _normal(text).split()
    found = []
    for rank, card in enumerate(cards):
        content = _normal(" ".join(_texts(asdict(card))))
        if words and all(word in content for word in words):
            head = _normal(f"{card.id} {card.title.zh} {card.title.en}")
            found.append((sum(word not in head for word in words), rank, card))
    return [card for _, _, card in sorted(found, key=lambda entry: entry[:2])]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _texts(value: Any) -> Iterable[str]:
    """Every string inside a nested value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _texts(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _texts(entry)
