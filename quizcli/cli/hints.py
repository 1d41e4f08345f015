"""Hints: which one is next, and that it was seen; a pass after one counts as hard."""

from __future__ import annotations

from quizcli.cards.card import CodeCard
from quizcli.cli.workspace import Workspace
from quizcli.study.progress import standing


def give_hint(workspace: Workspace, card: CodeCard) -> int:
    """Records that the next hint is seen, and says which it is, from 0; the last one repeats."""
    number = min(hints_seen(workspace, card.id), len(card.hints) - 1)
    workspace.store.append("hint", card.id, {"number": number + 1}, workspace.now(), workspace.schedule.name)
    return number


def give_up(workspace: Workspace, card: CodeCard) -> None:
    """Records that the solution is seen before a pass."""
    workspace.store.append("hint", card.id, {"solution": True}, workspace.now(), workspace.schedule.name)


def hints_seen(workspace: Workspace, exercise: str) -> int:
    """How many hints were shown since the exercise was last passed; the solution is one, too."""
    count = 0
    for event in standing(event for _, event in workspace.store.events()):
        if event.item == exercise and event.kind == "hint":
            count += 1
        elif event.item == exercise and event.kind == "submission" and event.body.get("verdict") == "pass":
            count = 0
    return count
