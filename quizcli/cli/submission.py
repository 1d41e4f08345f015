"""Grading a file and keeping the result: the way of a submission, from the file to the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType

from quizcli.cards.card import OpenCard
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
    workspace: Workspace, exercise: str, file: Path, function: str | None, *, record: bool
) -> Graded:
    """Grade a file; with `record`, append the submission to the log.

    Raises:
        UsageError: the file cannot be read.
        GradingError: the grader could not do its work.
    """
    source = read_source(file, exercise)
    store = workspace.store  # opened before the work is done: a broken log is told at once
    hinted = hints_seen(workspace, exercise) > 0
    graded = grade(exercise, source, file.name, function=function)
    rating: Rating | None = rating_of_submission(passed=graded.passed, stars=graded.stars, hinted=hinted)
    if graded.verdict == "error" and (graded.failure is None or graded.failure.case is None):
        rating = None  # a slip of the keyboard, e.g. a syntax error, says nothing about what one knows
    if not record:
        return Graded(graded, rating, None)
    body = {
        "verdict": graded.verdict,
        "stars": graded.stars,
        "mistakes": list(graded.mistakes),
        "rating": None if rating is None else int(rating),
        "hinted": hinted,
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


def hints_seen(workspace: Workspace, exercise: str) -> int:
    """How many hints were shown since the exercise was last passed."""
    count = 0
    for event in standing(event for _, event in workspace.store.events()):
        if event.item == exercise and event.kind == "hint":
            count += 1
        elif event.item == exercise and event.kind == "submission" and event.body.get("verdict") == "pass":
            count = 0
    return count


def shown(workspace: Workspace, graded: Report, language: str) -> RenderableType:
    """A report for a person."""
    return report_view(graded, workspace.deck.mistakes, language)
