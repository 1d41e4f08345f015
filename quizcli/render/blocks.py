"""The block structure of the Markdown that cards use: paragraphs, lists, tables, fenced code, headings.

A parser of its own, for two reasons: the libraries cost more time to import than the start of the quiz
has to spare, and CommonMark's rule for emphasis fails beside Chinese characters. Formulas are single
placeholder characters here, so that nothing in them can be taken for Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

MAX_DEPTH = 8
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*$")
_HEADING = re.compile(r" {0,3}#{1,6} +(.*?)(?: +#+)? *$")
_ITEM = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])( {1,4})(?=\S)")
_RULE = re.compile(r" *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$")
_CELL = re.compile(r"(?<!\\)\|")

Align = Literal["left", "center", "right"]


class Paragraph(NamedTuple):
    """Running text, or a heading."""

    source: str
    heading: bool = False


class Code(NamedTuple):
    """Fenced code."""

    text: str


class Item(NamedTuple):
    """An item of a list, with the marker that is shown."""

    marker: str
    blocks: tuple[Spaced, ...]


class Grid(NamedTuple):
    """A table; the first row is the header."""

    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[Align, ...]


Block = Paragraph | Code | Item | Grid


class Spaced(NamedTuple):
    """A block, and whether a blank line stands before it."""

    block: Block
    gap: bool


def parse_blocks(text: str) -> tuple[Spaced, ...]:
    """The blocks of a Markdown text, in order. Any text is acceptable."""
    return _parse(text.split("\n"), 0)


def _parse(lines: Sequence[str], depth: int) -> tuple[Spaced, ...]:
    found: list[Spaced] = []
    place, gap = 0, False
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            gap, place = bool(found), place + 1
            continue
        block, place = _block(lines, place, depth)
        found.append(Spaced(block, gap))
        gap = False
    return tuple(found)


def _block(lines: Sequence[str], place: int, depth: int) -> tuple[Block, int]:
    """The block that begins at a line, and the line after it."""
    line = lines[place]
    if fence := _FENCE.match(line):
        return _code(lines, place, fence[1])
    if heading := _HEADING.match(line):
        return Paragraph(heading[1], heading=True), place + 1
    if depth < MAX_DEPTH and (item := _ITEM.match(line)):
        return _item(lines, place, item, depth)
    if _begins_table(lines, place):
        return _table(lines, place)
    end = place + 1
    while end < len(lines) and lines[end].strip() and not _interrupts(lines, end, depth):
        end += 1
    return Paragraph("\n".join(part.lstrip() for part in lines[place:end])), end


def _interrupts(lines: Sequence[str], place: int, depth: int) -> bool:
    """Whether a line ends the paragraph before it."""
    line = lines[place]
    if _FENCE.match(line) or _HEADING.match(line) or _begins_table(lines, place):
        return True
    item = _ITEM.match(line) if depth < MAX_DEPTH else None
    return item is not None and (not item[2][0].isdigit() or item[2][:-1] == "1")


def _code(lines: Sequence[str], place: int, fence: str) -> tuple[Code, int]:
    indent = len(lines[place]) - len(lines[place].lstrip())
    end = place + 1
    while end < len(lines):
        closing = lines[end].strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            break
        end += 1
    body = (line[min(indent, len(line) - len(line.lstrip())) :] for line in lines[place + 1 : end])
    return Code("\n".join(body)), end + 1


def _item(lines: Sequence[str], place: int, found: re.Match[str], depth: int) -> tuple[Item, int]:
    """A list item with the lines that are indented below it or continue its paragraph."""
    indent = found.end()
    inside = [lines[place][indent:]]
    end = place + 1
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            inside.append("")
        elif len(line) - len(line.lstrip(" ")) >= min(indent, len(found[1]) + 2):
            inside.append(line[min(indent, len(line) - len(line.lstrip(" "))) :])
        elif not inside[-1] or _ITEM.match(line) or _interrupts(lines, end, depth):
            break
        else:
            inside.append(line)
        end += 1
    while not inside[-1]:
        inside.pop()
        end -= 1
    marker = "•" if found[2] in "-*+" else f"{int(found[2][:-1])}."
    return Item(marker, _parse(inside, depth + 1)), end


def _begins_table(lines: Sequence[str], place: int) -> bool:
    if "|" not in lines[place] or place + 1 >= len(lines):
        return False
    rule = lines[place + 1]
    return "|" in rule and bool(_RULE.match(rule)) and len(_cells(rule)) == len(_cells(lines[place]))


def _table(lines: Sequence[str], place: int) -> tuple[Grid, int]:
    header = _cells(lines[place])
    aligns = tuple(_align(cell) for cell in _cells(lines[place + 1]))
    rows = [header]
    end = place + 2
    while end < len(lines) and "|" in lines[end]:
        cells = _cells(lines[end])[: len(header)]
        rows.append(cells + ("",) * (len(header) - len(cells)))
        end += 1
    return Grid(tuple(rows), aligns), end


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip()
    inner = inner.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(inner))


def _align(rule: str) -> Align:
    if rule.endswith(":"):
        return "center" if rule.startswith(":") else "right"
    return "left"
