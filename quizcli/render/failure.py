"""The failing case of a grading report: its inputs, what was expected and what came out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from quizcli.grading.report import Failure
from quizcli.render.tensor import MOST_MATRICES, SHADES, Look, differing, grid, is_tensor, look_of, matrices
from quizcli.render.wording import word
from quizcli.render.wrapping import Indented, Prose, clean, verbatim

MOST_VALUES = 24
_GAP = 4
_UNLIMITED = 10_000
_INDENT = 2
_STYLES = {"expected": "bold green", "got": "bold red", "": ""}
Marked = set[tuple[tuple[int, ...], int, int]]


class FailingCase:
    """A failure as a renderable that uses the width it gets."""

    def __init__(self, failure: Failure, language: str) -> None:
        self.failure = failure
        self.language = language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        failure, width = self.failure, options.max_width
        if failure.case is not None:
            tier = word(failure.tier, self.language)
            yield Prose(
                Text(f"{word('case', self.language)}: {clean(failure.case)} ({tier})", "dim"), hanging=2
            )
        yield verbatim(clean(failure.message).strip("\n"), "bold")
        if failure.inputs:
            yield Text()
            yield Text(word("inputs", self.language), "bold")
            for name, value in _values(dict(failure.inputs)):
                yield from self._value(name, value, width)
        if failure.expected is not None or failure.got is not None:
            yield Text()
            yield from self._comparison(width)
        if legend := self._legend():
            yield Prose(Text(legend, "dim"))

    def _value(self, name: str, value: Any, width: int) -> RenderResult:
        """An argument: its name, and its value beside or below."""
        if not is_tensor(value):
            line = Text.assemble((f"{name} ", "bold"), f"= {_scalar(value)}")
            yield Indented(Prose(line, hanging=2), _INDENT)
            return
        head = Text.assemble((name, "bold"), "  ", (_kind(value, self.language), "dim"))
        lines = _lines(value, look_of(value), set(), "", width - 2 * _INDENT, self.language)
        if len(lines) == 1 and len(head) + 3 + cell_len(lines[0].plain) + _INDENT <= width:
            yield Indented(Text.assemble(head, "   ", lines[0]), _INDENT)
        else:
            yield Indented(Group(Prose(head), Indented(Group(*lines), _INDENT)), _INDENT)

    def _comparison(self, width: int) -> RenderResult:
        """What was expected and what came out, value by value."""
        expected, got = dict(_values(self.failure.expected)), dict(_values(self.failure.got))
        for name in expected | got:
            sides = [
                (role, side[name]) for role, side in (("expected", expected), ("got", got)) if name in side
            ]
            marked = differing(expected.get(name), got.get(name))
            look = look_of(*(value for _, value in sides if is_tensor(value)))
            # Without elision first: only what then fits goes side by side.
            blocks = [self._block(role, name, value, look, marked, _UNLIMITED) for role, value in sides]
            sizes = [max(cell_len(line.plain) for line in block) for block in blocks]
            if sum(sizes) + _GAP <= width and len(blocks) == 2:
                yield from _beside(blocks[0], blocks[1], sizes[0] + _GAP)
                continue
            for role, value in sides:
                for line in self._block(role, name, value, look, marked, width):
                    yield line if cell_len(line.plain) <= width else Prose(line, hanging=2)

    def _block(self, role: str, name: str, value: Any, look: Look, marked: Marked, width: int) -> list[Text]:
        """One side of the comparison: its title and the grid."""
        title = Text.assemble((word(role, self.language) + name, _STYLES[role]))
        if not is_tensor(value):
            return [title, Text(" " * _INDENT + _scalar(value))]
        title.append(f"  {_kind(value, self.language)}", "dim")
        lines = _lines(value, look, marked, _STYLES[role], width - _INDENT, self.language)
        return [title, *(Text.assemble(" " * _INDENT, line) for line in lines)]

    def _legend(self) -> str:
        """What the signs mean, as far as they occur."""
        failure = self.failure
        parts: list[str] = []
        compared = list(zip(_values(failure.expected), _values(failure.got), strict=False))
        pairs = [(ours, theirs) for (_, ours), (_, theirs) in compared]
        if any(differing(ours, theirs) for ours, theirs in pairs):
            parts.append(f"[ ] {word('differs', self.language)}")
        every = [value for _, value in _values(dict(failure.inputs))]
        every += [value for pair in pairs for value in pair]
        looks = [look_of(value) for value in every if is_tensor(value)]
        if any(look.mask for look in looks):
            parts.append("■ True   · False")
        if any(look.shaded for look in looks):
            parts.append(f"{SHADES.strip()} 0 … 1")
        return "   ".join(parts)


def _beside(left: list[Text], right: list[Text], column: int) -> Iterator[Text]:
    """Two blocks side by side."""
    for number in range(max(len(left), len(right))):
        first = left[number] if number < len(left) else Text()
        second = right[number] if number < len(right) else Text()
        yield Text.assemble(first, " " * (column - cell_len(first.plain)), second)


def _lines(
    value: Mapping[str, Any], look: Look, marked: Marked, style: str, width: int, language: str
) -> list[Text]:
    """The grids of a tensor; of many matrices the ones that differ first."""
    every = matrices(value)
    indices = sorted(every, key=lambda index: not any(cell[0] == index for cell in marked))[:MOST_MATRICES]
    lines: list[Text] = []
    for index in sorted(indices):
        if len(every) > 1:
            lines.append(Text(f"[{', '.join(map(str, index))}]", "dim"))
        inside = {(row, column) for place, row, column in marked if place == index}
        lines += grid(every[index], look, inside, style, max(width, 4))
    if len(every) > len(indices):
        lines.append(Text(f"… {len(every) - len(indices)} {word('more', language)}", "dim"))
    return lines or [Text("[]", "dim")]


def _kind(tensor: Mapping[str, Any], language: str) -> str:
    """Shape and dtype, and whether only a part of it is known."""
    part = f", {word('part', language)}" if tensor.get("truncated") else ""
    return f"[{', '.join(str(size) for size in tensor['shape'])}] {tensor['dtype']}{part}"


def _values(value: Any) -> list[tuple[str, Any]]:
    """The tensors and plain values inside a value, each with the path that leads to it."""
    return list(_nested("", value))[:MOST_VALUES]


def _nested(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and not is_tensor(value) and value:
        for key, inner in value.items():
            yield from _nested(f"{path}.{clean(str(key))}".lstrip("."), inner)
    elif isinstance(value, list) and any(isinstance(inner, (list, Mapping)) for inner in value):
        for number, inner in enumerate(value):
            yield from _nested(f"{path}[{number}]", inner)
    else:
        yield path, value


def _scalar(value: Any) -> str:
    return re.sub(r"\s*\n\s*", " ", clean(value if isinstance(value, str) else repr(value)))
