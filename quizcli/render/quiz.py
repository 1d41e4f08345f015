"""The frame of the quiz: the header with its bar, the four ratings, the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text as Line

from quizcli.cards.deck import Deck
from quizcli.render.card import heading, one_line
from quizcli.render.interval import interval
from quizcli.render.labels import label
from quizcli.study.queue import Entry
from quizcli.study.rating import Rating
from quizcli.study.session import Outcome

RATING_STYLES = {
    Rating.AGAIN: "bold red",
    Rating.HARD: "bold yellow",
    Rating.GOOD: "bold green",
    Rating.EASY: "bold cyan",
}


def bar(done: int, total: int, cells: int = 16) -> str:
    """A progress bar of a fixed number of cells."""
    filled = cells if total == 0 else min(cells, round(cells * done / total))
    return "█" * filled + "░" * (cells - filled)


def header(entry: Entry, deck: Deck, language: str, done: int, total: int) -> RenderableType:
    """The rule above a question: progress, topic, level, state, the item's id."""
    card = entry.item.card
    words = [
        one_line(deck.topics[card.topic], language),
        label(card.level, language),
        label(entry.state, language),
        card.id,  # not the item's: a claim's id may hint at the answer
    ]
    title = f"{bar(done, total)} {done}/{total} · " + " · ".join(words)
    return Group(Line(), Rule(Line(title), align="left", style="dim"))


def ratings(spans: Mapping[Rating, timedelta], language: str) -> Line:
    """The keys 1 to 4, each with its next interval."""
    line = Line()
    for rating, span in spans.items():
        words = f"{rating.value} {label(rating.word, language)} {interval(span, language)}"
        line.append(("   " if line else "") + words, RATING_STYLES[rating])
    return line


def summary(
    done: Sequence[Outcome], undone: int, due: Mapping[date, int], today: date, language: str
) -> RenderableType:
    """What was answered, what was hard, and when the next are due."""
    counts = Counter(outcome.rating for outcome in done)
    line = Line(f"{label('answered', language)}: {len(done)}")
    for rating in Rating:
        line.append(f"   {label(rating.word, language)} {counts[rating]}", RATING_STYLES[rating])
    parts: list[RenderableType] = [heading(label("summary", language)), line]
    if undone:
        parts.append(Line(f"{label('undone', language)}: {undone}"))
    hard = {o.entry.item.id: o for o in done if o.rating <= Rating.HARD}
    if hard:
        parts.append(Line(f"{label('was_hard', language)}:", style="bold"))
        parts += [Line(f"  {key}  {one_line(o.entry.item.card.title, language)}") for key, o in hard.items()]
    if due:
        days = [f"{day_word(day, today, language)}: {count}" for day, count in sorted(due.items())[:5]]
        parts.append(Line(f"{label('next_due', language)}: " + "   ".join(days)))
    return Group(*parts)


def day_word(day: date, today: date, language: str) -> str:
    """Today, tomorrow, or the date."""
    near = {0: "today", 1: "tomorrow"}.get((day - today).days)
    return label(near, language) if near else f"{day:%m-%d}"
