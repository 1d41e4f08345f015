"""``quizcli code``: the coding exercises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quizcli.cli.batch import batch
from quizcli.cli.options import Json, Lang
from quizcli.cli.output import print_json, show
from quizcli.cli.solution import solution
from quizcli.cli.stub import write_stub
from quizcli.cli.watch import watch
from quizcli.cli.workspace import Workspace
from quizcli.errors import UsageError

app = typer.Typer(
    help="The coding exercises: list, start, check, watch, hint, solution, batch.",
    no_args_is_help=True,
    add_completion=False,
)

Exercise = Annotated[str, typer.Argument(metavar="ID", help="An exercise, see `code list`.")]


@app.command("list")
def list_exercises(as_json: Json = False, lang: Lang = None) -> None:
    """The exercises in the order to do them, with your stars, and the next one.

    \b
    quizcli code list
    quizcli code list --json
    """
    from quizcli.study.curriculum import exercise_path

    workspace = Workspace()
    path = exercise_path(workspace.deck.cards.values())
    code = workspace.statistics().code
    if not as_json:
        from quizcli.render.exercises import exercises_view

        show(exercises_view(path, code, workspace.deck, lang or workspace.language))
        return
    print_json(
        [
            {
                "id": card.id,
                "topic": card.topic,
                "level": card.level,
                "notes": list(card.notes),
                "function": card.id,
                "stars": code.stars.get(card.id, 0),
                "attempts": code.attempts.get(card.id, 0),
            }
            for stage in path.values()
            for card in stage
        ]
    )


@app.command()
def start(
    exercise: Exercise,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to write; ID.py here without.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Write a stub to fill in: signature, docstring with shapes, an example. Never overwrites a file.

    \b
    quizcli code start scaled_dot_product_attention
    quizcli code start softmax work/softmax.py
    """
    workspace = Workspace()
    card = workspace.deck.exercise(exercise)
    path = file or Path(f"{card.id}.py")
    if path.is_dir():
        path = path / f"{card.id}.py"
    write_stub(card, path)
    from quizcli.render.exercises import started

    show(started(card, path, lang or workspace.language))


@app.command()
def check(
    exercise: Exercise,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The submission; ID.py here without.")
    ] = None,
    function: Annotated[
        str | None, typer.Option(help="The function to grade, if it has another name.")
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Grade a submission against the reference. Exit code 0 if it is right, 1 if not.

    \b
    quizcli code check scaled_dot_product_attention mine.py
    quizcli code check softmax --json
    """
    from quizcli.cli.submission import grade_file, shown

    workspace = Workspace()
    card = workspace.deck.exercise(exercise)
    graded = grade_file(workspace, card.id, file or Path(f"{card.id}.py"), function, record=True)
    if as_json:
        print_json(graded.report.as_json())
    else:
        show(shown(workspace, graded.report, lang or workspace.language))
    if not graded.report.passed:
        raise typer.Exit(1)


@app.command()
def hint(exercise: Exercise, as_json: Json = False, lang: Lang = None) -> None:
    """The next hint; each says more. A pass after a hint counts as hard.

    \b
    quizcli code hint softmax
    quizcli code hint softmax --lang en
    """
    from dataclasses import asdict

    from quizcli.cli.hints import give_hint

    workspace = Workspace()
    card = workspace.deck.exercise(exercise)
    if not card.hints:
        raise UsageError(f"'{card.id}' has no hints", remedy=f"read the card: quizcli cards show {card.id}")
    number = give_hint(workspace, card)
    if as_json:
        print_json(
            {
                "exercise": card.id,
                "number": number + 1,
                "of": len(card.hints),
                "hint": asdict(card.hints[number]),
            }
        )
        return
    from quizcli.render.exercises import hint_view

    show(hint_view(card, number, lang or workspace.language))


app.command()(watch)
app.command()(solution)
app.command()(batch)
