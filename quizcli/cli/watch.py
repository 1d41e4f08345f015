"""``quizcli code watch``: the judge stays warm, and each save is graded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from quizcli.cards.card import CodeCard
from quizcli.cli.happenings import END, Happenings
from quizcli.cli.hints import give_hint
from quizcli.cli.options import Lang
from quizcli.cli.output import console, notice, show
from quizcli.cli.stub import write_stub
from quizcli.cli.submission import Graded, grade_file, last_recorded, shown
from quizcli.cli.workspace import Workspace
from quizcli.errors import UsageError
from quizcli.grading.client import Session
from quizcli.render.exercises import exercises_view, hint_view, watching
from quizcli.study.curriculum import exercise_path, next_exercise


class Watch:
    """One sitting in front of the editor."""

    def __init__(
        self, workspace: Workspace, card: CodeCard, file: Path, language: str, session: Session
    ) -> None:
        self.workspace = workspace
        self.card = card
        self.file = file
        self.language = language
        self.session = session
        self._graded: bytes | None = None  # the content that the screen shows the verdict on

    def run(self) -> None:
        """Grades at once, on every save and on demand, until the person quits."""
        self._open()
        with Happenings(self.file.parent) as happenings:
            self._grade(again=False)
            while True:
                happening = happenings.next()
                if isinstance(happening, set):
                    if self.file.name in happening:
                        self._grade(again=False)
                elif happening in ("q", END):
                    return
                else:
                    self._press(happening)

    def _press(self, key: str) -> None:
        if key in ("r", "\r", "\n"):
            self._grade(again=True)
        elif key == "h":
            if self.card.hints:
                show(hint_view(self.card, give_hint(self.workspace, self.card), self.language))
            self._show_keys()
        elif key == "l":
            deck, code = self.workspace.deck, self.workspace.statistics().code
            show(exercises_view(exercise_path(deck.cards.values()), code, deck, self.language))
            self._show_keys()
        elif key == "n":
            self._next()

    def _next(self) -> None:
        """On to the next exercise that is not passed, in a file of its own beside this one."""
        card = _proposed(self.workspace, after=self.card)
        if card is not None:
            self.card, self.file = card, self.file.with_name(f"{card.id}.py")
            self._open()
            self._grade(again=False)

    def _open(self) -> None:
        self._graded = None
        if not self.file.exists():
            write_stub(self.card, self.file)

    def _grade(self, again: bool) -> None:
        """Grades the file as it is now, unless the screen shows the verdict on that already."""
        try:
            content = self.file.read_bytes()
        except OSError:
            content = b""
        if not content.strip():  # an editor that is about to write it, or has renamed it away
            return
        if content == self._graded and not again:
            return
        stub = content.decode("utf-8", "replace").strip() == self.card.stub.strip()
        new = content != self._graded and not stub
        self._graded = content
        console().clear()
        try:
            graded = self._report(record=new)
        except UsageError as error:
            notice(str(error))
        else:
            show(shown(self.workspace, graded.report, self.language))
        self._show_keys()

    def _report(self, record: bool) -> Graded:
        return grade_file(
            self.workspace, self.card.id, self.file, None, record=record, once=True, grader=self.session.grade
        )

    def _show_keys(self) -> None:
        show(watching(self.card, self.file, self.language))


def watch(
    exercise: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="An exercise; without, the one you worked on last.")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The submission; ID.py here without.")
    ] = None,
    lang: Lang = None,
) -> None:
    """Grade on every save, with keys for run, hint, list, next and quit.

    \b
    quizcli code watch softmax
    quizcli code watch
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("watching needs a terminal", remedy="grade once: quizcli code check ID FILE")
    workspace = Workspace()
    card, path = _choose(workspace, exercise, file)
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError("is no file in a folder that exists", where=str(path), remedy="name another file")
    with Session() as session:
        Watch(workspace, card, path.absolute(), lang or workspace.language, session).run()


def _choose(workspace: Workspace, exercise: str | None, file: Path | None) -> tuple[CodeCard, Path]:
    """The exercise and the file: as named, else where the person was, else the first to do."""
    recorded = last_recorded(workspace, exercise)
    if exercise is not None:
        card = workspace.deck.exercise(exercise)
    elif recorded is not None and recorded.item in workspace.deck.cards:
        card = workspace.deck.exercise(str(recorded.item))
    else:
        card = _proposed(workspace) or _first(workspace)
    if file is not None:
        return card, file
    kept = Path(str(recorded.body.get("file", ""))) if exercise is None and recorded is not None else Path()
    return card, kept if kept.is_file() else Path(f"{card.id}.py")


def _proposed(workspace: Workspace, after: CodeCard | None = None) -> CodeCard | None:
    """The next exercise on the path."""
    passed = [identity for identity, stars in workspace.statistics().code.stars.items() if stars]
    return next_exercise(exercise_path(workspace.deck.cards.values()), passed, after)


def _first(workspace: Workspace) -> CodeCard:
    return next(card for stage in exercise_path(workspace.deck.cards.values()).values() for card in stage)
