"""Tensors of a grading report as grids of text: numbers, masks as heat maps, weights as shades.

A cell that differs stands in brackets, so that it is seen without colours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from rich.text import Text

Cell = float | int | bool | str
Matrix = list[list[Cell]]

MOST_ROWS = 12
MOST_MATRICES = 3
TRUE, FALSE = "■", "·"
SHADES = " ░▒▓█"
# Below this share of the largest expected number a difference is rounding, not the fault to look at.
_ROUNDING = {"float64": 1e-9, "float32": 2e-4, "float16": 1e-2, "bfloat16": 5e-2}


@dataclass(frozen=True, slots=True)
class Look:
    """How the cells of a tensor are written; shared by two tensors that are compared."""

    decimals: int | None = None
    exponent: bool = False
    mask: bool = False
    shaded: bool = False

    def text(self, cell: Cell) -> str:
        """The text of a cell."""
        if isinstance(cell, bool):
            return (TRUE if cell else FALSE) if self.mask else str(cell)
        if isinstance(cell, str) or (isinstance(cell, float) and not math.isfinite(cell)):
            return str(cell)
        if self.decimals is None:
            return str(cell)
        if self.exponent:
            return f"{cell:.{self.decimals}e}"
        words = f"{cell:.{self.decimals}f}"
        return words + shade(cell) if self.shaded else words


def shade(cell: float) -> str:
    """The shade of a weight from 0 to 1."""
    return SHADES[min(max(round(cell * 4), 0), 4)]


def is_tensor(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value of a report is a tensor."""
    return isinstance(value, Mapping) and {"shape", "dtype", "values"} <= value.keys()


def matrices(tensor: Mapping[str, Any]) -> dict[tuple[int, ...], Matrix]:
    """The matrices of the last two dimensions by the indices before them."""
    return dict(_matrices(tensor["values"], ()))


def _matrices(values: Any, index: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Matrix]]:
    if not isinstance(values, list):
        yield index, [[values]]
    elif not any(isinstance(value, list) for value in values):
        yield index, [values] if values else []
    elif not any(isinstance(value, list) for row in values for value in row):
        yield index, values
    else:
        for place, value in enumerate(values):
            yield from _matrices(value, (*index, place))


def cells(tensor: Mapping[str, Any]) -> list[Cell]:
    """All cells in order."""
    return [cell for matrix in matrices(tensor).values() for row in matrix for cell in row]


def look_of(*tensors: Mapping[str, Any]) -> Look:
    """How to write the cells of tensors that are shown beside each other."""
    found = [cell for tensor in tensors for cell in cells(tensor)]
    if found and all(isinstance(cell, bool) for cell in found):
        return Look(mask=True)
    numbers = [float(cell) for cell in found if isinstance(cell, float) and math.isfinite(cell)]
    if not numbers:
        return Look()
    largest = max(abs(number) for number in numbers)
    least = min((abs(number) for number in numbers if number), default=1.0)
    exponent = largest >= 1e5 or largest < 1e-3 or (least < 1e-4 and largest >= 100)
    weights = len(found) > len(tensors) and len(numbers) == len(found) and min(numbers) >= 0 and largest <= 1
    decimals = 3 if exponent else _decimals(numbers)
    if len(tensors) == 2:
        decimals = _telling(*tensors, decimals, exponent)
    return Look(decimals, exponent, shaded=weights and not exponent and len(set(numbers)) > 1)


def _decimals(numbers: Sequence[float]) -> int:
    """As many as the numbers need, at most three."""
    return next((d for d in (1, 2) if all(abs(round(n, d) - n) < 1e-9 for n in numbers)), 3)


def _telling(expected: Mapping[str, Any], got: Mapping[str, Any], decimals: int, exponent: bool) -> int:
    """So many decimals that cells which differ are written differently."""
    marked = differing(expected, got)
    ours, theirs = matrices(expected), matrices(got)
    for more in range(decimals, 13):
        look = Look(more, exponent)
        if all(
            look.text(ours[index][row][column]) != look.text(theirs[index][row][column])
            for index, row, column in marked
        ):
            return more
    return decimals


def differing(expected: Any, got: Any) -> set[tuple[tuple[int, ...], int, int]]:
    """The cells, as (leading indices, row, column), in which two tensors of one shape differ."""
    if not (is_tensor(expected) and is_tensor(got)) or expected["shape"] != got["shape"]:
        return set()
    ours, theirs = matrices(expected), matrices(got)
    if _sizes(ours) != _sizes(theirs):
        return set()
    finite = [abs(cell) for cell in cells(expected) if isinstance(cell, (int, float)) and math.isfinite(cell)]
    rounding = _ROUNDING.get(str(expected["dtype"]), 0.0) * max(finite, default=0.0)
    for allowed in (rounding, 0.0):
        found = {
            (index, row, column)
            for index, matrix in ours.items()
            for row, line in enumerate(matrix)
            for column, cell in enumerate(line)
            if _differ(cell, theirs[index][row][column], allowed)
        }
        if found:
            return found
    return set()


def _sizes(every: Mapping[tuple[int, ...], Matrix]) -> dict[tuple[int, ...], list[int]]:
    return {index: [len(row) for row in matrix] for index, matrix in every.items()}


def _differ(ours: Cell, theirs: Cell, allowed: float) -> bool:
    if isinstance(ours, str) or isinstance(theirs, str):
        return ours != theirs
    if ours == theirs or (math.isnan(ours) and math.isnan(theirs)):
        return False
    return not abs(ours - theirs) <= allowed


def chosen(count: int, room: int, focus: int = 0) -> list[int | None]:
    """Which of so many rows or columns are shown when only some fit; None where some are left out."""
    if count <= room:
        return list(range(count))
    picked: set[int] = set()
    near = sorted(range(count), key=lambda i: min(i, count - 1 - i, abs(i - focus)))
    for index in near:
        if len(picked) < max(room, 1):
            picked.add(index)
    shown: list[int | None] = []
    for index in sorted(picked):
        if index and (not shown or shown[-1] != index - 1):
            shown.append(None)
        shown.append(index)
    return shown if shown[-1] == count - 1 else [*shown, None]


def grid(matrix: Matrix, look: Look, marked: set[tuple[int, int]], style: str, width: int) -> list[Text]:
    """A matrix as aligned lines of at most `width` cells, marked cells in brackets."""
    if not matrix or not matrix[0]:
        return [Text("[]", style="dim")]
    columns = len(matrix[0])
    row_focus, column_focus = min(marked, default=(0, 0))
    texts = [[look.text(cell) for cell in row] for row in matrix]
    size = max(len(text) for row in texts for text in row)
    if look.shaded and columns * (size + 2) > width:
        texts, size = [[shade(float(cell)) * 2 for cell in row] for row in matrix], 2
    left, right = ("[", "]") if marked else ("", " ")
    room = width // (size + 2 if marked else size + 1)
    if columns > room:
        room = max((width - 6) // (size + 2), 1)
    lines: list[Text] = []
    for row in chosen(len(matrix), MOST_ROWS, row_focus):
        line = Text(no_wrap=True, overflow="crop")
        for column in chosen(columns, room, column_focus):
            if row is None or column is None:
                dots = "…" if column is None else "⋮".rjust(size)
                line.append(f"{' ' * len(left)}{dots} ", "dim")
            elif (row, column) in marked:
                line.append(f"{left}{texts[row][column].rjust(size)}{right}", style)
            else:
                line.append(f"{' ' * len(left)}{texts[row][column].rjust(size)} ")
        line.rstrip()
        lines.append(line)
    return lines
