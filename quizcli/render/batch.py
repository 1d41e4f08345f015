"""The outcome of many submissions on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from quizcli.grading.report import Report
from quizcli.render.labels import label
from quizcli.render.report import stars
from quizcli.render.wording import word
from quizcli.render.wrapping import clean


def batch(results: Sequence[tuple[str, Report]], language: str) -> RenderableType:
    """One line a file: exercise, stars, verdict, the mistake or the message's first line."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("file", "exercises", "stars", "verdict", "mistakes"):
        table.add_column(label(name, language), overflow="fold")
    for file, report in results:
        table.add_row(
            Line(clean(file)),
            report.exercise,
            stars(report.stars),
            Line(word(report.verdict, language), "green" if report.passed else "red"),
            Line(clean(_reason(report))),
        )
    passed = sum(report.passed for _, report in results)
    return Group(table, Line(f"{passed}/{len(results)} {label('passed', language)}", style="dim"))


def _reason(report: Report) -> str:
    if report.mistakes:
        return report.mistakes[0]
    if report.failure is None or report.passed:
        return ""
    return report.failure.message.splitlines()[0][:100]
