"""What fits: help for keys on lines of a width, a long answer on pages of a height."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

SEPARATOR = " · "


def key_lines(keys: str, width: int) -> str:
    """The help for the keys on lines of at most `width` cells; a key stays with what it does."""
    lines = [""]
    for key in keys.split(SEPARATOR):
        longer = lines[-1] + SEPARATOR + key if lines[-1] else key
        if lines[-1] and cell_len(longer) > width:
            lines.append(key)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def page_size(lines: Sequence[str], rows: int) -> int:
    """How many of the lines to show on a page of some rows: up to the last empty line in its second half,
    else as many as there is room for."""
    rows = max(rows, 1)
    if len(lines) <= rows:
        return len(lines)
    return next((size for size in range(rows, rows // 2, -1) if not lines[size - 1]), rows)
