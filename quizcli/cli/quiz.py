"""``quizcli quiz``: the daily quiz."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from quizcli.cards.card import CodeCard
from quizcli.cli.asking import Quiz
from quizcli.cli.options import Lang
from quizcli.cli.output import notice
from quizcli.cli.screen import Screen
from quizcli.cli.script import Script
from quizcli.cli.workspace import Workspace
from quizcli.study.progress import Progress
from quizcli.study.queue import Entry, Limits, Queue, entry_of
from quizcli.study.session import Session

app = typer.Typer()


@app.command()
def quiz(
    cards: Annotated[
        list[str] | None, typer.Argument(metavar="[CARD]...", help="Ask these cards or items, due or not.")
    ] = None,
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; may be repeated.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many items.")] = None,
    new: Annotated[int | None, typer.Option(min=0, help="At most this many new items today.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1, help="Stop after this many minutes.")] = None,
    lang: Lang = None,
    cram: Annotated[bool, typer.Option("--cram", help="Ask anything, record nothing.")] = False,
) -> None:
    """The daily quiz: what is due and some new cards.

    \b
    quizcli quiz
    quizcli quiz --topic masks --new 3 --lang both
    """
    workspace = Workspace()
    progress = workspace.progress()
    topics = {workspace.deck.topic(name) for name in topic or ()}
    queue = _chosen(workspace, progress, cards or [], topics, new, cram)
    language = lang or workspace.language
    asking = Quiz(workspace, Session.of(queue, limit), progress, _screen(), language, cram=cram)
    asking.run(workspace.now() + timedelta(minutes=minutes) if minutes else None)


def _screen() -> Screen:
    """The terminal where there is one, else the script on standard input."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        from quizcli.cli.terminal import Terminal

        return Terminal()
    if sys.stdin.isatty():
        notice("the output is no terminal: answers are read line by line")
    return Script()


def _chosen(
    workspace: Workspace, progress: Progress, cards: list[str], topics: set[str], new: int | None, cram: bool
) -> Queue:
    """Today's queue; or the named cards; or, cramming, everything that was asked before or is new."""
    limits = workspace.limits if new is None else Limits(new, workspace.limits.reviews)
    if cards or cram:
        deck = workspace.deck
        items = [deck.item(name) for name in cards] if cards else list(deck.items.values())
        entries = [entry_of(item, progress, workspace.schedule, workspace.today()) for item in items]
        if not cards:
            suspended = {key for key, record in progress.items() if record.suspended}
            entries = [entry for entry in entries if entry.item.id not in suspended and _crammable(entry)]
            entries.sort(key=lambda entry: entry.retrievability)
        entries = [entry for entry in entries if not topics or entry.topic in topics]
        return Queue(tuple(entries), (), due=len(entries), new=0)
    queue = workspace.queue(progress, limits, topics)
    if topics and not queue.entries and not queue.waiting:
        notice(f"nothing is due in {', '.join(sorted(topics))}; to practise anyway, add --cram")
    return queue


def _crammable(entry: Entry) -> bool:
    return not isinstance(entry.item.card, CodeCard)
