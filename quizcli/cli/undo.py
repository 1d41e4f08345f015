"""``quizcli undo``: take back the last answer."""

from __future__ import annotations

import typer

from quizcli.cli.options import Json
from quizcli.cli.output import print_json, show
from quizcli.cli.workspace import Workspace

app = typer.Typer()


@app.command()
def undo(as_json: Json = False) -> None:
    """Take back the last answer, submission or suspension; again and again.

    The log keeps both the answer and its withdrawal.

    \b
    quizcli undo
    quizcli undo --json
    """
    event = Workspace().undo()
    if as_json:
        print_json({"undone": {"event": event.id, "item": event.item, "kind": event.kind} if event else None})
    elif event:
        show(f"taken back: {event.kind} of {event.item} ({event.at.astimezone():%Y-%m-%d %H:%M})")
    else:
        show("there is nothing to take back")
