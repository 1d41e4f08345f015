"""The client: quick to import, clear about a grader that is broken, and nothing left when it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from quizcli.errors import GradingError
from quizcli.grading import client
from quizcli.grading.processes import descendants

ROOT = Path(__file__).parents[2]
RIGHT = (Path(__file__).parent / "right/causal_mask/tril.py").read_text("utf-8")
linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are followed through /proc")


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_client_imports_neither_torch_nor_the_reference() -> None:
    done = run(
        "import sys; import quizcli.grading.client; "
        "print([m for m in ('torch', 'reference_impl', 'pydantic', 'numpy') if m in sys.modules])"
    )
    assert done.stdout.strip() == "[]"


@linux
def test_one_call_grades_and_leaves_nothing() -> None:
    before = set(descendants(os.getpid()))
    assert client.grade("causal_mask", RIGHT, "mine.py").passed
    assert set(descendants(os.getpid())) <= before


def test_unknown_exercise_is_a_clear_error() -> None:
    for name in ("no_such_exercise", "../../etc/passwd", "__init__"):
        with pytest.raises(GradingError, match="no exercise"):
            client.grade(name, RIGHT, "mine.py")


def test_broken_judge_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BOOT", "raise ImportError('torch is broken')")
    with pytest.raises(GradingError, match="torch is broken") as caught:
        client.grade("causal_mask", RIGHT, "mine.py")
    assert "\n" not in str(caught.value)
    monkeypatch.setattr(client, "BOOT", "print('not json', flush=True); import time; time.sleep(9)")
    with pytest.raises(GradingError):
        client.grade("causal_mask", RIGHT, "mine.py")


FAULTY = """
import sys
sys.path.insert(0, sys.argv[1])
from quizcli.grading import judge
grade = judge.Judge.grade
def faulty(self, request):
    if request["filename"] == "unlucky.py":
        raise IndexError("index 5 is out of bounds")
    return grade(self, request)
judge.Judge.grade = faulty
judge.main()
"""


def test_fault_of_the_grader_is_an_error_and_no_verdict_and_the_session_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "BOOT", FAULTY)
    with client.Session() as session:
        with pytest.raises(GradingError, match=r"grader's own.*index 5 is out of bounds"):
            session.grade("causal_mask", RIGHT, "unlucky.py")
        with pytest.raises(GradingError, match="no exercise"):
            session.grade("no_such_exercise", RIGHT, "mine.py")
        assert session.grade("causal_mask", RIGHT, "mine.py").passed


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_client_that_is_ended_takes_everything_along(tmp_path: Path, number: int) -> None:
    source = "open('running', 'w').close()\nwhile True: pass\n"
    code = (
        f"from quizcli.grading.client import *; grade('causal_mask', {source!r}, 'm.py', limits=Limits(99))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    while not any(Path(f"/proc/{pid}/cwd/running").exists() for pid in descendants(process.pid)):
        assert process.poll() is None, "it ended before the submission ran"
    chain = [process.pid, *descendants(process.pid)]
    assert len(chain) == 4  # client, judge, server, candidate
    watched = [os.pidfd_open(pid) for pid in chain]
    os.kill(process.pid, number)
    process.wait(timeout=20)
    for descriptor in watched:
        _wait_for_end(descriptor)
    assert list(tmp_path.iterdir()) == []


def _wait_for_end(pidfd: int) -> None:
    assert select.select([pidfd], [], [], 20)[0], "a process was left behind"
    os.close(pidfd)
