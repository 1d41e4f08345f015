"""``quizcli due``: today's queue."""

from __future__ import annotations

from typing import Annotated

import typer

from quizcli.cli.options import Json
from quizcli.cli.output import print_json, show
from quizcli.cli.workspace import Workspace

app = typer.Typer()


@app.command()
def due(
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many entries.")] = None,
    as_json: Json = False,
) -> None:
    """Today's queue: what is due, in the order in which the quiz asks it.

    \b
    quizcli due
    quizcli due --limit 5 --json
    """
    workspace = Workspace()
    now = workspace.now()
    queue = workspace.queue(workspace.progress())
    entries = [*queue.entries, *queue.waiting][:limit]
    if not as_json:
        from quizcli.render.today import queue_table

        show(queue_table(queue, entries, workspace.language, now))
        return
    document = {
        "at": now.isoformat(),
        "counts": {"due": queue.due, "new": queue.new, "learning": queue.learning},
        "queue": [
            {
                "item": entry.item.id,
                "card": entry.item.card.id,
                "state": entry.state,
                "due": entry.due.isoformat() if entry.due else None,
                "retrievability": round(entry.retrievability, 6),
            }
            for entry in entries
        ],
    }
    print_json(document)
