"""Where words go: people's output through Rich on stdout, JSON alone on stdout, notices on stderr."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

READING_WIDTH = 100


@cache
def console() -> Console:
    """The console on stdout; wide terminals are not filled, for long lines are hard to read."""
    from rich.console import Console

    made = Console(highlight=False)
    if made.width > READING_WIDTH:
        made.width = READING_WIDTH
    return made


@cache
def errors() -> Console:
    """The console on stderr, for what passes, such as a progress bar."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def show(*renderables: RenderableType) -> None:
    """Print renderables for a person."""
    for renderable in renderables:
        console().print(renderable)


def print_json(document: Any) -> None:
    """Print one JSON document and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def notice(text: str) -> None:
    """Say something beside the result, on stderr."""
    sys.stderr.write(f"quizcli: {text}\n")
