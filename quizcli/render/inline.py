"""Running text to styled text: emphasis, code spans, escapes, formulas."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.text import Text

from quizcli.render.wrapping import Kept

CODE_STYLE = "magenta"
FORMULA_STYLE = "cyan"
_STYLES = {1: "italic", 2: "bold"}
# Formulas stand in the text as single characters of a private plane; see `quizcli.render.markdown`.
FIRST_FORMULA, LAST_FORMULA = 0xF0000, 0xFFFFD
_TOKEN = re.compile(
    r"(?P<code>`+)|\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<hard>(?: {2,}|\\)\n)|(?P<soft> *\n *)"
    rf"|(?P<mark>\*+|_+)|(?P<formula>[{chr(FIRST_FORMULA)}-{chr(LAST_FORMULA)}])"
)


class _Opener:
    """A run of asterisks or underscores that may open an emphasis."""

    def __init__(self, character: str, count: int, place: int) -> None:
        self.character = character
        self.count = count
        self.place = place


def inline(source: str, formulas: Callable[[str], str]) -> tuple[Text, list[Kept]]:
    """The styled text, and the ranges that stay on one line; `formulas` gives a placeholder's text."""
    writer = _Writer(formulas)
    place = 0
    while found := _TOKEN.search(source, place):
        writer.write(source[place : found.start()])
        place = writer.token(source, found)
    writer.write(source[place:])
    return writer.finished()


class _Writer:
    """Collects the parts of a text; marks of emphasis are parts until they find their partner."""

    def __init__(self, formulas: Callable[[str], str]) -> None:
        self.formulas = formulas
        self.parts: list[str] = []
        self.styles: list[tuple[int, int, str]] = []
        self.kept: list[int] = []
        self.openers: list[_Opener] = []

    def write(self, words: str, style: str = "", *, keep: bool = False) -> None:
        """Adds a part."""
        if not words:
            return
        if style:
            self.styles.append((len(self.parts), len(self.parts) + 1, style))
        if keep:
            self.kept.append(len(self.parts))
        self.parts.append(words)

    def token(self, source: str, found: re.Match[str]) -> int:
        """Adds what a token stands for; the place where the text goes on."""
        kind, words = found.lastgroup, found[0]
        if kind == "code":
            closing = re.compile(rf"(?<!`){words}(?!`)").search(source, found.end())
            if closing is None:
                self.write(words)
                return found.end()
            code = source[found.end() : closing.start()].replace("\n", " ")
            self.write(code[1:-1] if len(code) > 2 and code[0] == code[-1] == " " else code, CODE_STYLE)
            return closing.end()
        if kind == "formula":
            self.write(self.formulas(words), FORMULA_STYLE, keep=True)
        elif kind == "escaped":
            self.write(found["escaped"])
        elif kind == "hard":
            self.write("\n")
        elif kind == "soft":
            self.write("" if _wide_at(source, found.start() - 1) and _wide_at(source, found.end()) else " ")
        else:
            self._mark(source, found)
        return found.end()

    def _mark(self, source: str, found: re.Match[str]) -> None:
        """A run of marks: closes what is open, or may open something."""
        before = source[found.start() - 1 : found.start()] or " "
        after = source[found.end() : found.end() + 1] or " "
        character, count = found[0][0], len(found[0])
        inside_word = character == "_" and before.isalnum() and after.isalnum()
        if not before.isspace() and not inside_word:
            count = self._close(character, count)
        if not count:
            return
        if not after.isspace() and not inside_word:
            self.openers.append(_Opener(character, count, len(self.parts)))
        self.parts.append(character * count)

    def _close(self, character: str, count: int) -> int:
        """Gives the parts since the matching openers their style; how many marks are left over."""
        while count:
            index = next(
                (i for i in range(len(self.openers) - 1, -1, -1) if self.openers[i].character == character),
                -1,
            )
            if index < 0 or self.openers[index].place == len(self.parts) - 1:
                break
            opener = self.openers[index]
            del self.openers[index + 1 :]
            used = 2 if count >= 2 and opener.count >= 2 else 1
            self.styles.append((opener.place + 1, len(self.parts), _STYLES[used]))
            opener.count -= used
            count -= used
            self.parts[opener.place] = character * opener.count
            if not opener.count:
                self.openers.pop()
        return count

    def finished(self) -> tuple[Text, list[Kept]]:
        """The text of all parts with their styles."""
        ends = [0]
        for part in self.parts:
            ends.append(ends[-1] + len(part))
        text = Text("".join(self.parts))
        for first, after, style in self.styles:
            text.stylize(style, ends[first], ends[after])
        return text, [keep_formula(self.parts[index], ends[index]) for index in self.kept]


def keep_formula(words: str, start: int = 0) -> Kept:
    """A formula as a range to keep together; a long one may be broken after its outermost relations."""
    breaks: list[int] = []
    depth = 0
    for place, character in enumerate(words):
        depth += (character in "([{⌊⌈") - (character in ")]}⌋⌉")
        if character == " " and depth <= 0 and words[place - 1] in "=<>≤≥≠≈≪≫∝→⇒∈,+−":
            breaks.append(start + place)
    return Kept(start, start + len(words), tuple(breaks) if len(words) > 24 else ())


def _wide_at(source: str, place: int) -> bool:
    return 0 <= place < len(source) and "\u2e80" <= source[place] <= "\uffef"
