"""Lists of cards."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from quizcli.cards.card import Card
from quizcli.cards.deck import Deck
from quizcli.render.card import one_line
from quizcli.render.labels import label


def cards_table(cards: Sequence[Card], deck: Deck, language: str) -> RenderableType:
    """The cards as a table."""
    table = _table(("id", "kind", "topic", "level", "title"), language)
    for card in cards:
        topic = one_line(deck.topics[card.topic], language)
        table.add_row(card.id, card.kind, topic, label(card.level, language), one_line(card.title, language))
    return Group(table, Line(f"{len(cards)} {label('cards', language)}", style="dim"))


def _table(names: Sequence[str], language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(label(name, language), no_wrap=name == "id", overflow="fold")
    return table
