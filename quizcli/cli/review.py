"""``quizcli review``: record one review."""

from __future__ import annotations

from typing import Annotated

import typer

from quizcli.cli.options import Json
from quizcli.cli.output import print_json, show
from quizcli.cli.workspace import Workspace
from quizcli.study.rating import parse_rating

app = typer.Typer()


@app.command()
def review(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="An item's id, see `cards list --json`.")],
    rating: Annotated[str, typer.Option(help="again, hard, good or easy.")],
    as_json: Json = False,
) -> None:
    """Record one review, for scripts and editors.

    \b
    quizcli review q09 --rating good
    quizcli review q09/bounded-scores --rating again --json
    """
    workspace = Workspace()
    given = parse_rating(rating)
    found = workspace.deck.item(item)
    event = workspace.record(found.id, given)
    state = workspace.progress()[found.id].state
    assert state is not None
    if not as_json:
        from quizcli.render.interval import interval

        show(f"{found.id}: {given.word}, next in {interval(state.due - event.at, 'en')}")
        return
    print_json(
        {
            "event": event.id,
            "item": found.id,
            "rating": given.word,
            "at": event.at.isoformat(),
            "due": state.due.isoformat(),
            "stability": state.stability,
            "difficulty": state.difficulty,
            "state": state.phase,
        }
    )
