"""LaTeX formulas as readable Unicode text on one line, and finding them in a text.

Written for this project because the libraries that turn LaTeX into text drop precedence: a fraction of
two sums comes out of them as ``a+b/c+d``.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from quizcli.render.latex import FormulaError, Reader
from quizcli.render.typeset import row

__all__ = ["FormulaError", "Span", "formula", "split_formulas"]


class Span(NamedTuple):
    """A part of a text: words, or the LaTeX of a formula (without its dollars)."""

    kind: Literal["text", "inline", "display"]
    content: str
    start: int


def formula(latex: str) -> str:
    """A LaTeX formula as Unicode text on one line.

    Raises:
        FormulaError: naming the place of an unbalanced brace, an unknown command, an empty script.
    """
    reader = Reader(latex)
    pieces = reader.pieces(0)
    if reader.place < len(latex):
        raise FormulaError(reader.place, f"unbalanced '{reader.next_token()}'")
    text = row(pieces).text.strip()
    if not text:
        raise FormulaError(0, "an empty formula")
    return re.sub(r"[ \t\r\n]{3,}", "  ", text)


_OUTSIDE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n|(`+)|\\[\\$`]|\$\$|\$", re.MULTILINE)


def split_formulas(text: str, *, strict: bool = True) -> list[Span]:
    """The text as words and formulas in order; code spans and fenced code are words.

    Raises:
        FormulaError: a dollar is not closed within its paragraph (unless `strict` is off: then it is
            an ordinary character).
    """
    spans: list[Span] = []
    done = place = 0
    while found := _OUTSIDE.search(text, place):
        place = found.end()
        if found[1]:
            closing = re.compile(rf"^ {{0,3}}{found[1][0]}{{{len(found[1])},}}[ \t]*$", re.MULTILINE).search(
                text, place
            )
            place = closing.end() if closing else len(text)
        elif found[2]:
            closing = re.compile(rf"(?<!`){found[2]}(?!`)").search(text, place)
            place = closing.end() if closing else place
        elif found[0].startswith("$"):
            end = _closing_dollar(text, place, found[0])
            if end is None:
                if strict:
                    raise FormulaError(found.start(), f"'{found[0]}' is not closed")
                continue
            if found.start() > done:
                spans.append(Span("text", text[done : found.start()], done))
            kind: Literal["inline", "display"] = "display" if found[0] == "$$" else "inline"
            spans.append(Span(kind, text[place:end], place))
            done = place = end + len(found[0])
    if done < len(text):
        spans.append(Span("text", text[done:], done))
    return spans


def _closing_dollar(text: str, start: int, dollars: str) -> int | None:
    """Where the closing dollars stand, or None when the paragraph ends before them."""
    found = re.compile(r"\\.|\$\$?|\n[ \t]*\n", re.DOTALL).search(text, start)
    while found:
        if found[0].startswith("$") and len(found[0]) >= len(dollars):
            return found.start()
        if not found[0].startswith("\\"):
            return None
        found = found.re.search(text, found.end())
    return None
