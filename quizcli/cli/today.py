"""``quizcli`` alone: where the person stands today, and the next step."""

from __future__ import annotations

from quizcli.cli.output import show
from quizcli.cli.workspace import Workspace
from quizcli.render.today import today_view


def today() -> None:
    """Show today: due, new, streak, readiness by topic, the next step."""
    workspace = Workspace()
    found = workspace.statistics()
    queue = workspace.queue(found.progress)
    show(today_view(queue, found, workspace.deck, workspace.language))
