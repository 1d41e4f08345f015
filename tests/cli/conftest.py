"""The real program in real processes: by pipe, and at a terminal that is read back as a screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest

COMMAND = [sys.executable, "-m", "quizcli"]
NOW = "2026-12-01T10:00:00+00:00"
PATIENCE = 30  # seconds without a byte: the program hangs


class Program:
    """quizcli with a home of its own, a fixed clock and an English locale."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.work = folder / "work"
        self.work.mkdir()
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        self.env = {
            **kept,
            "HOME": str(folder),
            "QUIZCLI_HOME": str(self.home),
            "QUIZCLI_NOW": NOW,
            "LANG": "en_US.UTF-8",
            "PYTHONUTF8": "1",
            "TZ": "UTC",
            "TERM": "xterm-256color",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def run(self, *args: str, stdin: str | bytes = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run to the end; standard input is a pipe."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*COMMAND, *args],
            input=data,
            env={**self.env, **env},
            cwd=self.work,
            capture_output=True,
            timeout=120,
        )
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in out + err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def json(self, *args: str, **env: str) -> Any:
        """The JSON document that a command prints."""
        return json.loads(self.run(*args, "--json", **env).stdout)

    def reviews(self) -> int:
        """How many reviews stand in the log."""
        count: int = self.json("stats")["reviews"]
        return count


class Screen:
    """The program at a terminal of some size, as a person sees it."""

    def __init__(
        self, program: Program, args: tuple[str, ...], rows: int, columns: int, env: dict[str, str]
    ) -> None:
        self.child = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], *args],
            env={**program.env, **env},
            cwd=str(program.work),
            dimensions=(rows, columns),
            timeout=PATIENCE,
        )
        self.raw = b""
        self.terminal = pyte.HistoryScreen(columns, rows, history=5000, ratio=1.0)
        self.stream = pyte.ByteStream(self.terminal)

    def until(self, text: str) -> str:
        """Read until the text stands on the screen or in what scrolled away."""
        while text not in self.seen():
            try:
                self._feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
            except (pexpect.TIMEOUT, pexpect.EOF) as error:
                raise AssertionError(f"{text!r} never came; the screen:\n{self.seen()[-3000:]}") from error
        return self.seen()

    def press(self, keys: str) -> None:
        """Type keys, once all that was printed has been taken in."""
        self.settle()
        self.child.send(keys)

    def until_changed(self) -> None:
        """Read until something new has been printed and the program waits again."""
        self._feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
        self.settle()

    def settle(self) -> None:
        """Take in what has been printed already."""
        while True:
            try:
                self._feed(self.child.read_nonblocking(65536, timeout=0.05))
            except (pexpect.TIMEOUT, pexpect.EOF):
                return

    def finish(self) -> int:
        """Read to the end; the exit code."""
        while True:
            try:
                self._feed(self.child.read_nonblocking(65536, timeout=PATIENCE))
            except pexpect.EOF:
                break
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus)

    def lines(self) -> list[str]:
        """What scrolled away and what is on the screen."""
        top = [
            "".join(row[column].data for column in range(self.terminal.columns))
            for row in self.terminal.history.top
        ]
        return [line.rstrip() for line in (*top, *self.terminal.display)]

    def seen(self) -> str:
        """The same as one text."""
        return "\n".join(self.lines())

    def _feed(self, data: bytes) -> None:
        if b"\x1b[6n" in data:  # the program asks where the cursor is; a terminal answers
            self.child.send(f"\x1b[{self.terminal.cursor.y + 1};{self.terminal.cursor.x + 1}R")
        self.raw += data
        self.stream.feed(data)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """quizcli in an empty home."""
    return Program(tmp_path)


@pytest.fixture
def terminal(program: Program) -> Iterator[Any]:
    """Start the program at a terminal: ``terminal("quiz", rows=24, columns=80)``."""
    screens: list[Screen] = []

    def start(*args: str, rows: int = 200, columns: int = 80, **env: str) -> Screen:
        screens.append(Screen(program, args, rows, columns, env))
        return screens[-1]

    yield start
    for screen in screens:
        screen.child.close(force=True)
