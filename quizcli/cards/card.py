"""What a card is: frozen dataclasses that Pydantic validates and describes.

They are standard dataclasses rather than ``BaseModel`` classes for one reason: the daily quiz reads
cards from a compiled deck and must not pay for importing Pydantic, which costs as much as the rest
of the start. `quizcli.cards.schema` builds Pydantic's validator and the JSON Schema from these very
classes, so each field is written once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

Language = Literal["zh", "en"]
Level = Literal["basic", "advanced"]
Verdict = Literal["right", "incomplete", "misleading", "wrong", "blank"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Constraint marker on a string: a regular expression and the words an error uses for it."""

    regex: str
    expected: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Pydantic's hook, found by its name, so that this module need not import it."""
        return {**handler(source), "pattern": self.regex}


Id = Annotated[str, Pattern(r"^[a-z0-9][a-z0-9_.-]{0,63}$", "lower-case letters, digits, '-', '_' or '.'")]

# How Pydantic treats every class below; plain data, so that nothing is imported for it.
CONFIG = {
    "extra": "forbid",
    "use_attribute_docstrings": True,
    "coerce_numbers_to_str": True,
    "str_strip_whitespace": True,
    "str_min_length": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in both languages. Markdown, with formulas as ``$LaTeX$``."""

    __pydantic_config__: ClassVar = CONFIG
    zh: str
    """The text in Chinese."""
    en: str
    """The text in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A model answer in two lengths."""

    __pydantic_config__: ClassVar = CONFIG
    full: Text
    """Derivation, formulas, figures with units, limits."""
    spoken: Text | None = None
    """What to say in 60 to 90 seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One checkable sentence that a good answer contains."""

    __pydantic_config__: ClassVar = CONFIG
    id: Id
    """Unique within the card."""
    need: Literal["must", "bonus"]
    """`must`: an answer without it is incomplete; `bonus`: it lifts a good answer."""
    text: Text
    """The sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A wrong belief that people hold about this question, and the correction."""

    __pydantic_config__: ClassVar = CONFIG
    id: Id
    """Unique within the card."""
    said: Text
    """The belief, as somebody would say it."""
    why: Text
    """What is true instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteClaim:
    """What the user's own notes said to this question, judged."""

    __pydantic_config__: ClassVar = CONFIG
    said: Text
    """The claim of the notes, in the project's words."""
    verdict: Verdict
    """The judgement on it."""
    why: Text
    """The reason, and what to say instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement to judge true or false; asked as an item of its own."""

    __pydantic_config__: ClassVar = CONFIG
    id: Id
    """Unique within the card; part of the item's identity, so it never changes."""
    statement: Text
    """The statement to judge."""
    truth: bool
    """Whether it holds."""
    reason: Text
    """Why it holds or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What an interviewer asks next, with a short answer."""

    __pydantic_config__: ClassVar = CONFIG
    question: Text
    """The question."""
    answer: Text
    """A short answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A reference into ``sources.yaml``."""

    __pydantic_config__: ClassVar = CONFIG
    key: Id
    """A key of ``sources.yaml``."""
    where: str | None = None
    """Section, table or figure, e.g. ``§3.2.1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCard:
    """A question that is answered freely, with its model answer."""

    __pydantic_config__: ClassVar = CONFIG
    kind: Literal["open"]
    """The kind of the card."""
    id: Id
    """The card's identity: rewording or moving the card keeps its history, another id starts anew."""
    topic: Id
    """A topic, see ``topics.yaml``."""
    level: Level
    """How deep it goes."""
    notes: str | None = None
    """The number of the question in the interview notes: "1" to "30", "x1", "x2"."""
    title: Text
    """A few words for lists."""
    question: Text
    """The question."""
    answer: Answer
    """The model answer."""
    rubric: tuple[Point, ...] = ()
    """What a good answer contains."""
    your_notes: tuple[NoteClaim, ...] = ()
    """What the notes said, judged."""
    misconceptions: tuple[Misconception, ...] = ()
    """Wrong beliefs with their correction."""
    claims: tuple[Claim, ...] = ()
    """Statements to judge, each an item of its own."""
    follow_ups: tuple[FollowUp, ...] = ()
    """What is asked next."""
    sources: tuple[Source, ...] = ()
    """Where the facts come from."""
    exercises: tuple[Id, ...] = ()
    """The coding exercises that belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCard:
    """A statement to judge true or false, on its own."""

    __pydantic_config__: ClassVar = CONFIG
    kind: Literal["claim"]
    """The kind of the card."""
    id: Id
    """The card's identity."""
    topic: Id
    """A topic, see ``topics.yaml``."""
    level: Level
    """How deep it goes."""
    notes: str | None = None
    """The number of the question in the interview notes."""
    title: Text
    """A few words for lists."""
    statement: Text
    """The statement to judge."""
    truth: bool
    """Whether it holds."""
    reason: Text
    """Why it holds or not."""
    sources: tuple[Source, ...] = ()
    """Where the facts come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCard:
    """The words of a coding exercise; its reference and its trials live in ``reference_impl``."""

    __pydantic_config__: ClassVar = CONFIG
    kind: Literal["code"]
    """The kind of the card."""
    id: Id
    """The exercise's id: the name of the function to write."""
    topic: Id
    """A topic, see ``topics.yaml``."""
    level: Level
    """How deep it goes."""
    notes: tuple[str, ...] = ()
    """The numbers of the notes' questions that lead here."""
    title: Text
    """A few words for lists."""
    prompt: Text
    """The task."""
    stub: str
    """The Python file that ``code start`` writes: signature, docstring with shapes, an example."""
    hints: tuple[Text, ...] = ()
    """Hints, each saying more than the one before."""
    follow_ups: tuple[FollowUp, ...] = ()
    """What interviewers ask next."""
    sources: tuple[Source, ...] = ()
    """Where the mechanism comes from."""
    prerequisites: tuple[Id, ...] = ()
    """Exercises to do first."""


Card = OpenCard | ClaimCard | CodeCard


@dataclass(frozen=True, slots=True)
class Item:
    """What is scheduled: the card itself, or one claim of an open card.

    Siblings are the items of one card. The id is ``card`` or ``card/claim``.
    """

    id: str
    card: Card
    claim: Claim | None = None


def items_of(card: Card) -> Iterator[Item]:
    """The items of a card: the card itself first, then the claims of an open card."""
    yield Item(card.id, card)
    if isinstance(card, OpenCard):
        for claim in card.claims:
            yield Item(f"{card.id}/{claim.id}", card, claim)
