"""Breaking styled text into lines, Chinese and Latin mixed.

Rich breaks at spaces only, so a Chinese sentence moves to the next line as one long word. Here a line
may also end between two Chinese characters, but never before closing or after opening punctuation, nor
inside a Latin word, a number with its unit, or a formula that fits on a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.text import Text

_NEVER_FIRST = frozenset("，。；：、！？）》」』】〉〕’”…—·％%,.;:!?)]}'\"°′″‰")
_NEVER_LAST = frozenset("（《「『【〈〔“‘([{￥$#")
_UNITS = frozenset({"K", "M", "B", "W", "%", "×", "min", "h", "token", "tokens", "bits", "byte", "bytes"})
_UNIT = re.compile(r"[kKMGTP]?i?(?:B|bit)(?:/s)?|[mnuµμ]?s|[kMGTP]?(?:FLOP[sS]?(?:/s)?|Hz)")
_AFTER_NUMBER = re.compile(r"(?<=[0-9⁰-⁹₀-₉)]) ([\u4e00-\u9fff]|[A-Za-zµμ%×/]+)")
# Control characters, the formatting characters that turn the direction of writing, and lone surrogates.
_UNSAFE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# A line shorter than this is not worth an indentation.
NARROW = 16


def clean(text: str) -> str:
    """The text without characters that would steer the terminal; lines stay lines."""
    if text.replace("\n", "").isprintable():
        return text
    return re.sub(_UNSAFE, _safe, text.replace("\r\n", "\n"))


def _safe(found: re.Match[str]) -> str:
    character = found[0]
    if character in "\t\x0b\x0c\u2028\u2029\x85\r":
        return " "
    if character < " ":
        return chr(0x2400 + ord(character))
    return "" if "\u2000" < character < "\u2070" or character == "\ufeff" else "\ufffd"


class Kept(NamedTuple):
    """A range of a text that stays on one line when it fits; `breaks` are the places where it may give."""

    start: int
    end: int
    breaks: tuple[int, ...] = ()


class Prose:
    """A paragraph as a Rich renderable that breaks its lines by these rules."""

    def __init__(self, text: Text, kept: Sequence[Kept] = (), *, hanging: int = 0) -> None:
        self.text = text
        self.kept = kept
        self.hanging = hanging

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width, 1)
        hanging = self.hanging if width - self.hanging >= NARROW else 0
        for number, line in enumerate(wrap(self.text, width, self.kept, hanging=hanging)):
            yield Text.assemble(" " * hanging, line) if number and hanging else line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = max((cell_len(line) for line in self.text.plain.split("\n")), default=0)
        units = _units(self.text.plain, self.kept)
        least = max((cell_len(self.text.plain[start:end]) for start, end, _ in units), default=0)
        width = max(options.max_width, 1)
        return Measurement(min(least, width), min(longest, width))


class Indented:
    """A renderable moved to the right, with a marker on its first line; not moved where there is no room."""

    def __init__(self, inner: RenderableType, cells: int, marker: str = "") -> None:
        self.inner, self.cells, self.marker = inner, cells, marker

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        least = self.cells + 2 if self.marker else self.cells + NARROW
        cells = self.cells if width >= least else 0
        lines = console.render_lines(self.inner, options.update_width(max(width - cells, 1)), pad=False)
        first = self.marker.ljust(cells) if cells else ""
        for number, line in enumerate(lines):
            yield Segment(first if number == 0 else " " * cells)
            yield from line
            yield Segment.line()


def wrap(text: Text, width: int, kept: Sequence[Kept] = (), *, hanging: int = 0) -> list[Text]:
    """The text as lines that are at most `width` cells; the lines after the first `hanging` cells shorter."""
    plain = text.plain
    ranges = list(_ranges(plain, _units(plain, kept), width, hanging))
    if not ranges:
        return [Text()]
    # Text.divide cuts at every offset; what lies between two lines (the spaces at a break) is dropped.
    offsets = sorted({place for pair in ranges for place in pair})
    parts = dict(zip([0, *offsets], text.divide(offsets), strict=True)) if offsets else {0: text}
    lines = [parts[start] if end > start else Text() for start, end in ranges]
    for line in lines:
        line.no_wrap, line.overflow, line.end = True, "ignore", "\n"
    return lines


def _ranges(
    plain: str, units: Sequence[tuple[int, int, bool]], width: int, hanging: int
) -> Iterator[tuple[int, int]]:
    """Start and end of every line, filled greedily."""
    start = end = 0
    room, used = width, 0
    for unit_start, unit_end, forced in units:
        if forced:
            yield start, end
            start, used, room = unit_start, 0, width - hanging
        size = cell_len(plain[unit_start:unit_end])
        gap = unit_start - end if used else 0
        if used and used + gap + size > room:
            yield start, end
            start, used, gap, room = unit_start, 0, 0, width - hanging
        if not used:
            start = unit_start
        if size > room:
            *full, (start, end) = _chopped(plain, unit_start, unit_end, room, width - hanging)
            yield from full
            room = width - hanging if full else room
            used = cell_len(plain[start:end])
        else:
            end, used = unit_end, used + gap + size
    if units:
        yield start, end


def _chopped(plain: str, start: int, end: int, room: int, next_room: int) -> list[tuple[int, int]]:
    """A unit that is longer than a line, cut where it must be: after a hyphen or slash if there is one."""
    pieces: list[tuple[int, int]] = []
    begin = start
    while begin < end:
        place = begin
        for stop in _clusters(plain, begin, end):
            if place > begin and cell_len(plain[begin:stop]) > room:
                break
            place = stop
        if place < end and (soft := _soft_place(plain, begin, place)):
            place = soft
        pieces.append((begin, begin + len(plain[begin:place].rstrip(" "))))
        while place < end and plain[place] == " ":
            place += 1
        begin, room = place, next_room
    return pieces or [(start, end)]


def verbatim(text: str, style: str = "") -> RenderableType:
    """Text whose spaces and lines stay as they are, e.g. code; a line that is too long goes on below."""
    lines = text.split("\n")
    return Group(*(Prose(Text(line, style), [Kept(0, len(line))], hanging=2) for line in lines))


def _soft_place(plain: str, begin: int, place: int) -> int | None:
    """A better place for a cut in the second half of a line."""
    for candidate in range(place, begin + (place - begin) // 2, -1):
        if plain[candidate - 1] in "-/_, =":
            return candidate
    return None


def _clusters(plain: str, start: int, end: int) -> Iterator[int]:
    """The ends of the characters, each with the marks that join it."""
    for place in range(start + 1, end):
        if not _joins(plain[place]) and plain[place - 1] != "\u200d":
            yield place
    yield end


def _joins(character: str) -> bool:
    return character >= "\u0300" and cell_len(character) == 0


def _units(plain: str, kept: Sequence[Kept]) -> list[tuple[int, int, bool]]:
    """What is not broken: start, end, and whether a line break stands before it."""
    whole = bytearray(len(plain) + 1)
    for keep in kept:
        first = keep.start + (plain[keep.start : keep.start + 1] != " ")  # leading spaces are kept too
        for place in range(first, keep.end):
            whole[place] = place not in keep.breaks
    for found in _AFTER_NUMBER.finditer(plain):
        chinese = found[1] >= "\u4e00" and plain[found.start() - 1] != ")"
        if chinese or found[1] in _UNITS or _UNIT.fullmatch(found[1]):
            whole[found.start()] = whole[found.start() + 1] = 1
    units: list[tuple[int, int, bool]] = []
    start, forced = 0, False
    for place, character in enumerate(plain):
        if character == "\n" or (character == " " and not whole[place]):
            if start < place:
                units.append((start, place, forced))
                forced = False
            if character == "\n":
                if forced:
                    units.append((place, place, True))
                forced = bool(units)
            start = place + 1
        elif start < place and not whole[place] and _may_break(plain[place - 1], character):
            units.append((start, place, forced))
            start, forced = place, False
    if start < len(plain):
        units.append((start, len(plain), forced))
    return units


def _may_break(before: str, after: str) -> bool:
    if before < "\u2014" and after < "\u2014":
        return False
    if after in _NEVER_FIRST or before in _NEVER_LAST or _joins(after) or before == "\u200d":
        return False
    if before.isdigit() and before.isascii() and _is_wide(after):
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    """Whether it belongs to the scripts that are written without spaces."""
    return (
        "\u2e80" <= character <= "\ua4cf"
        or "\uf900" <= character <= "\ufaff"
        or "\ufe30" <= character <= "\ufe4f"
        or "\uff00" <= character <= "\uffef"
        or character >= "\U00020000"
    )
