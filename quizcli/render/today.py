"""The first screen: due, new, streak, readiness by topic, the next step; and the queue as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from quizcli.cards.card import CodeCard
from quizcli.cards.deck import Deck
from quizcli.render.card import one_line
from quizcli.render.interval import interval
from quizcli.render.labels import label
from quizcli.render.quiz import bar
from quizcli.study.curriculum import exercise_path, next_exercise
from quizcli.study.queue import Entry, Queue
from quizcli.study.statistics import CodeStanding, Statistics, TopicStanding


def today_view(queue: Queue, found: Statistics, deck: Deck, language: str) -> RenderableType:
    """Where the person stands, and what to do next."""
    counts = Line()
    for name, count in (("due", queue.due), ("new", queue.new), ("learning", queue.learning)):
        counts.append(f"{label(name, language)} ", "dim").append(f"{count}   ", "bold")
    counts.append(f"{label('streak', language)} ", "dim").append(
        f"{found.streak} {label('days', language)}", "bold"
    )
    parts: list[RenderableType] = []
    if found.reviews == 0:
        parts += [Line(line) for line in label("welcome", language).splitlines()]
        parts.append(Line())
    parts += [counts, Line(), topics_table(found.by_topic, deck, language), Line()]
    total = sum(isinstance(card, CodeCard) for card in deck.cards.values())
    parts.append(Line(f"{label('exercises', language)}: {found.code.passed}/{total}"))
    step = Line(f"{label('next_step', language)}: ").append(next_step(queue, found.code, deck), "bold green")
    return Group(*parts, step)


def next_step(queue: Queue, code: CodeStanding, deck: Deck) -> str:
    """The command to type next: the quiz while something is due, then the first exercise not passed."""
    if queue.entries or queue.waiting:
        return "quizcli quiz"
    passed = [identity for identity, stars in code.stars.items() if stars]
    card = next_exercise(exercise_path(deck.cards.values()), passed)
    if card is None:
        return "quizcli quiz --cram"
    return f"quizcli code {'check' if card.id in code.attempts else 'start'} {card.id}"


def topics_table(standings: Sequence[TopicStanding], deck: Deck, language: str) -> Table:
    """Readiness by topic, with its interval and how much was seen."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(label("topic", language), overflow="fold")
    table.add_column(label("readiness", language), no_wrap=True)
    table.add_column("90%", justify="right", no_wrap=True)
    table.add_column(label("seen", language), justify="right", no_wrap=True)
    for standing in standings:
        span = f"{standing.low:.0%}–{standing.high:.0%}" if standing.seen else "–"
        table.add_row(
            one_line(deck.topics[standing.topic], language),
            f"{bar(round(standing.readiness * 100), 100, 10)} {standing.readiness:4.0%}",
            span,
            f"{standing.seen}/{standing.cards}",
        )
    return table


def queue_table(queue: Queue, entries: Sequence[Entry], language: str, now: datetime) -> RenderableType:
    """Today's queue for a person."""
    heads = {"due": queue.due, "new": queue.new, "learning": queue.learning}
    counts = Line(
        "   ".join(f"{label(name, language)} {count}" for name, count in heads.items()), style="bold"
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("item", "title", "state", "due"):
        table.add_column(label(name, language), overflow="fold")
    for entry in entries:
        due = "" if entry.due is None else label("now", language)
        if entry.due and entry.due > now:
            due = interval(entry.due - now, language)
        title = one_line(entry.item.card.title, language)
        table.add_row(entry.item.id, title, label(entry.state, language), due)
    return Group(counts, Line(), table) if entries else Group(counts, Line(label("nothing_due", language)))
