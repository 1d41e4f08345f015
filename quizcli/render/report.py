"""The report of grading a submission on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from quizcli.cards.card import Text as Words
from quizcli.cards.reference import Mistake
from quizcli.grading.report import Cost, Failure, Report
from quizcli.render.failure import FailingCase
from quizcli.render.markdown import markdown
from quizcli.render.wording import word
from quizcli.render.wrapping import Indented, Prose, clean, verbatim

MOST_STARS = 3
_MAGNITUDES = ("", "k", "M", "G", "T")


def stars(count: int) -> str:
    """So many of three stars, e.g. ``★★☆``."""
    count = min(max(count, 0), MOST_STARS)
    return "★" * count + "☆" * (MOST_STARS - count)


def report(report: Report, mistakes: Mapping[str, Mistake], language: str) -> RenderableType:
    """The whole report: verdict, notice, the named mistakes, the failing case, the cost.

    Args:
        report: what grading found.
        mistakes: the mistakes that the grader knows, by id.
        language: zh, en or both.
    """
    parts: list[RenderableType] = [_verdict(report, language)]
    if report.notice:
        lead = f"{word('notice', language)}: "
        parts.append(verbatim(lead + clean(report.notice).strip("\n"), "yellow"))
    parts += _mistakes(report.mistakes, mistakes, language)
    if report.failure is not None:
        parts += _findings(report.failure, language)
        title = "star" if report.passed else "failure" if report.failure.inputs else "trouble"
        parts += [_heading(word(title, language)), FailingCase(report.failure, language)]
    if cost := _cost(report.cost, language):
        parts += [Text(), Prose(Text(cost, "dim"), hanging=2)]
    return Group(*parts)


def _verdict(report: Report, language: str) -> RenderableType:
    """The first line: sign, exercise, stars, verdict, cases passed by tier."""
    good = report.passed
    line = Text("✓ " if good else "✗ ", style="bold green" if good else "bold red")
    line.append(f"{clean(report.exercise)}  {stars(report.stars)}  {word(report.verdict, language)}")
    whole = Text.assemble(line)
    for name, tier in report.tiers.items():
        if tier.total:
            whole.append(f" · {word(name, language)} {tier.passed}/{tier.total}")
    return Prose(whole, hanging=2)


def _heading(words: str) -> RenderableType:
    return Group(Text(), Prose(Text(f"── {words} ──", style="bold cyan")))


def _mistakes(found: Sequence[str], known: Mapping[str, Mistake], language: str) -> list[RenderableType]:
    """The named mistakes: the first in full, the others by what they do."""
    parts: list[RenderableType] = []
    for number, name in enumerate(found):
        parts.append(_heading(f"{word('also' if number else 'mistake', language)}: {clean(name)}"))
        if mistake := known.get(name):
            parts += _labelled("what", mistake.what, language)
            if not number:
                parts += _labelled("why", mistake.why, language) + _labelled("mend", mistake.mend, language)
    return parts


def _findings(failure: Failure, language: str) -> list[RenderableType]:
    """What was found out by trying, one sentence a line; what the message says already is left out."""
    said: list[str] = []
    for finding in failure.findings:
        in_english = [finding.en] if finding.en != failure.message else []
        said += {"zh": [finding.zh], "en": in_english}.get(language, [finding.zh, *in_english])
    if not said:
        return []
    return [_heading(word("found", language)), *(Prose(Text(f"· {clean(line)}"), hanging=2) for line in said)]


def _labelled(key: str, words: Words, language: str) -> list[RenderableType]:
    """A word and the text under it, in the wanted languages."""
    texts = [words.zh, words.en] if language == "both" else [words.zh if language == "zh" else words.en]
    return [Text(word(key, language), "bold"), *(Indented(markdown(text), 2) for text in texts)]


def _cost(cost: Cost, language: str) -> str:
    """What was counted, as far as it was."""
    parts = []
    if cost.flops is not None:
        parts.append(f"{_scaled(cost.flops)}FLOPs")
    if cost.peak_bytes is not None:
        parts.append(f"{word('peak', language)} {_scaled(cost.peak_bytes)}B")
    if cost.operators is not None:
        parts.append(f"{cost.operators} {word('operators', language)}")
    if cost.memory_exponent is not None:
        parts.append(f"{word('memory', language)} {cost.memory_exponent:.2f}")
    return f"{word('cost', language)}: " + " · ".join(parts) if parts else ""


def _scaled(count: int) -> str:
    """A count with a decimal prefix, e.g. ``1.5 M``."""
    value, step = float(count), 0
    while value >= 1000 and step < len(_MAGNITUDES) - 1:
        value, step = value / 1000, step + 1
    return f"{count} " if step == 0 else f"{value:.3g} {_MAGNITUDES[step]}"
