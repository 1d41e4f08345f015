"""Folders to keep logs in, and processes to write them with."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import quizcli

Python = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def python() -> Iterator[Python]:
    """Start a fresh interpreter on a piece of source; none outlives the test."""
    started: list[subprocess.Popen[str]] = []
    checkout = str(Path(quizcli.__file__).parents[1])

    def start(source: str, *arguments: object) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": checkout},
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()
