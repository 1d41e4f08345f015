"""Renderables to lines, for the tests of rendering."""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console, RenderableType

WIDTHS = (20, 40, 80, 100, 200)


def lines(renderable: RenderableType, width: int = 80) -> list[str]:
    """What a terminal of a width shows, without trailing spaces; no line may be wider."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue().split("\n")
    for line in shown:
        assert cell_len(line) <= width, f"{cell_len(line)} cells at width {width}: {line!r}"
    return [line.rstrip() for line in shown[:-1]]


def coloured(renderable: RenderableType, width: int = 80) -> str:
    """What is written to a terminal with colours."""
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        no_color=False,
    )
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
