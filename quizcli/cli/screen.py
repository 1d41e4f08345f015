"""What the quiz asks of the person, whoever answers: a terminal or a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from quizcli.cards.card import Point
from quizcli.study.rating import Rating

if TYPE_CHECKING:
    from rich.console import RenderableType


class Action(Enum):
    """What a person can do instead of answering; the value is the word a script writes after a colon."""

    UNDO = "undo"
    SKIP = "skip"
    SUSPEND = "suspend"
    LANGUAGE = "language"
    FULL = "full"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating, and the rubric points that the person ticked."""

    rating: Rating
    ticked: tuple[str, ...] = ()


class Screen(Protocol):
    """Reads answers, and shows what may be longer than a screen; the quiz itself prints the rest.

    Attributes:
        shows_ratings: whether it shows the ratings with their intervals itself.
    """

    shows_ratings: bool

    def reveal(self, shown: RenderableType, language: str) -> None:
        """Show an answer, at the pace of the person where it is long."""

    def typed(self, keys: str) -> str | Action:
        """The answer as typed, possibly empty; `keys` is the help for this question."""

    def judged(self, keys: str) -> bool | Action | None:
        """Whether a statement is true, in the person's judgement; None for no judgement."""

    def rated(
        self,
        points: Sequence[Point],
        spans: Mapping[Rating, timedelta],
        ticked: tuple[str, ...],
        language: str,
    ) -> Rated | Action:
        """The rating out of those in `spans`, with the rubric points ticked."""

    def ticked(self) -> tuple[str, ...]:
        """The points ticked when an action interrupted the rating."""
