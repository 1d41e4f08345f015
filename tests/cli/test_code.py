"""`code list|start|check|hint`: true verdicts, and what they mean for the schedule."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Program

RIGHT = (
    "import torch\n\n\ndef padding_mask(tokens, pad_id):\n    return (tokens != pad_id)[:, None, None, :]\n"
)
REPORT_KEYS = {"exercise", "verdict", "stars", "tiers", "mistakes", "failure", "cost", "notice"}


def check(program: Program, source: str | bytes, *args: str) -> Any:
    data = source.encode() if isinstance(source, str) else source
    (program.work / "mine.py").write_bytes(data)
    return program.json("code", "check", "padding_mask", "mine.py", *args)


def submission(program: Program) -> dict[str, Any]:
    """What the log keeps of the last submission."""
    from quizcli.store import open_store

    with open_store(program.home) as store:
        return dict([event for _, event in store.events() if event.kind == "submission"][-1].body)


def test_list_has_the_keys_of_the_contract(program: Program) -> None:
    found = program.json("code", "list")
    assert all(
        set(entry) == {"id", "topic", "level", "notes", "function", "stars", "attempts"} for entry in found
    )
    assert {
        "causal_mask",
        "padding_mask",
        "softmax",
        "scaled_dot_product_attention",
        "multi_head_attention",
    } <= {entry["id"] for entry in found}


def test_list_is_a_path_and_proposes_the_next_exercise(program: Program) -> None:
    found = program.json("code", "list")
    stages = list(dict.fromkeys(entry["topic"] for entry in found))
    assert stages[:6] == ["masks", "attention", "positions", "blocks", "inference", "efficiency"]
    shown = program.run("code", "list").stdout
    assert f"quizcli code watch {found[0]['id']}" in shown
    check(program, RIGHT)
    shown = program.run("code", "list", "--lang", "en").stdout
    assert "Masks 1/11" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_start_writes_a_stub_and_never_overwrites(program: Program) -> None:
    done = program.run("code", "start", "padding_mask")
    assert done.returncode == 0
    stub = (program.work / "padding_mask.py").read_text("utf-8")
    assert "def padding_mask(" in stub
    assert "[B, M]" in stub
    (program.work / "padding_mask.py").write_text("precious", "utf-8")
    again = program.run("code", "start", "padding_mask")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "padding_mask.py" in again.stderr
    assert (program.work / "padding_mask.py").read_text("utf-8") == "precious"


def test_a_right_answer_passes_and_is_easy(program: Program) -> None:
    report = check(program, RIGHT)
    assert set(report) == REPORT_KEYS
    assert (report["verdict"], report["stars"], report["mistakes"], report["failure"]) == (
        "pass",
        3,
        [],
        None,
    )
    assert set(report["tiers"]) == {"correct", "robust", "efficient"}
    assert set(report["cost"]) == {"flops", "peak_bytes", "operators", "memory_exponent"}
    assert submission(program)["rating"] == 4
    (entry,) = [entry for entry in program.json("code", "list") if entry["id"] == "padding_mask"]
    assert (entry["stars"], entry["attempts"]) == (3, 1)


def test_a_pass_after_a_hint_is_hard(program: Program) -> None:
    assert "1/3" in program.run("code", "hint", "padding_mask").stdout
    assert program.json("code", "hint", "padding_mask")["number"] == 2
    check(program, RIGHT)
    assert submission(program)["rating"] == 2


def test_a_wrong_answer_shows_the_smallest_failing_input_and_is_again(program: Program) -> None:
    report = check(program, RIGHT.replace("!=", "=="))
    assert (report["verdict"], report["stars"], report["mistakes"][0]) == ("fail", 0, "pad-id-inverted")
    failure = report["failure"]
    assert {"tier", "case", "message", "inputs", "expected", "got"} <= set(failure)
    assert failure["inputs"]["tokens"]["shape"] == [1, 1]
    assert failure["expected"]["values"] != failure["got"]["values"]
    assert submission(program)["rating"] == 1
    shown = program.run("code", "check", "padding_mask", "mine.py")
    assert shown.returncode == 1
    for words in ("pad-id-inverted", "Smallest failing input", "expected", "got"):
        assert words in shown.stdout


@pytest.mark.parametrize(
    ("source", "verdict", "words"),
    [
        ("def padding_mask(tokens, pad_id:\n", "error", "mine.py:1: SyntaxError"),
        ("def padding_mask(t, p):\n    return t.frobnicate()\n", "error", "t.frobnicate()"),
        ("x = 1\n", "error", "no function"),
        ("def padding_mask(t, p):\n    while True:\n        pass\n", "timeout", "loop"),
        ("import os\n\ndef padding_mask(t, p):\n    os._exit(0)\n", "crashed", "exit code 0"),
        ("def padding_mask(t, p):\n    return None\n", "fail", "None"),
        ("", "error", "no function"),
    ],
    ids=["syntax", "exception", "no-function", "loop", "exit", "none", "empty"],
)
def test_each_way_to_fail_is_its_own_verdict(program: Program, source: str, verdict: str, words: str) -> None:
    report = check(program, source)
    assert report["verdict"] == verdict
    assert words in report["failure"]["message"]
    assert report["stars"] == 0


def test_printing_is_noticed_and_the_verdict_is_true(program: Program) -> None:
    report = check(program, RIGHT.replace("    return", "    print('here')\n    return"))
    assert report["verdict"] == "pass"
    assert "here" in report["notice"]


def test_a_function_of_another_name_is_graded_and_said(program: Program) -> None:
    report = check(program, RIGHT.replace("padding_mask", "my_mask"))
    assert report["verdict"] == "pass"
    assert "my_mask" in report["notice"]
    two = RIGHT.replace("padding_mask", "one") + RIGHT.replace("padding_mask", "two")
    failed = check(program, two)
    assert failed["verdict"] == "error"
    assert all(word in failed["failure"]["message"] for word in ("one", "two", "--function"))
    assert check(program, two, "--function", "two")["verdict"] == "pass"


def test_a_slip_of_the_keyboard_is_kept_and_not_rated(program: Program) -> None:
    check(program, "def (")
    assert submission(program)["rating"] is None
    assert program.json("stats")["reviews"] == 0


@pytest.mark.parametrize(
    ("data", "words"), [(b"\xff\xfe", "UTF-8"), (b"#" * 2_000_000, "too large")], ids=["binary", "huge"]
)
def test_a_file_that_cannot_be_read_is_a_wrong_request(program: Program, data: bytes, words: str) -> None:
    (program.work / "mine.py").write_bytes(data)
    done = program.run("code", "check", "padding_mask", "mine.py")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert words in done.stderr
    assert program.json("code", "list")[0]["attempts"] == 0


def test_an_exercise_enters_the_quiz_after_its_first_submission(program: Program) -> None:
    assert "padding_mask" not in [entry["item"] for entry in program.json("due")["queue"]]
    check(program, RIGHT.replace("!=", "=="))
    queue = program.json("due")
    assert "padding_mask" in [entry["item"] for entry in queue["queue"]]
    (program.work / "padding_mask.py").write_text(RIGHT, "utf-8")
    done = program.run("quiz", "padding_mask", stdin="\n")
    assert "pass" in done.stdout
    assert submission(program)["verdict"] == "pass"


def test_list_says_how_long_the_first_pass_took(program: Program) -> None:
    def at(clock: str, source: str) -> None:
        (program.work / "mine.py").write_text(source)
        program.run("code", "check", "padding_mask", "mine.py", QUIZCLI_NOW=f"2026-12-01T{clock}:00+00:00")

    at("10:00", RIGHT.replace("!=", "=="))
    assert "20 min" not in program.run("code", "list").stdout
    at("10:20", RIGHT)
    at("10:55", RIGHT)
    shown = " ".join(program.run("code", "list").stdout.split())
    assert "★★★ padding_mask Padding mask · attempts 3 · passed in 20 min" in shown
