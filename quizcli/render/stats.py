"""Statistics for a person."""

from __future__ import annotations

from datetime import date

from rich.console import Group, RenderableType
from rich.text import Text as Line

from quizcli.cards.deck import Deck
from quizcli.render.card import heading
from quizcli.render.labels import label
from quizcli.render.quiz import bar, day_word
from quizcli.render.today import topics_table
from quizcli.study.statistics import Statistics


def stats_view(found: Statistics, deck: Deck, language: str, today: date) -> RenderableType:
    """Counts, readiness by topic, forecast, calibration and mistakes."""
    retention = "–" if found.true_retention is None else f"{found.true_retention:.1%}"
    head = Line(f"{label('reviews', language)} {found.reviews}   ")
    head.append(f"{label('streak', language)} {found.streak} {label('days', language)}   ")
    head.append(f"{label('true_retention', language)} {retention}")
    parts: list[RenderableType] = [head, Line(), topics_table(found.by_topic, deck, language)]
    if found.forecast:
        parts.append(heading(label("next_due", language)))
        most = max(found.forecast.values())
        for day, count in list(found.forecast.items())[:14]:
            parts.append(Line(f"{day_word(day, today, language):>10} {bar(count, most, 20)} {count}"))
    if found.calibration:
        parts.append(heading(label("calibration", language)))
        parts += [
            Line(f"  {entry.predicted:4.0%} → {entry.actual:4.0%}  ({entry.reviews})")
            for entry in found.calibration
        ]
    code = found.code
    parts.append(heading(label("exercises", language)))
    parts.append(
        Line(f"{label('passed', language)} {code.passed}   {label('attempted', language)} {code.attempted}")
    )
    parts += [
        Line(f"  {name}: {count}") for name, count in sorted(code.mistakes.items(), key=lambda x: -x[1])
    ]
    return Group(*parts)
