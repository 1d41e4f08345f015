"""The coding exercises on the terminal: the path through them, one of them started, a hint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from quizcli.cards.card import CodeCard
from quizcli.cards.deck import Deck
from quizcli.render.card import body, heading, one_line
from quizcli.render.interval import interval
from quizcli.render.labels import label
from quizcli.render.report import stars
from quizcli.study.curriculum import missing, next_exercise
from quizcli.study.statistics import CodeStanding


def exercises_view(
    path: Mapping[str, Sequence[CodeCard]], code: CodeStanding, deck: Deck, language: str
) -> RenderableType:
    """The path, stage by stage, with what was reached, and the next exercise to do."""
    passed = [identity for identity, count in code.stars.items() if count]
    width = max((cell_len(card.id) for stage in path.values() for card in stage), default=0)
    parts: list[RenderableType] = []
    for topic, stage in path.items():
        done = sum(card.id in passed for card in stage)
        parts += [Line(), Line(f"{one_line(deck.topics[topic], language)} {done}/{len(stage)}", "bold cyan")]
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, min_width=width)
        table.add_column(overflow="fold")
        for card in stage:
            title = Line(one_line(card.title, language))
            title.append(_remark(card, code, passed, language), "dim")
            table.add_row(stars(code.stars.get(card.id, 0)), card.id, title)
        parts.append(table)
    total = sum(map(len, path.values()))
    parts += [Line(), Line(f"{code.passed}/{total} {label('passed', language)}", style="dim")]
    proposed = next_exercise(path, passed)
    if proposed is not None:
        parts.append(_next_step(f"quizcli code watch {proposed.id}", language))
    return Group(*parts[1:])


def _remark(card: CodeCard, code: CodeStanding, passed: Sequence[str], language: str) -> str:
    """What is worth saying about an exercise: how the first pass went, or what should come before it."""
    words = []
    if attempts := code.attempts.get(card.id, 0):
        words.append(f"{label('attempts', language)} {attempts}")
    if card.id in code.time_to_pass:
        words.append(f"{label('first_pass', language)} {interval(code.time_to_pass[card.id], language)}")
    if card.id not in passed and (first := missing(card, passed)):
        words.append(f"{label('after', language)} {', '.join(first)}")
    return "".join(f" · {word}" for word in words)


def started(card: CodeCard, path: Path, language: str) -> RenderableType:
    """What was written, the task, and the next command."""
    command = f"quizcli code check {card.id}" + ("" if path == Path(f"{card.id}.py") else f" {path}")
    return Group(
        Line(f"✓ {path}", style="bold green"),
        heading(one_line(card.title, language)),
        body(card.prompt, language),
        Line(),
        _next_step(command, language),
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


def _next_step(command: str, language: str) -> RenderableType:
    return Line(f"{label('next_step', language)}: ").append(command, "bold green")
