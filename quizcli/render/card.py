"""A card on the terminal: the question, and what is revealed after it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text as Line

from quizcli.cards.card import Card, ClaimCard, CodeCard, FollowUp, Item, OpenCard, Point, Source, Text
from quizcli.cards.deck import Deck
from quizcli.render.labels import label
from quizcli.render.markdown import markdown
from quizcli.render.wrapping import Indented, Kept, Prose

LETTERS = "abcdefghijklmnop"
VERDICT_SIGNS = {"right": "✓", "incomplete": "◐", "misleading": "!", "wrong": "✗", "blank": "○"}
VERDICT_STYLES = {
    "right": "green",
    "incomplete": "yellow",
    "misleading": "yellow",
    "wrong": "red",
    "blank": "cyan",
}


def in_languages(text: Text, language: str) -> list[str]:
    """The text in the wanted language, or Chinese and then English for `both`."""
    return [text.zh, text.en] if language == "both" else [text.zh if language == "zh" else text.en]


def one_line(text: Text, language: str) -> str:
    """The text on one line, e.g. a title."""
    return " · ".join(in_languages(text, language))


def heading(words: str, style: str = "bold cyan") -> RenderableType:
    """A section's title, with a blank line above."""
    return Group(Line(), Line(f"── {words} ──", style=style))


def body(text: Text, language: str) -> RenderableType:
    """A text of the card as Markdown."""
    return Group(*(markdown(part) for part in in_languages(text, language)))


def question(item: Item, language: str) -> RenderableType:
    """What is asked: the question, the statement to judge, or the exercise's task."""
    card = item.card
    if item.claim:
        return body(item.claim.statement, language)
    if isinstance(card, OpenCard):
        return body(card.question, language)
    return body(card.statement if isinstance(card, ClaimCard) else card.prompt, language)


def truth(item: Item) -> bool | None:
    """Whether the item's statement holds; None for an item that states nothing."""
    if item.claim:
        return item.claim.truth
    return item.card.truth if isinstance(item.card, ClaimCard) else None


def revealed(item: Item, deck: Deck, language: str) -> RenderableType:
    """What is shown after the answer: the model answer to speak, what the notes said, sources."""
    card = item.card
    if item.claim:
        return Group(_reason(item.claim.truth, item.claim.reason, language), cited(card.sources, deck))
    if isinstance(card, ClaimCard):
        return Group(_reason(card.truth, card.reason, language), cited(card.sources, deck))
    assert isinstance(card, OpenCard)
    spoken = card.answer.spoken
    return Group(
        heading(label("spoken" if spoken else "answer", language)),
        body(spoken or card.answer.full, language),
        your_notes(card, language),
        cited(card.sources, deck),
        rubric(card.rubric, language),
    )


def full_answer(card: OpenCard, deck: Deck, language: str) -> RenderableType:
    """The long answer with misconceptions, follow-ups and the sources with their titles."""
    return Group(
        heading(label("full", language)),
        body(card.answer.full, language),
        _misconceptions(card, language),
        _follow_ups(card.follow_ups, language),
        sources(card.sources, deck),
    )


def your_notes(card: OpenCard, language: str) -> RenderableType:
    """What the notes said, each claim with its verdict and the reason."""
    if not card.your_notes:
        return Group()
    parts: list[RenderableType] = [heading(label("your_notes", language))]
    for claim in card.your_notes:
        verdict = f"{VERDICT_SIGNS[claim.verdict]} {label(claim.verdict, language)}"
        parts.append(Line(verdict, style=f"bold {VERDICT_STYLES[claim.verdict]}"))
        parts.append(_quoted(claim.said, language))
        parts.append(Indented(body(claim.why, language), 2))
    return Group(*parts)


def rubric(points: Sequence[Point], language: str) -> RenderableType:
    """The rubric points, each with the letter that ticks it."""
    if not points:
        return Group()
    parts: list[RenderableType] = [heading(label("rubric", language))]
    need = ""
    for letter, point in zip(LETTERS, points, strict=False):
        if point.need != need:
            need = point.need
            parts.append(Line(label(need, language), style="bold" if need == "must" else "dim"))
        parts.append(Indented(body(point.text, language), 4, f"[{letter}] "))
    return Group(*parts)


def cited(sources: Sequence[Source], deck: Deck) -> RenderableType:
    """The sources on a line or two: author, year, arXiv id, section."""
    line, kept = Line(style="dim"), []
    for source in sources:
        reference = deck.sources.get(source.key)
        if reference is None:
            continue
        line.append(" · " if line else "")
        start = len(line)
        place = f"arXiv:{reference.arxiv}" if reference.arxiv else ""
        where = ", ".join(part for part in (place, source.where) if part)
        line.append(f"{reference.author} {reference.year}" + (f" ({where})" if where else ""))
        kept.append(Kept(start, len(line)))
    return Group(Line(), Prose(line, kept)) if line else Group()


def sources(cited: Sequence[Source], deck: Deck) -> RenderableType:
    """The sources, one a line: author, year, title, arXiv id, section."""
    lines: list[RenderableType] = []
    for source in cited:
        reference = deck.sources.get(source.key)
        if reference is None:
            continue
        words = f"{reference.author} {reference.year}, {reference.title}"
        words += (
            f", arXiv:{reference.arxiv}" if reference.arxiv else f", {reference.url}" if reference.url else ""
        )
        words += f", {source.where}" if source.where else ""
        lines.append(Prose(Line(words, style="dim"), hanging=2))
    return Group(Line(), *lines) if lines else Group()


def whole_card(card: Card, deck: Deck, language: str) -> RenderableType:
    """Everything on a card, for ``cards show``."""
    level = label(card.level, language)
    title = Line.assemble((f"{card.id}  ", "bold cyan"), (one_line(card.title, language), "bold"))
    about = Line(f"{card.kind} · {one_line(deck.topics[card.topic], language)} · {level}", style="dim")
    parts: list[RenderableType] = [title, about, Line(), question(Item(card.id, card), language)]
    if isinstance(card, OpenCard):
        parts += [
            revealed(Item(card.id, card), deck, language),
            full_answer(card, deck, language),
            _claims(card, language),
        ]
    elif isinstance(card, ClaimCard):
        parts.append(revealed(Item(card.id, card), deck, language))
    else:
        parts += [_stub(card), _follow_ups(card.follow_ups, language), sources(card.sources, deck)]
    return Group(*parts)


def _reason(holds: bool, reason: Text, language: str) -> RenderableType:
    verdict = f"{label('the_claim_is', language)}: {label('true' if holds else 'false', language)}"
    return Group(Line(), Line(verdict, style="bold green" if holds else "bold red"), body(reason, language))


def _quoted(text: Text, language: str) -> RenderableType:
    quotes = [
        markdown(f"“{part}”" if language == "en" else f"「{part}」") for part in in_languages(text, language)
    ]
    return Indented(Group(*quotes), 2)


def _misconceptions(card: OpenCard, language: str) -> RenderableType:
    if not card.misconceptions:
        return Group()
    parts: list[RenderableType] = [heading(label("misconceptions", language))]
    for wrong in card.misconceptions:
        parts += [_quoted(wrong.said, language), Indented(body(wrong.why, language), 2), Line()]
    return Group(*parts)


def _follow_ups(follow_ups: Sequence[FollowUp], language: str) -> RenderableType:
    if not follow_ups:
        return Group()
    parts: list[RenderableType] = [heading(label("follow_ups", language))]
    for follow_up in follow_ups:
        parts += [body(follow_up.question, language), Indented(body(follow_up.answer, language), 2), Line()]
    return Group(*parts)


def _claims(card: OpenCard, language: str) -> RenderableType:
    if not card.claims:
        return Group()
    parts: list[RenderableType] = [heading(label("claims", language))]
    for claim in card.claims:
        parts += [
            body(claim.statement, language),
            Indented(_reason(claim.truth, claim.reason, language), 2),
            Line(),
        ]
    return Group(*parts)


def _stub(card: CodeCard) -> RenderableType:
    return Group(Line(), Line(card.stub.rstrip(), style="cyan"))
