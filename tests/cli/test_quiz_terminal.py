"""The quiz at a real terminal: typed answers, one-key ratings, undo, sizes, an end at any moment."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from rich.cells import cell_len

from .conftest import Program, Screen

ENTER, ALT_ENTER, CTRL_C, CTRL_D, CTRL_L = "\r", "\x1b\r", "\x03", "\x04", "\x0c"
CTRL_S, CTRL_X, CTRL_Z, TAB = "\x13", "\x18", "\x1a", "\t"
PASTE = "\x1b[200~{}\x1b[201~"


def start(terminal: Any, *cards: str, **options: Any) -> Screen:
    screen: Screen = terminal("quiz", *cards, **options)
    screen.until("Enter reveals")
    return screen


def test_a_card_from_question_to_summary(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q09")
    assert "What is scaled dot-product attention" in screen.seen()
    assert "Ctrl-Z undo" in screen.seen()
    screen.press("softmax" + ENTER)
    seen = screen.until("4 easy 8 d")
    assert "What your notes said" in seen
    assert "[a]☐" in seen
    screen.press("a")
    screen.until("[a]☑")
    screen.press("4")
    seen = screen.until("Due next")
    assert "✓ saved · q09 · easy" in seen
    assert screen.finish() == 0
    assert program.reviews() == 1


def test_ticks_and_the_typed_answer_are_kept(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q09")
    screen.press("方差是 dₖ" + ALT_ENTER + "第二行" + ENTER)
    screen.until("1 again")
    screen.press("bca4")
    screen.until("Due next")
    assert screen.finish() == 0
    from quizcli.store import open_store

    with open_store(program.home) as store:
        (_, event), *_ = store.events()
    assert event.body["answer"] == "方差是 dₖ\n第二行"
    assert event.body["ticked"] == ["variance", "saturation", "formula"]


def test_a_paste_of_several_lines_stays_one_answer(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q09")
    screen.press(PASTE.format("第一行\n第二行\n第三行"))
    screen.until("第三行")
    screen.press(ENTER)
    screen.until("1 again")
    screen.press("4")
    screen.finish()
    from quizcli.store import open_store

    with open_store(program.home) as store:
        assert store.events()[0][1].body["answer"] == "第一行\n第二行\n第三行"


def test_an_answer_longer_than_the_screen_comes_in_pages(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q09", rows=24)
    screen.press(ENTER)
    seen = screen.until("Space for more")
    assert "Model answer" in "\n".join(screen.lines()[-24:])
    assert "4 easy" not in seen
    pages = 1
    while "4 easy" not in screen.seen():
        screen.press(" ")
        screen.until_changed()
        pages += 1
    assert pages >= 3
    for line in ("softmax works where it has a gradient", "the whole operation", "The scale acts as"):
        assert line.lower() in screen.seen().lower()
    screen.press("3")
    screen.until("saved · q09")


def test_the_keys_at_the_bottom_are_never_cut(terminal: Any) -> None:
    screen = start(terminal, "q09", rows=24, columns=60)
    for key in (
        "Enter reveals",
        "Ctrl-Z undo",
        "Ctrl-S skip",
        "Ctrl-X suspend",
        "Ctrl-L language",
        "Ctrl-D stop",
    ):
        assert key in screen.until(key)


def test_tab_shows_the_full_answer_and_keeps_the_ticks(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q09", rows=200)
    screen.press(ENTER)
    screen.until("1 again")
    screen.press("b" + TAB)
    seen = screen.until("Follow-ups")
    seen = screen.until("[b]☑")
    assert "Common misconceptions" in seen
    screen.press("4")
    assert screen.finish() == 0


def test_undo_at_the_next_question_asks_the_card_again(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q03", "q04")
    screen.press(ENTER)
    screen.until("4 easy")
    screen.press("4")
    screen.until("q04")
    screen.press(CTRL_Z)
    seen = screen.until("taken back: q03")
    seen = screen.until("Enter reveals")
    assert "multi-head" in seen.lower()
    screen.press(CTRL_D)
    assert screen.finish() == 0
    assert program.reviews() == 0


def test_skip_suspend_and_language(program: Program, terminal: Any) -> None:
    screen = start(terminal, "--topic", "masks")
    screen.press(CTRL_L)
    screen.until("变长")
    screen.press(CTRL_L)
    screen.until("Enter reveals")
    screen.press(CTRL_S)
    screen.until("skipped: q08")
    screen.press(CTRL_X)
    screen.until("suspended: q18")
    assert screen.finish() == 0
    assert program.run("undo").stdout.startswith("taken back: suspend of q18")


def test_a_claim_takes_one_key(program: Program, terminal: Any) -> None:
    screen: Screen = terminal("quiz", "q09/bounded-scores")
    screen.until("t true · f false")
    screen.press("f")
    screen.until("You judged it right")
    screen.press("4")
    screen.until("Due next")
    assert screen.finish() == 0


@pytest.mark.parametrize("moment", ["question", "rating"])
def test_ctrl_c_ends_at_once_and_keeps_what_was_rated(program: Program, terminal: Any, moment: str) -> None:
    screen = start(terminal, "q03", "q04")
    screen.press(ENTER)
    screen.until("4 easy")
    screen.press("4")
    screen.until("q04")
    screen.until("Enter reveals")
    if moment == "rating":
        screen.press(ENTER)
        screen.until("4 easy")
    screen.press(CTRL_C)
    assert screen.finish() == 130
    assert program.reviews() == 1


def test_a_terminal_that_goes_away_loses_only_the_card_on_the_screen(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q03", "q04")
    screen.press(ENTER)
    screen.until("4 easy")
    screen.press("4")
    screen.until("saved · q03")
    screen.child.kill(signal.SIGHUP)
    screen.finish()
    assert program.reviews() == 1


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(program: Program, columns: int, lang: str) -> None:
    done = program.run("quiz", "q09", "--lang", lang, stdin="\n:full\n4\n", COLUMNS=str(columns))
    width = min(columns, 100)
    assert done.stdout.count("\n") > 20
    assert [line for line in done.stdout.splitlines() if cell_len(line.rstrip()) > width] == []


def test_no_color_means_no_colour(program: Program, terminal: Any) -> None:
    screen = start(terminal, "q09", NO_COLOR="1")
    screen.press(ENTER)
    screen.until("4 easy")
    screen.press("4")
    screen.finish()
    coloured = [
        code
        for code in (b"\x1b[31m", b"\x1b[32m", b"\x1b[1;31m", b"\x1b[1;32m", b";31m")
        if code in screen.raw
    ]
    assert coloured == []
