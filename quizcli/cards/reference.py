"""The shared tables of a deck: sources that cards cite, and mistakes that the grader names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from quizcli.cards.card import CONFIG, Id, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An entry of ``sources.yaml``: a paper or report that cards cite by key."""

    __pydantic_config__: ClassVar = CONFIG
    title: str
    """The full title."""
    author: str
    """The first author's surname, or the team."""
    year: str
    """The year it first appeared."""
    arxiv: str | None = None
    """The arXiv id."""
    url: str | None = None
    """Where to read it, for what is not on arXiv."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """An entry of ``mistakes.yaml``: a mistake that the grader knows by name."""

    __pydantic_config__: ClassVar = CONFIG
    what: Text
    """What such a submission does."""
    why: Text
    """Why it matters."""
    mend: Text
    """The line of thought that mends it."""
    card: Id | None = None
    """The card that teaches it; without one, the first question of the notes that leads to the exercise."""
