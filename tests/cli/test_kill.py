"""``kill -9`` at any moment of a scripted quiz loses no answer that was acknowledged."""

from __future__ import annotations

import random
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from quizcli.store import open_store

from .conftest import COMMAND, Program

ROUNDS, LIFE = 200, 10  # kills, and kills before a home is replaced by an empty one
CLAIM = "q09/bounded-scores"


def killed(program: Program, after: int) -> int:
    """Run a quiz that goes on for ever, kill it after some bytes of output; how many answers it had
    acknowledged."""
    process = subprocess.Popen(
        [*COMMAND, "quiz", CLAIM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=program.env,
        cwd=program.work,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"t\n1\n" * 1000)
    process.stdin.flush()
    seen = b""
    while len(seen) < after:
        piece = process.stdout.read1(after - len(seen))  # type: ignore[attr-defined]
        assert piece, "the quiz ended by itself"
        seen += piece
    process.kill()
    seen += process.stdout.read()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    return sum(line.startswith("✓ saved") for line in seen.decode("utf-8", "replace").split("\n")[:-1])


def lives(folder: Path, seed: int) -> int:
    """The kills of one thread; how many answers were acknowledged in all."""
    chance, total = random.Random(seed), 0
    for life in range(ROUNDS // LIFE // 2):
        (folder / str(life)).mkdir(parents=True)
        program, acknowledged = Program(folder / str(life)), 0
        for _ in range(LIFE):
            acknowledged += killed(program, chance.randrange(6000) if chance.random() < 0.8 else 1)
            database = program.home / "quizcli.db"
            if database.exists():
                with closing(sqlite3.connect(database)) as connection:
                    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            with open_store(program.home) as store:
                kept = len(store.events())
            assert kept >= acknowledged
            acknowledged = kept
        total += acknowledged
    return total


def test_kill_9_loses_no_acknowledged_answer(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        totals = list(pool.map(lives, [tmp_path / "a", tmp_path / "b"], [1, 2]))
    assert min(totals) > ROUNDS // 2  # the kills came in the midst of answers


@pytest.mark.parametrize("after", [0, 1])
def test_a_quiz_killed_at_its_start_leaves_a_home_that_works(program: Program, after: int) -> None:
    killed(program, after)
    assert program.run("quiz", CLAIM, stdin="f\n4\n").returncode == 0
    assert program.reviews() >= 1
