"""Grading a file and keeping the result: the way of a submission, from the file to the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType

from quizcli.cards.card import OpenCard
from quizcli.cli.hints import hints_seen
from quizcli.cli.workspace import Workspace
from quizcli.errors import UsageError
from quizcli.event import Event
from quizcli.grading.client import grade
from quizcli.grading.report import Report
from quizcli.render.report import report as report_view
from quizcli.study.progress import standing
from quizcli.study.rating import Rating, rating_of_submission

MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Graded:
    """A report, the rating it counts as (None: it was never run), and the event that keeps it."""

    report: Report
    rating: Rating | None
    event: Event | None


def grade_file(
    workspace: Workspace,
    exercise: str,
    file: Path,
    function: str | None,
    *,
    record: bool,
    once: bool = False,
    grader: Callable[..., Report] = grade,
) -> Graded:
    """Grade a file; with `record`, append the submission to the log.

    Args:
        once: leave the log alone if the exercise's last submission had the same text.
        grader: grades the text; a session's, where one is warm.

    Raises:
        UsageError: the file cannot be read.
        GradingError: the grader could not do its work.
    """
    source = read_source(file, exercise)
    store = workspace.store  # opened before the work is done: a broken log is told at once
    hinted = hints_seen(workspace, exercise) > 0
    graded = grader(exercise, source, file.name, function=function)
    rating: Rating | None = rating_of_submission(passed=graded.passed, stars=graded.stars, hinted=hinted)
    if graded.verdict == "error" and (graded.failure is None or graded.failure.case is None):
        rating = None  # a slip of the keyboard, e.g. a syntax error, says nothing about what one knows
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    last = last_recorded(workspace, exercise) if once else None
    if not record or (last is not None and last.body.get("source") == digest):
        return Graded(graded, rating, None)
    body = {
        "verdict": graded.verdict,
        "stars": graded.stars,
        "mistakes": list(graded.mistakes),
        "rating": None if rating is None else int(rating),
        "hinted": hinted,
        "file": str(file.absolute()),
        "source": digest,
        "day": workspace.today().isoformat(),
    }
    if not graded.passed and rating is not None:
        body["teaches"] = teaching(workspace, exercise, graded.mistakes)
    event = store.append("submission", exercise, body, workspace.now(), workspace.schedule.name)
    return Graded(graded, rating, event)


def teaching(workspace: Workspace, exercise: str, mistakes: Sequence[str]) -> list[str]:
    """The card that teaches the first-named mistake, else the first question that leads to the exercise."""
    deck = workspace.deck
    known = deck.mistakes.get(mistakes[0]) if mistakes else None
    if known and known.card:
        return [known.card]
    leading = deck.exercise(exercise).notes[:1]
    return [card.id for card in deck.cards.values() if isinstance(card, OpenCard) and card.notes in leading]


def read_source(file: Path, exercise: str) -> str:
    """The text of a submission. Raises UsageError naming the file and what to do."""
    where = str(file)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(
                f"a file of {file.stat().st_size / 1e6:,.1f} MB is too large",
                where=where,
                remedy="a submission is one function; at most 1 MB",
            )
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        remedy = f"write it first: quizcli code start {exercise}"
        raise UsageError("there is no such file", where=where, remedy=remedy) from None
    except UnicodeDecodeError as error:
        remedy = "save the file as UTF-8"
        raise UsageError(f"no UTF-8 text (byte {error.start + 1})", where=where, remedy=remedy) from None
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=where, remedy="name a readable file"
        ) from None


def last_recorded(workspace: Workspace, exercise: str | None = None) -> Event | None:
    """The newest standing submission, of one exercise or any."""
    events = standing(event for _, event in workspace.store.events())
    found = [event for event in events if event.kind == "submission" and exercise in (None, event.item)]
    return found[-1] if found else None


def shown(workspace: Workspace, graded: Report, language: str) -> RenderableType:
    """A report for a person."""
    return report_view(graded, workspace.deck.mistakes, language)
