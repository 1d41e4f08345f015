"""``quizcli stats``: progress."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from quizcli.cli.options import Json
from quizcli.cli.output import print_json, show
from quizcli.cli.workspace import Workspace

app = typer.Typer()


@app.command()
def stats(
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    as_json: Json = False,
) -> None:
    """Progress: retention, readiness by topic, what comes due, exercises.

    \b
    quizcli stats
    quizcli stats --topic masks --json
    """
    workspace = Workspace()
    found = workspace.statistics([workspace.deck.topic(topic)] if topic else None)
    if not as_json:
        from quizcli.render.stats import stats_view

        show(stats_view(found, workspace.deck, workspace.language, workspace.today()))
        return
    print_json(
        {
            "reviews": found.reviews,
            "streak": found.streak,
            "true_retention": found.true_retention,
            "by_topic": [asdict(standing) for standing in found.by_topic],
            "forecast": [{"date": day.isoformat(), "due": count} for day, count in found.forecast.items()],
            "calibration": [asdict(entry) for entry in found.calibration],
            "code": {
                "passed": found.code.passed,
                "attempted": found.code.attempted,
                "mistakes": dict(found.code.mistakes),
            },
        }
    )
