"""A report is a function of the exercise and the source: the same on every run, on one core and on two."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizcli.grading.client import Session
from quizcli.grading.report import Report

RIGHT = Path(__file__).parent / "right"
TIMES = 50  # on each number of cores


def sources() -> list[tuple[str, str]]:
    """A right answer, a slow one, one with a known mistake, one with none that is known, one that raises."""
    tril = (RIGHT / "causal_mask/tril.py").read_text("utf-8")
    return [
        ("causal_mask", tril),
        ("causal_mask", (RIGHT / "causal_mask/loops.py").read_text("utf-8")),
        ("causal_mask", tril.replace(".tril(n_key - n_query)", ".tril()")),
        (
            "softmax",
            "import torch\ndef softmax(x, dim=-1): return torch.sin(x.exp() / x.exp().sum(dim, True))",
        ),
        ("softmax", "import torch\ndef softmax(x, dim=-1): return x.exp() @ x"),
    ]


@pytest.fixture(params=[1, 2], ids=["one core", "two cores"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    if sys.platform != "linux":
        pytest.skip("processes are bound to cores on Linux only")
    before = os.sched_getaffinity(0)
    if len(before) < request.param:
        pytest.skip("there are not so many cores")
    os.sched_setaffinity(0, sorted(before)[: request.param])  # the judge and its candidates inherit it
    try:
        with Session() as session:
            yield session
    finally:
        os.sched_setaffinity(0, before)


FIRST: dict[int, Report] = {}  # across the numbers of cores


def test_reports_are_equal(session: Session) -> None:
    for number, (exercise, source) in enumerate(sources()):
        for _ in range(TIMES if number == 2 else 3):
            report = session.grade(exercise, source, "mine.py")
            assert report == FIRST.setdefault(number, report)
