"""Every error that a user can cause: one line with the value, the place and the remedy, and exit code 2."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from .conftest import COMMAND, Program


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["qiuz"], ["No such command 'qiuz'", "quizcli --help"]),
        (["quiz", "--topic", "mask"], ["there is no topic 'mask'", "did you mean masks"]),
        (["quiz", "q99"], ["there is no item 'q99'"]),
        (["quiz", "--limit", "0"], ["--limit", "0"]),
        (["quiz", "--lang", "fr"], ["--lang", "fr"]),
        (["review", "q09", "--rating", "perfect"], ["'perfect' is no rating", "again, hard, good or easy"]),
        (["review", "nope", "--rating", "good"], ["there is no item 'nope'"]),
        (["cards", "show", "q9"], ["there is no card 'q9'", "q09"]),
        (["code", "check", "softmx"], ["there is no exercise 'softmx'", "did you mean softmax"]),
        (["code", "check", "softmax"], ["softmax.py", "no such file", "quizcli code start softmax"]),
        (["stats", "--topic", "x"], ["there is no topic 'x'"]),
        (["due", "--frobnicate"], ["No such option"]),
    ],
)
def test_a_wrong_request_is_one_line(program: Program, args: list[str], words: list[str]) -> None:
    done = program.run(*args)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("quizcli: ")
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize(
    "args",
    [["review", "nope", "--rating", "good"], ["cards", "show", "zz"], ["due", "--limit", "x"], ["nope"]],
)
def test_with_json_the_error_is_the_document_and_nothing_else(program: Program, args: list[str]) -> None:
    done = program.run(*args, "--json")
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert set(error) == {"kind", "message", "where", "remedy"}
    assert error["message"]


@pytest.mark.parametrize("now", ["yesterday", "2026-12-01T10:00:00", "2026-13-01T10:00:00+00:00"])
def test_a_clock_that_is_no_time(program: Program, now: str) -> None:
    done = program.run("due", QUIZCLI_NOW=now)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"QUIZCLI_NOW: '{now}'" in done.stderr
    assert "2026-12-01T09:00:00+08:00" in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lang = 'fr'", ["config.toml:1", "'fr'", "zh, en or both"]),
        ("\nnew_per_day = -1", ["config.toml:2", "-1"]),
        ("new_per_dya = 3", ["config.toml:1", "new_per_dya", "did you mean new_per_day"]),
        ("lang = [", ["config.toml", "TOML"]),
        ("decks = 'x'", ["config.toml:1", "decks"]),
    ],
)
def test_a_fault_in_the_settings_names_its_line(program: Program, text: str, words: list[str]) -> None:
    program.home.mkdir()
    (program.home / "config.toml").write_text(text, "utf-8")
    done = program.run("due")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert all(word in done.stderr for word in words), done.stderr


def test_a_damaged_log_is_told_and_left_as_it_is(program: Program) -> None:
    program.run("review", "q09", "--rating", "good")
    log = program.home / "quizcli.db"
    log.write_bytes(b"not a database at all" * 500)
    before = log.read_bytes()
    for command in (["due"], ["stats"], ["review", "q09", "--rating", "good"], ["undo"], []):
        done = program.run(*command)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert str(log) in done.stderr
    assert log.read_bytes() == before


def test_a_log_of_a_newer_quizcli_is_told_and_left_as_it_is(program: Program) -> None:
    program.run("review", "q09", "--rating", "good")
    log = program.home / "quizcli.db"
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = log.read_bytes()
    done = program.run("due")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "newer" in done.stderr
    assert log.read_bytes() == before


def test_a_home_that_is_a_file(program: Program) -> None:
    program.home.write_text("mine", "utf-8")
    done = program.run("due")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert str(program.home) in done.stderr
    assert program.home.read_text("utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written(program: Program) -> None:
    program.home.mkdir()
    program.home.chmod(0o500)
    done = program.run("review", "q09", "--rating", "good")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert str(program.home) in done.stderr


@pytest.mark.parametrize("args", [["cards", "list"], ["cards", "list", "--json"], ["cards", "show", "q09"]])
def test_a_reader_that_goes_away_is_no_traceback(program: Program, args: list[str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.env, cwd=program.work
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


def test_a_locale_without_utf_8_loses_signs_and_not_the_run(program: Program) -> None:
    done = program.run("cards", "show", "q09", LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fault_in_an_own_deck_never_stops_the_rest(program: Program) -> None:
    deck = program.work / "deck"
    deck.mkdir()
    (deck / "broken.yaml").write_text("kind: [", "utf-8")
    text = "{zh: 一, en: mine}"
    claim = (
        f"kind: claim\nid: own\ntopic: masks\nlevel: basic\ntitle: {text}\nstatement: {text}\ntruth: true\n"
    )
    (deck / "own.yaml").write_text(claim + f"reason: {text}\n", "utf-8")
    done = program.run("quiz", "own", stdin="t\n4\n", QUIZCLI_DECKS=str(deck))
    assert done.returncode == 0
    assert "✓ saved · own" in done.stdout
    assert "1 fault(s) in the decks" in done.stderr
    checked = program.run("cards", "check", QUIZCLI_DECKS=str(deck))
    assert (checked.returncode, checked.stdout.split("\n")[0][:16]) == (2, "deck/broken.yaml")


def test_a_deck_folder_that_is_gone_is_named(program: Program) -> None:
    done = program.run("due", QUIZCLI_DECKS="/nowhere/deck")
    assert done.returncode == 0
    assert "/nowhere/deck" in done.stderr


def test_no_command_but_grading_imports_torch_and_a_quiz_no_pydantic(program: Program) -> None:
    code = (
        "import sys, io; sys.argv = ['quizcli', *sys.argv[1:]]\n"
        "from quizcli.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "found = {'torch', 'reference_impl', 'pydantic', 'numpy'} & set(sys.modules)\n"
        "print('imported:', sorted(found), file=sys.stderr)\n"
    )
    program.run("due")  # the deck is compiled once, and that is where Pydantic is needed
    for args in (["due", "--json"], ["quiz", "q09"], ["stats"], ["cards", "show", "q09"], ["code", "list"]):
        done = subprocess.run(
            [COMMAND[0], "-c", code, *args],
            input="\n4\n",
            capture_output=True,
            text=True,
            env=program.env,
            cwd=program.work,
        )
        assert done.stderr.endswith("imported: []\n"), (args, done.stderr)


def test_two_at_once_both_keep_their_answers(program: Program) -> None:
    running = [
        subprocess.Popen(
            [*COMMAND, "quiz", item],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=program.env,
            cwd=program.work,
        )
        for item in ("q09/bounded-scores", "q03", "q18")
    ]
    for process in running:
        assert process.communicate(b"f\n1\n" * 10)[1] == b""
    assert program.reviews() == 30


def test_paths_with_spaces_and_chinese(program: Program) -> None:
    home = Path(program.env["HOME"]) / "我的 家"
    assert program.run("review", "q09", "--rating", "good", QUIZCLI_HOME=str(home)).returncode == 0
    (program.work / "我的 答案.py").write_text("def (", "utf-8")
    done = program.run("code", "check", "softmax", "我的 答案.py", QUIZCLI_HOME=str(home))
    assert done.returncode == 1
    assert "我的 答案.py" in done.stdout


@pytest.mark.parametrize("descriptor", [0, 1, 2])
@pytest.mark.parametrize("args", [["due"], ["quiz", "q09"]])
def test_a_stream_that_is_closed_is_no_traceback(program: Program, descriptor: int, args: list[str]) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {descriptor}>&-', "sh", *COMMAND, *args],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=program.env,
        cwd=program.work,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("group", ["cards", "code"])
def test_a_group_without_a_command_shows_its_help(program: Program, group: str) -> None:
    done = program.run(group)
    assert done.returncode == 2
    assert f"Usage: quizcli {group}" in done.stdout + done.stderr
    assert "quizcli: " not in done.stderr
