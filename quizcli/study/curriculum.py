"""The path through the coding exercises: in which order to do them, and which one comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from quizcli.cards.card import Card, CodeCard

# Each stage builds on those before it; topics that are none of these follow in the deck's order.
STAGES = ("masks", "attention", "positions", "blocks", "inference", "efficiency")


def exercise_path(cards: Iterable[Card]) -> dict[str, list[CodeCard]]:
    """The exercises by stage, in the order to do them: what an exercise builds on comes before it, and
    otherwise they stand as the deck has them.

    Args:
        cards: the deck's cards in its order; those that are no exercises are passed over.
    """
    exercises = [card for card in cards if isinstance(card, CodeCard)]
    topics = dict.fromkeys([*STAGES, *(card.topic for card in exercises)])
    staged = {topic: [card for card in exercises if card.topic == topic] for topic in topics}
    return {topic: _in_order(stage) for topic, stage in staged.items() if stage}


def next_exercise(
    path: Mapping[str, Sequence[CodeCard]], passed: Collection[str], after: CodeCard | None = None
) -> CodeCard | None:
    """The next exercise on the path that was never passed, one that builds on passed ones only if there is.

    Args:
        path: what :func:`exercise_path` returns.
        passed: the ids of the exercises that were passed.
        after: where to begin; it is not proposed itself. The path is gone through from there, then from
            its beginning.
    """
    exercises = [card for stage in path.values() for card in stage]
    start = exercises.index(after) + 1 if after in exercises else 0
    open_ones = [
        card for card in [*exercises[start:], *exercises[:start]] if card.id not in passed and card != after
    ]
    ready = (card for card in open_ones if not missing(card, passed))
    return next(ready, open_ones[0] if open_ones else None)


def missing(card: CodeCard, passed: Collection[str]) -> list[str]:
    """What an exercise builds on and was not passed yet."""
    return [identity for identity in card.prerequisites if identity not in passed]


def _in_order(stage: Sequence[CodeCard]) -> list[CodeCard]:
    """The exercises of a stage, each after those of the stage that it builds on; a cycle is broken up."""
    within = {card.id: card for card in stage}
    ordered: dict[str, CodeCard] = {}

    def place(card: CodeCard, above: frozenset[str]) -> None:
        for identity in card.prerequisites:
            if identity in within and identity not in above:
                place(within[identity], above | {card.id})
        ordered.setdefault(card.id, card)

    for card in stage:
        place(card, frozenset({card.id}))
    return list(ordered.values())
