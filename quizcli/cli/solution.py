"""``quizcli code solution``: the reference, once it was found without it."""

from __future__ import annotations

from typing import Annotated

import typer

from quizcli.cli.hints import give_up
from quizcli.cli.options import Json, Lang
from quizcli.cli.output import print_json, show
from quizcli.cli.workspace import Workspace
from quizcli.errors import UsageError
from quizcli.grading.textbook import find


def solution(
    exercise: Annotated[str, typer.Argument(metavar="ID", help="An exercise, see `code list`.")],
    give_up_on_it: Annotated[
        bool, typer.Option("--give-up", help="Before a pass; the next pass then counts as hard.")
    ] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Print the reference solution, after a pass.

    \b
    quizcli code solution softmax
    quizcli code solution apply_rope --give-up
    """
    workspace = Workspace()
    card = workspace.deck.exercise(exercise)
    if not workspace.statistics().code.stars.get(card.id):
        if not give_up_on_it:
            remedy = f"take a hint: quizcli code hint {card.id}; or see it all the same with --give-up"
            raise UsageError(f"'{card.id}' is not passed yet", remedy=remedy)
        give_up(workspace, card)
    passage = find(card.id)
    if as_json:
        print_json({"exercise": card.id, "file": passage.place, "source": passage.source})
        return
    from quizcli.render.solution import solution as view

    show(view(passage.place, passage.source, lang or workspace.language))
