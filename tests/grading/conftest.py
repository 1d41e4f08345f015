"""One warm judge for all tests of the grader; each submission still gets a candidate of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
import torch

from quizcli.grading.client import Session
from quizcli.grading.limits import Limits
from quizcli.grading.marking import Paper
from quizcli.grading.report import Report
from reference_impl import trial

Grade = Callable[..., Report]


@pytest.fixture(scope="session")
def grade() -> Iterator[Grade]:
    """Grades a source: ``grade(exercise, source, seconds=…, function=…)``."""
    with Session() as session:

        def run(exercise: str, source: str, seconds: float = 10.0, function: str | None = None) -> Report:
            limits = Limits(seconds=seconds)
            return session.grade(exercise, source, "mine.py", function=function, limits=limits)

        yield run


@pytest.fixture(scope="session")
def paper() -> Callable[[str], Paper]:
    """The questions of an exercise, worked out once."""
    torch.set_num_threads(1)
    return cache(lambda name: Paper(trial.load(name)))
