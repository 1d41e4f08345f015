"""`code watch` at a real terminal, and `code solution`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .conftest import Program, Screen
from .test_code import submission

RIGHT = (Path(__file__).parents[1] / "grading/right/causal_mask/tril.py").read_text("utf-8")
WRONG = RIGHT.replace("tril", "triu")


def attempts(program: Program, exercise: str = "causal_mask") -> int:
    count: int = next(row["attempts"] for row in program.json("code", "list") if row["id"] == exercise)
    return count


def test_each_save_is_graded_and_kept_once(program: Program, terminal: Callable[..., Screen]) -> None:
    screen = terminal("code", "watch", "causal_mask")
    screen.until("NotImplementedError")  # the stub that it wrote
    screen.until("q quit")
    file = program.work / "causal_mask.py"
    file.write_text(WRONG)
    screen.until("☆☆☆  fail")
    other = program.work / "new"  # an editor that writes beside it and renames
    other.write_text(RIGHT)
    other.replace(file)
    screen.until("★★★")
    file.touch()
    screen.press("r")
    screen.until_changed()
    screen.press("q")
    assert screen.finish() == 0
    assert attempts(program) == 2


def test_unchanged_file_is_not_recorded_again_by_the_next_sitting(
    program: Program, terminal: Callable[..., Screen]
) -> None:
    (program.work / "mine.py").write_text(RIGHT)
    for arguments in (("causal_mask", "mine.py"), ()):  # the second time it resumes where the person was
        screen = terminal("code", "watch", *arguments)
        screen.until("★★★")
        assert "mine.py" in screen.until("q quit")
        screen.press("q")
        assert screen.finish() == 0
    assert attempts(program) == 1


def test_deleted_and_empty_files_are_waited_for(program: Program, terminal: Callable[..., Screen]) -> None:
    file = program.work / "causal_mask.py"
    file.write_text(RIGHT)
    screen = terminal("code", "watch", "causal_mask")
    screen.until("★★★")
    file.unlink()
    file.write_text("")
    file.write_text("def causal_mask(:\n")
    screen.until("SyntaxError")
    screen.press("q")
    assert screen.finish() == 0


def test_keys_give_hints_the_list_and_the_next_exercise(
    program: Program, terminal: Callable[..., Screen]
) -> None:
    screen = terminal("code", "watch", "causal_mask")
    screen.until("q quit")
    for number in (1, 2, 3):
        screen.press("h")
        screen.until(f"Hint {number}/3")
    screen.press("l")
    screen.until("scaled_dot_product_attention")
    (program.work / "causal_mask.py").write_text(RIGHT)
    screen.until("★★★")
    screen.press("n")
    screen.until("NotImplementedError")
    screen.press("\x04")
    assert screen.finish() == 0
    stubs = {path.stem for path in program.work.glob("*.py")}
    assert len(stubs) == 2
    assert stubs < {row["id"] for row in program.json("code", "list")}


def test_terminal_is_as_before_after_ctrl_c(terminal: Callable[..., Screen]) -> None:
    screen = terminal("code", "watch", "causal_mask")
    screen.until("q quit")
    screen.press("\x03")
    assert screen.finish() == 130


def test_watching_without_a_terminal_is_one_line(program: Program) -> None:
    done = program.run("code", "watch", "softmax")
    assert done.returncode == 2
    assert "code check" in done.stderr
    assert done.stderr.count("\n") == 1


def test_solution_is_shown_after_a_pass(program: Program) -> None:
    refused = program.run("code", "solution", "causal_mask")
    assert refused.returncode == 2
    assert "--give-up" in refused.stderr
    (program.work / "causal_mask.py").write_text(RIGHT)
    assert program.run("code", "check", "causal_mask").returncode == 0
    found = program.json("code", "solution", "causal_mask")
    assert found["source"].startswith("def causal_mask(")
    assert '"""' in found["source"]
    assert program.run("code", "solution", "causal_mask").returncode == 0


def test_pass_after_giving_up_counts_as_hard(program: Program) -> None:
    assert "def causal_mask" in program.json("code", "solution", "causal_mask", "--give-up")["source"]
    (program.work / "causal_mask.py").write_text(RIGHT)
    program.run("code", "check", "causal_mask")
    assert submission(program)["rating"] == 2


def test_every_exercise_has_a_solution_that_runs_on_its_own_words(program: Program) -> None:
    for row in program.json("code", "list"):
        source = program.json("code", "solution", row["id"], "--give-up")["source"]
        assert f"def {row['function']}(" in source
        compile(source, row["id"], "exec")
