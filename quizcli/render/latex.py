"""Reads LaTeX: the commands that cards may use, into the pieces that `quizcli.render.typeset` sets."""

from __future__ import annotations

import re
from collections.abc import Callable

from quizcli.render import symbols
from quizcli.render.typeset import Piece, enclosed, fraction, root, row, scripted

MAX_DEPTH = 40
_NUMBER = re.compile(r"\d+(?:\{,\}\d{3})*(?:\.\d+)?")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
# What a braced group still is to its neighbours; a braced operator becomes an ordinary symbol.
_KEPT = frozenset({"atom", "word", "func", "frac", "root"})


class FormulaError(ValueError):
    """A formula that cannot be read.

    Attributes:
        position: the index of the character where the fault was noticed, from 0.
        reason: what is wrong.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"at character {position + 1}: {reason}")
        self.position = position
        self.reason = reason


class Reader:
    """Reads LaTeX from left to right into pieces."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.place = 0
        self.depth = 0

    def next_token(self) -> str:
        """The token at the reading place; empty at the end. White space before it is passed over."""
        while self.latex[self.place : self.place + 1].isspace():
            self.place += 1
        if self.latex.startswith("\\", self.place):
            found = _COMMAND.match(self.latex, self.place)
            if found is None:
                raise FormulaError(self.place, "a lone backslash at the end")
            return found[0]
        return self.latex[self.place : self.place + 1]

    def pieces(self, start: int) -> list[Piece]:
        """The pieces up to a closing brace, ``\\right`` or the end."""
        self._deeper(start)
        found: list[Piece] = []
        while (token := self.next_token()) and token not in ("}", "\\right"):
            if token in ("^", "_", "'"):
                self._scripts(found)
            else:
                found.extend(self._piece(token))
        self.depth -= 1
        return found

    def _deeper(self, start: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(start, f"nested deeper than {MAX_DEPTH} levels")

    def _scripts(self, found: list[Piece]) -> None:
        """Reads the scripts after the last piece and joins them to it."""
        start = self.place
        if not found or found[-1].kind == "space":
            raise FormulaError(start, "a script without anything before it")
        scripts: dict[str, Piece] = {}
        primes = 0
        while (token := self.next_token()) in ("^", "_", "'"):
            if token in scripts:
                raise FormulaError(self.place, f"a second '{token}' on the same symbol")
            self.place += 1
            if token == "'":
                primes += 1
            else:
                scripts[token] = row(self.argument("an empty script"), tight=True)
        found.append(scripted(found.pop(), scripts.get("_"), scripts.get("^"), primes))

    def argument(self, empty: str) -> list[Piece]:
        """A braced group, or a single symbol."""
        start = self.place
        token = self.next_token()
        if token == "{":
            pieces = self._group()
        elif token in ("", "}", "^", "_", "'", "\\right"):
            raise FormulaError(start, empty)
        elif token.isdigit():
            self.place += 1
            pieces = [Piece(token)]
        else:
            self._deeper(start)
            pieces = self._piece(token)
            self.depth -= 1
        if not any(piece.text.strip() for piece in pieces):
            raise FormulaError(start, empty)
        return pieces

    def _group(self) -> list[Piece]:
        """What stands between the brace at the reading place and its closing one."""
        start = self.place
        self.place += 1
        pieces = self.pieces(start)
        if self.next_token() != "}":
            raise FormulaError(start, "'{' is not closed")
        self.place += 1
        return pieces

    def _piece(self, token: str) -> list[Piece]:
        """The piece that a token begins; a list, for some are spliced into their row."""
        start = self.place
        if token == "{":
            group = self._group()
            inner = row(group)
            return [inner if inner.kind in _KEPT else inner._replace(kind="atom")]
        if number := _NUMBER.match(self.latex, start):
            self.place = number.end()
            return [Piece(number[0].replace("{,}", ","))]
        self.place += len(token)
        if not token.startswith("\\"):
            if token in "%&#$":
                raise FormulaError(start, f"'{token}' has a meaning of its own here, write '\\{token}'")
            return [Piece(*symbols.CHARACTERS.get(token, (token, "atom")))]
        return self._command(token[1:], start)

    def _command(self, name: str, start: int) -> list[Piece]:
        if name in symbols.COMMANDS:
            return [Piece(*symbols.COMMANDS[name], raised=name == "top")]
        if read := _WITH_ARGUMENTS.get(name):
            return read(self, name)
        raise FormulaError(start, f"unknown command '\\{name}'")

    def raw_argument(self) -> str:
        """The braced argument as it stands, for text."""
        start = self.place
        if self.next_token() != "{":
            raise FormulaError(start, "a '{' is missing")
        begin = end = self.place + 1
        depth = 1
        while depth:
            token = _COMMAND.match(self.latex, end)
            character = token[0] if token else self.latex[end : end + 1]
            if not character:
                raise FormulaError(begin - 1, "'{' is not closed")
            depth += (character == "{") - (character == "}")
            end += len(character)
        self.place = end
        return self.latex[begin : end - 1]

    def delimiter(self) -> str:
        """The delimiter after ``\\left`` or ``\\right``; empty for the invisible dot."""
        start = self.place
        token = self.next_token()
        self.place += len(token)
        name = token[1:]
        known = symbols.OPENING | symbols.CLOSING | symbols.FENCES
        if token.startswith("\\") and name in known:
            return known[name]
        if token and token in "()[]|/.":
            return token.strip(".")
        raise FormulaError(start, f"'{token}' is no delimiter")


def _fraction(reader: Reader, name: str) -> list[Piece]:
    top = row(reader.argument(f"\\{name} without a numerator"))
    return [fraction(top, row(reader.argument(f"\\{name} without a denominator")))]


def _root(reader: Reader, name: str) -> list[Piece]:
    degree = re.compile(r"\s*\[(\w{1,3})\]|\s*(\[)").match(reader.latex, reader.place)
    if degree and degree[2]:
        raise FormulaError(
            degree.start(2), "the degree of a root is one to three letters or digits in brackets"
        )
    reader.place = degree.end() if degree else reader.place
    return [root(row(reader.argument("an empty root")), degree[1] if degree else "")]


def _between(reader: Reader, name: str) -> list[Piece]:
    start = reader.place
    opening = reader.delimiter()
    inside = reader.pieces(start)
    if reader.next_token() != "\\right":
        raise FormulaError(start, "'\\left' without '\\right'")
    reader.place += len("\\right")
    return [Piece(opening, "open"), *inside, Piece(reader.delimiter(), "close")]


def _face(reader: Reader, name: str) -> list[Piece]:
    if not symbols.FACES[name]:
        return reader.argument(f"\\{name} without its argument")
    start = reader.place
    raw = reader.raw_argument()
    words = re.sub(r"\\([ %#&_{}$,])", r"\1", raw)
    if not words.strip() or "\\" in words:
        raise FormulaError(
            start, f"a command inside \\{name}" if words.strip() else f"\\{name} without its argument"
        )
    space = [Piece(" ", "space")]
    word = Piece(" ".join(words.split()), "word" if len(words.strip()) > 1 else "atom")
    return [*space * words[0].isspace(), word, *space * words[-1].isspace()]


def _letters(reader: Reader, name: str) -> list[Piece]:
    letters = row(reader.argument(f"\\{name} without its argument"))
    return [
        letters._replace(text="".join(symbols.LETTERS[name].get(letter, letter) for letter in letters.text))
    ]


def _accent(reader: Reader, name: str) -> list[Piece]:
    inner = row(reader.argument(f"\\{name} without its argument"))
    if inner.text[0].isalpha() and not any(
        character.isalnum() and character.isascii() for character in inner.text[1:]
    ):
        return [inner._replace(text=inner.text[0] + symbols.ACCENTS[name] + inner.text[1:])]
    return [Piece(name + enclosed(inner))]


_WITH_ARGUMENTS: dict[str, Callable[[Reader, str], list[Piece]]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac"), _fraction),
    **dict.fromkeys(symbols.FACES, _face),
    **dict.fromkeys(symbols.LETTERS, _letters),
    **dict.fromkeys(symbols.ACCENTS, _accent),
    "sqrt": _root,
    "left": _between,
}
