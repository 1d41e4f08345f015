"""`code batch`: a folder of submissions, here and on a cluster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Program

RIGHT = (Path(__file__).parents[1] / "grading/right/causal_mask/tril.py").read_text("utf-8")
SOFTMAX = "import torch\ndef softmax(x, dim=-1):\n    return torch.softmax(x, dim)\n"


@pytest.fixture
def folder(program: Program) -> Path:
    folder = program.work / "class"
    (folder / "causal_mask").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git/hook.py").write_text("")
    (folder / "causal_mask-ann.py").write_text(RIGHT)
    (folder / "causal_mask/bob.py").write_text(RIGHT.replace("tril", "triu"))
    (folder / "causal_mask/eve.py").write_text("import os\nos._exit(0)\n")
    (folder / "softmax_carl.py").write_text(SOFTMAX)
    (folder / "notes.py").write_text("")
    (folder / "softmax-latin.py").write_bytes(b"# \xff\n")
    return folder


VERDICTS = {
    "causal_mask-ann.py": ("causal_mask", "pass"),
    "causal_mask/bob.py": ("causal_mask", "fail"),
    "causal_mask/eve.py": ("causal_mask", "crashed"),
    "notes.py": ("", "error"),
    "softmax-latin.py": ("softmax", "error"),
    "softmax_carl.py": ("softmax", "refused"),
}


def test_each_file_is_a_result_and_none_stops_the_rest(program: Program, folder: Path) -> None:
    done = program.run("code", "batch", "class", "--json")
    assert done.returncode == 1
    results = json.loads(done.stdout)["results"]
    assert {row["file"]: (row["exercise"], row["verdict"]) for row in results} == VERDICTS
    keys = {"file", "exercise", "verdict", "stars", "tiers", "mistakes", "failure", "cost", "notice"}
    assert all(set(row) == keys for row in results)
    assert [row["file"] for row in results] == sorted(VERDICTS)


def test_nothing_is_recorded_and_all_right_is_exit_0(program: Program, folder: Path) -> None:
    for name in [name for name, (_, verdict) in VERDICTS.items() if verdict != "pass"]:
        (folder / name).unlink()
    done = program.run("code", "batch", "class")
    assert done.returncode == 0
    assert "★★★" in done.stdout
    assert "1/1" in done.stdout
    assert program.json("stats")["code"]["attempted"] == 0


def test_batch_grades_as_check_does(program: Program, folder: Path) -> None:
    (row,) = [
        row
        for row in json.loads(program.run("code", "batch", "class", "--json").stdout)["results"]
        if row.pop("file") == "causal_mask/bob.py"
    ]
    assert row == program.json("code", "check", "causal_mask", "class/causal_mask/bob.py")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere",), "no such folder"),
        (("class/.git/empty",), "no such folder"),
        (("class", "--exercise", "nothing"), "nothing"),
        (("class", "--scheduler", "tcp://127.0.0.1:1"), "no scheduler answers"),
        (("class", "--scheduler", "what is this"), "no scheduler answers"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_wrong_requests_are_one_line(program: Program, arguments: tuple[str, ...], words: str) -> None:
    done = program.run("code", "batch", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_cluster_gives_the_same_results(program: Program, folder: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp://"
    ) as cluster:
        there = program.run("code", "batch", "class", "--json", "--scheduler", cluster.scheduler_address)
    assert there.stdout == program.run("code", "batch", "class", "--json").stdout
