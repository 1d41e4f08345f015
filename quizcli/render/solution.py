"""A reference solution on the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text as Line

from quizcli.render.card import heading
from quizcli.render.labels import label


def solution(place: str, source: str, language: str) -> RenderableType:
    """The source with its docstring, and where it stands."""
    code = Syntax(source, "python", theme="ansi_dark", background_color="default", word_wrap=True)
    return Group(heading(f"{label('solution', language)} · {place}"), Line(), code)
