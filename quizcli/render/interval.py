"""Spans of time as a person reads them."""

from __future__ import annotations

from datetime import timedelta

from quizcli.render.labels import label


def interval(span: timedelta, language: str) -> str:
    """A span in its largest fitting unit: 10 min, 5 h, 12 d, 2.5 mo, 1.3 y."""
    minutes = max(1, round(span.total_seconds() / 60))
    days = minutes / 1440
    if minutes < 60:
        amount, unit = f"{minutes}", "minute"
    elif days < 1:
        amount, unit = f"{round(minutes / 60)}", "hour"
    elif days < 45:
        amount, unit = f"{round(days)}", "day"
    elif days < 365:
        amount, unit = f"{days / 30.4:.1f}", "month"
    else:
        amount, unit = f"{days / 365.25:.1f}", "year"
    return f"{amount} {label(unit, 'en' if language == 'both' else language)}"
