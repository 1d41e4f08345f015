"""Lists of cards and exercises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from quizcli.cards.card import Card, CodeCard
from quizcli.cards.deck import Deck
from quizcli.render.card import body, heading, one_line
from quizcli.render.interval import interval
from quizcli.render.labels import label
from quizcli.render.report import stars
from quizcli.study.statistics import CodeStanding


def cards_table(cards: Sequence[Card], deck: Deck, language: str) -> RenderableType:
    """The cards as a table."""
    table = _table(("id", "kind", "topic", "level", "title"), language)
    for card in cards:
        topic = one_line(deck.topics[card.topic], language)
        table.add_row(card.id, card.kind, topic, label(card.level, language), one_line(card.title, language))
    return Group(table, Line(f"{len(cards)} {label('cards', language)}", style="dim"))


def exercises_table(
    exercises: Sequence[CodeCard], code: CodeStanding, deck: Deck, language: str
) -> RenderableType:
    """The exercises with stars and attempts."""
    table = _table(("id", "stars", "attempts", "first_pass", "topic", "level", "title"), language)
    for card in exercises:
        table.add_row(
            card.id,
            stars(code.stars.get(card.id, 0)),
            str(code.attempts.get(card.id, 0)),
            interval(code.time_to_pass[card.id], language) if card.id in code.time_to_pass else "",
            one_line(deck.topics[card.topic], language),
            label(card.level, language),
            one_line(card.title, language),
        )
    return Group(table, Line(f"{code.passed}/{len(exercises)} {label('passed', language)}", style="dim"))


def started(card: CodeCard, path: Path, language: str) -> RenderableType:
    """What was written, the task, and the next command."""
    command = f"quizcli code check {card.id}" + ("" if path == Path(f"{card.id}.py") else f" {path}")
    return Group(
        Line(f"✓ {path}", style="bold green"),
        heading(one_line(card.title, language)),
        body(card.prompt, language),
        Line(),
        Line(f"{label('next_step', language)}: ").append(command, "bold green"),
    )


def hint_view(card: CodeCard, number: int, language: str) -> RenderableType:
    """One hint of an exercise; `number` counts from 0."""
    title = f"{label('hint', language)} {number + 1}/{len(card.hints)}"
    return Group(heading(title), body(card.hints[number], language))


def watching(card: CodeCard, path: Path, language: str) -> RenderableType:
    """The last lines while a file is watched: what it is, and the keys."""
    return Group(
        Line(),
        Line(f"{label('watching', language)} {path.name} · {one_line(card.title, language)}", "bold"),
        Line(label("watch_keys", language), "dim"),
    )


def _table(names: Sequence[str], language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in names:
        table.add_column(label(name, language), no_wrap=name == "id", overflow="fold")
    return table
