"""Standard input that is no terminal: a line for the answer, a line for the rating, for every item.

The answer to a claim is ``t`` or ``f``. A line ``:undo``, ``:skip``, ``:suspend``, ``:language``,
``:full`` or ``:stop`` does what the key does in a terminal. The end of the input stops the quiz.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from quizcli.cards.card import Point
from quizcli.cli.output import show
from quizcli.cli.screen import Action, Rated
from quizcli.errors import UsageError
from quizcli.study.rating import Rating, parse_rating

if TYPE_CHECKING:
    from rich.console import RenderableType

_TRUTHS = {"t": True, "true": True, "对": True, "f": False, "false": False, "错": False}


class Script:
    """Reads a scripted quiz line by line."""

    shows_ratings = False

    def typed(self, keys: str) -> str | Action:
        """The line as it is."""
        return self._line()

    def reveal(self, shown: RenderableType, language: str) -> None:
        """Print it."""
        show(shown)

    def judged(self, keys: str) -> bool | Action | None:
        """``t`` or ``f``; an empty line is no judgement."""
        line = self._line()
        if isinstance(line, Action):
            return line
        word = line.strip().lower()
        if word and word not in _TRUTHS:
            raise UsageError(
                f"'{line.strip()}' is no judgement", where="standard input", remedy="write t or f"
            )
        return _TRUTHS.get(word)

    def rated(
        self,
        points: Sequence[Point],
        spans: Mapping[Rating, timedelta],
        ticked: tuple[str, ...],
        language: str,
    ) -> Rated | Action:
        """1 to 4 or the word."""
        line = self._line()
        return line if isinstance(line, Action) else Rated(parse_rating(line))

    def ticked(self) -> tuple[str, ...]:
        """A script ticks nothing."""
        return ()

    @staticmethod
    def _line() -> str | Action:
        line = sys.stdin.readline()
        if not line:
            return Action.STOP
        line = line.rstrip("\r\n")
        if line.startswith(":"):
            try:
                return Action(line[1:].strip())
            except ValueError:
                words = ", ".join(f":{action.value}" for action in Action)
                raise UsageError(
                    f"'{line}' is no command", where="standard input", remedy=f"use {words}"
                ) from None
        return line
