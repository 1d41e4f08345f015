"""A person at a terminal: an editor for the answer, one key for everything else (prompt_toolkit)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

from quizcli.cards.card import Point
from quizcli.cli.output import console
from quizcli.cli.screen import Action, Rated
from quizcli.render.card import LETTERS
from quizcli.render.labels import label
from quizcli.render.page import key_lines, page_size
from quizcli.render.quiz import ratings
from quizcli.study.rating import Rating

if TYPE_CHECKING:
    from rich.console import RenderableType

PANE = 6  # rows below an answer: boxes to tick, ratings, keys

_ACTION_KEYS = {
    "c-z": Action.UNDO,
    "c-s": Action.SKIP,
    "c-x": Action.SUSPEND,
    "c-l": Action.LANGUAGE,
    "c-d": Action.STOP,
}


class Terminal:
    """Asks a person. Keys are the same at every step: Ctrl-Z, Ctrl-S, Ctrl-X, Ctrl-L, Ctrl-D."""

    shows_ratings = True

    def __init__(self) -> None:
        self._ticked: tuple[str, ...] = ()

    def reveal(self, shown: RenderableType, language: str) -> None:
        """Print an answer; one that is longer than the screen page by page, cut between paragraphs."""
        with console().capture() as captured:
            console().print(shown)
        lines = captured.get().splitlines(keepends=True)
        while len(lines) > (rows := get_terminal_size().lines) - PANE:
            size = page_size([line.strip() for line in lines], rows - 2)
            sys.stdout.write("".join(lines[:size]))
            sys.stdout.flush()
            lines = lines[size:]
            if not self._wants_more(len(lines), language):
                break
        sys.stdout.write("".join(lines))
        sys.stdout.flush()

    def _wants_more(self, left: int, language: str) -> bool:
        """Wait at the end of a page: Space or Enter for the next one, any other key for all the rest."""
        bindings = KeyBindings()
        bindings.add("<any>")(_leave_with(False))
        for key in (" ", "enter", "down", "pagedown"):
            bindings.add(key)(_leave_with(True))
        more: bool = _one_key(lambda: f"── {label('more', language)} · +{left} ──", bindings)
        return more is True

    def typed(self, keys: str) -> str | Action:
        """The text from a multi-line editor: Enter is done, Alt-Enter a new line, a paste stays whole."""
        bindings = _action_bindings()
        bindings.add("enter", eager=True)(lambda event: event.current_buffer.validate_and_handle())
        bindings.add("c-j", eager=True)(lambda event: event.current_buffer.validate_and_handle())
        bindings.add("escape", "enter")(lambda event: event.current_buffer.insert_text("\n"))
        session: PromptSession[Any] = PromptSession(
            "› ",
            multiline=True,
            key_bindings=bindings,
            bottom_toolbar=lambda: key_lines(keys, console().width),
            prompt_continuation=lambda width, line, wraps: "  ",
        )
        try:
            answer: str | Action = session.prompt()
        except EOFError:
            return Action.STOP
        return answer

    def judged(self, keys: str) -> bool | Action | None:
        """One key: t or f."""
        bindings = _action_bindings()
        for key, truth in {"t": True, "f": False}.items():
            bindings.add(key)(_leave_with(truth))
        answer: bool | Action = _one_key(lambda: key_lines(keys, console().width), bindings)
        return answer

    def rated(
        self,
        points: Sequence[Point],
        spans: Mapping[Rating, timedelta],
        ticked: tuple[str, ...],
        language: str,
    ) -> Rated | Action:
        """One key 1 to 4; letters tick rubric points before it."""
        self._ticked = ticked
        bindings = _action_bindings()
        bindings.add("tab")(_leave_with(Action.FULL))
        for rating in spans:
            bindings.add(str(rating.value))(_leave_with(rating))
        for letter, point in zip(LETTERS, points, strict=False):
            bindings.add(letter)(self._tick(point.id))
        answer: Rating | Action = _one_key(lambda: self._pane(points, spans, language), bindings)
        return answer if isinstance(answer, Action) else Rated(answer, self._ticked)

    def ticked(self) -> tuple[str, ...]:
        """What was ticked when an action interrupted the rating."""
        return self._ticked

    def _tick(self, point: str) -> Callable[[KeyPressEvent], None]:
        def toggle(event: KeyPressEvent) -> None:
            kept = tuple(entry for entry in self._ticked if entry != point)
            self._ticked = kept if point in self._ticked else (*kept, point)

        return toggle

    def _pane(self, points: Sequence[Point], spans: Mapping[Rating, timedelta], language: str) -> str:
        """The last lines of the screen: boxes to tick, ratings with their intervals, keys."""
        with console().capture() as captured:
            if points:
                boxes = [
                    f"[{letter}]{'☑' if point.id in self._ticked else '☐'}"
                    for letter, point in zip(LETTERS, points, strict=False)
                ]
                console().print(f"{label('tick', language)}: {' '.join(boxes)}", markup=False)
            console().print(ratings(spans, language))
            keys = [label("full_key", language)] if points else []
            words = " · ".join([*keys, action_keys(language)])
            console().print(key_lines(words, console().width), style="dim", markup=False)
        return captured.get().rstrip("\n")


def action_keys(language: str) -> str:
    """The help line for the keys that work everywhere."""
    names = ("undo_key", "skip_key", "suspend_key", "language_key", "stop_key")
    return " · ".join(label(name, language) for name in names)


def _leave_with(result: Any) -> Callable[[KeyPressEvent], None]:
    return lambda event: event.app.exit(result=result)


def _action_bindings() -> KeyBindings:
    bindings = KeyBindings()
    for key, action in _ACTION_KEYS.items():
        bindings.add(key, eager=True)(_leave_with(action))
    return bindings


def _one_key(text: Callable[[], str], bindings: KeyBindings) -> Any:
    """Show a few lines at the bottom until a bound key is pressed."""

    @bindings.add("c-c")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt())

    control = FormattedTextControl(lambda: ANSI(text()), show_cursor=False)
    window = Window(control, wrap_lines=True, dont_extend_height=True)
    try:
        return Application[Any](layout=Layout(window), key_bindings=bindings, erase_when_done=True).run()
    except EOFError:
        return Action.STOP
