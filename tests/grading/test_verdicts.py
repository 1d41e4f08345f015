"""Each way in which a submission can end has its own verdict and says what happened."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from quizcli.grading.report import Report

from .conftest import Grade

RIGHT = (Path(__file__).parent / "right/causal_mask/tril.py").read_text("utf-8")
BODY = "def causal_mask(n_query, n_key=None):\n    "
EVERY_CALL = textwrap.dedent(
    """
    import os, signal, sys, time
    def causal_mask(n_query, n_key=None):
        {}
    """
)


def message(report: Report) -> str:
    assert report.failure is not None
    return report.failure.message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def causal_mask(:\n", ["mine.py:1", "SyntaxError"]),
        ("x = 1\n  y = 2\n", ["mine.py:2", "IndentationError"]),
        ("causal\0mask", ["NUL"]),
        ("x = '\udc80'", ["UTF-8"]),
        ("#" * (1 << 20) + "\n", ["1048577", "1048576"]),
        ("x = 1\n", ["no function `causal_mask`"]),
        ("causal_mask = 3\n", ["`causal_mask`", "int"]),
        ("def one(): ...\ndef two(): ...\n", ["`one`", "`two`", "--function"]),
        ("import nothing_of_this_name\n", ["mine.py:1", "ModuleNotFoundError"]),
        (
            BODY + "raise ValueError('the cause')\n",
            ["ValueError: the cause", "mine.py:2", "raise ValueError"],
        ),
        (BODY + "return causal_mask(n_query)\n", ["RecursionError"]),
        ("(" * 10000 + ")" * 10000, ["mine.py"]),
    ],
)
def test_unusable_file_is_an_error_that_says_where(grade: Grade, source: str, words: list[str]) -> None:
    report = grade("causal_mask", source)
    assert (report.verdict, report.stars) == ("error", 0)
    assert [word for word in words if word not in message(report)] == []
    assert "site-packages" not in message(report)


def test_only_lines_of_the_submission_are_shown(grade: Grade) -> None:
    report = grade("causal_mask", "import torch\n" + BODY + "return torch.ones(2).reshape(3)\n")
    shown = [line.strip() for line in message(report).splitlines()[1:]]
    assert shown == ["mine.py:3: return torch.ones(2).reshape(3)"]
    assert report.failure is not None
    assert report.failure.case == "N=1"


@pytest.mark.parametrize(
    ("result", "words"),
    [("return None", "None"), ("return 3", "int 3"), ("return [[True]]", "list"), ("pass", "return")],
)
def test_result_that_is_no_tensor_fails_with_its_kind(grade: Grade, result: str, words: str) -> None:
    report = grade("causal_mask", BODY + result)
    assert report.verdict == "fail"
    assert words in message(report)


@pytest.mark.parametrize("place", ["while True: pass\n", EVERY_CALL.format("while True: pass")])
def test_endless_loop_is_a_timeout_that_names_the_limit(grade: Grade, place: str) -> None:
    report = grade("causal_mask", place + "\n" + ("" if "def" in place else RIGHT), seconds=0.5)
    assert report.verdict == "timeout"
    assert "0.5 s" in message(report)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("os._exit(0)", "exit code 0"),
        ("os._exit(3)", "exit code 3"),
        ("sys.exit()", "sys.exit()"),
        ("raise SystemExit(0)", "sys.exit(0)"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("__import__('torch').zeros(1 << 34)", "memory"),
        ("bytearray(1 << 34)", "memory"),
    ],
)
def test_process_that_ends_is_crashed_and_says_how(grade: Grade, statement: str, words: str) -> None:
    report = grade("causal_mask", EVERY_CALL.format(statement))
    assert (report.verdict, report.stars) == ("crashed", 0)
    assert words in message(report)
    at_import = grade("causal_mask", EVERY_CALL.format("pass") + statement)
    assert at_import.verdict == "crashed"


def test_printing_is_noticed_and_changes_nothing(grade: Grade) -> None:
    printing = RIGHT.replace("    return", "    print('shape:', n_query)\n    return")
    report = grade("causal_mask", printing)
    assert report.passed
    assert report.notice == "it printed: shape: 1"
    noisy = RIGHT.replace("    return", "    import sys\n    sys.stderr.write('warn')\n    return")
    assert grade("causal_mask", noisy).notice == "it printed: " + "warn" * 20


def test_another_name_is_graded_and_said(grade: Grade) -> None:
    report = grade("causal_mask", RIGHT.replace("def causal_mask", "def my_mask"))
    assert report.passed
    assert "`my_mask`" in str(report.notice)


def test_named_function_is_the_one_that_is_graded(grade: Grade) -> None:
    two = RIGHT + "\n\ndef attempt(n_query, n_key=None):\n    return None\n"
    assert grade("causal_mask", two).passed
    assert grade("causal_mask", two, function="attempt").verdict == "fail"
    missing = grade("causal_mask", RIGHT, function="absent")
    assert missing.verdict == "error"
    assert "`causal_mask`" in message(missing)
