"""``quizcli code batch``: the submissions of a study group or a class."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from quizcli.cards.card import CodeCard
from quizcli.cli.options import Json, Lang
from quizcli.cli.output import errors, print_json, show
from quizcli.cli.submission import read_source
from quizcli.cli.workspace import Workspace
from quizcli.errors import UsageError
from quizcli.grading.batch import Task, grade_here, grade_on_cluster
from quizcli.grading.report import Failure, Report


def batch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the submissions are.")],
    exercise: Annotated[
        str | None, typer.Option("--exercise", metavar="ID", help="All files are this exercise's.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, e.g. tcp://host:8786.")
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Grade all submissions in a folder and below, on all cores. Nothing is recorded in your log.

    A file belongs to the exercise that its name begins with (softmax.py, softmax-ann.py), else to the one
    that its folder is named after (softmax/ann.py).

    \b
    quizcli code batch submissions
    quizcli code batch submissions --json > results.json
    """
    workspace = Workspace()
    language = lang or workspace.language
    known = [card.id for card in workspace.deck.cards.values() if isinstance(card, CodeCard)]
    if exercise is not None:
        known = [workspace.deck.exercise(exercise).id]
    files = _files(folder)
    found: dict[str, Report] = {}
    tasks: list[Task] = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        belongs = exercise or exercise_of(file, folder, known)
        if belongs is None:
            words = "the name fits no exercise: begin it with the exercise's id, see `quizcli code list`"
            found[name] = Report("", "error", failure=Failure(words))
            continue
        try:
            tasks.append(Task(name, belongs, read_source(file, belongs)))
        except UsageError as error:
            found[name] = Report(belongs, "error", failure=Failure(str(error)))
    reports = grade_on_cluster(tasks, scheduler) if scheduler else grade_here(tasks)
    for position, report in _with_progress(reports, len(tasks)):
        found[tasks[position].file] = report
    ordered = [(name, found[name]) for name in sorted(found)]
    if as_json:
        print_json({"results": [{"file": name, **report.as_json()} for name, report in ordered]})
    else:
        from quizcli.render.batch import batch as view

        show(view(ordered, language))
    if not all(report.passed for _, report in ordered):
        raise typer.Exit(1)


def exercise_of(file: Path, folder: Path, known: Iterable[str]) -> str | None:
    """The exercise whose id a file's name begins with, the longest one; else that of the nearest folder."""
    for name in (file.stem, *(parent.name for parent in file.relative_to(folder).parents if parent.name)):
        fitting = [
            identity
            for identity in known
            if name == identity or (name.startswith(identity) and not _goes_on(name[len(identity)]))
        ]
        if fitting:
            return max(fitting, key=len)
    return None


def _goes_on(sign: str) -> bool:
    """Whether a sign after an id makes it another word; an underline does not: softmax_ann.py."""
    return sign.isalnum()


def _files(folder: Path) -> list[Path]:
    """The Python files in a folder and below, without hidden ones."""
    if not folder.is_dir():
        raise UsageError("there is no such folder", where=str(folder), remedy="name a folder of .py files")
    files = sorted(
        path
        for path in folder.rglob("*.py")
        if path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    )
    if not files:
        raise UsageError(
            "the folder holds no .py file", where=str(folder), remedy="put submissions there, e.g. softmax.py"
        )
    return files


def _with_progress(reports: Iterable[tuple[int, Report]], total: int) -> Iterable[tuple[int, Report]]:
    """The same, with a bar on stderr where that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors(), transient=True, disable=not errors().is_terminal) as bar:
        task = bar.add_task("", total=total)
        for found in reports:
            bar.advance(task)
            yield found
