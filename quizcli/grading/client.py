"""The user's side of grading: starts the judge and hands its reports back. Never imports torch."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from quizcli.errors import GradingError
from quizcli.grading.limits import DEFAULT, Limits
from quizcli.grading.report import Report

ROOT = Path(__file__).resolve().parents[2]
BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from quizcli.grading.judge import main; main()"
# The judge holds a submission to its limits; this is for a judge that hangs itself.
PATIENCE = 180.0


class Session:
    """A judge that stays warm for several submissions. A context manager: at its end no process is left."""

    def __init__(self) -> None:
        # Whatever goes wrong in the judge goes to a file: a pipe that nobody reads could fill up.
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        # In a session of its own, Ctrl-C reaches this process alone, which then ends the others in order.
        self._judge = subprocess.Popen(
            [sys.executable, "-I", "-c", BOOT, str(ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            start_new_session=True,
        )

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(wait=kind is None)

    def grade(
        self,
        exercise: str,
        source: str,
        filename: str,
        *,
        function: str | None = None,
        limits: Limits = DEFAULT,
    ) -> Report:
        """Grades one submission; see :func:`grade`."""
        request = {
            "exercise": exercise,
            "source": source,
            "filename": filename,
            "function": function,
            "limits": asdict(limits),
        }
        answer = self._exchange(json.dumps(request).encode() + b"\n", PATIENCE + limits.seconds)
        if "problem" in answer:
            raise GradingError(answer["problem"])
        return Report.from_json(answer["report"])

    @property
    def alive(self) -> bool:
        """Whether the judge still serves."""
        return self._judge.poll() is None

    def close(self, wait: bool = True) -> None:
        """Ends the judge and everything below it.

        Args:
            wait: whether it is idle and ends by itself when its input closes.
        """
        assert self._judge.stdin is not None
        assert self._judge.stdout is not None
        with suppress(OSError):  # it may be gone, and with it what was still to be written
            self._judge.stdin.close()
        if not wait:
            self._judge.terminate()
        try:
            self._judge.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._judge.kill()
            self._judge.wait()
        self._judge.stdout.close()
        self._complaints.close()

    def _exchange(self, request: bytes, patience: float) -> dict[str, Any]:
        assert self._judge.stdin is not None
        assert self._judge.stdout is not None
        try:
            self._judge.stdin.write(request)
            self._judge.stdin.flush()
        except OSError:
            raise self._broken() from None
        line = bytearray()
        deadline = time.monotonic() + patience
        descriptor = self._judge.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    self._judge.kill()
                    raise GradingError(f"the judge did not answer within {patience:g} s")
                piece = descriptor.read1(1 << 16)  # type: ignore[attr-defined]
                if not piece:
                    raise self._broken()
                line += piece
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError:
            raise self._broken() from None
        return answer

    def _broken(self) -> GradingError:
        """What to say about a judge that ended: the last line it complained with."""
        self._judge.kill()
        code = self._judge.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1].strip() if lines else f"exit code {code}"
        return GradingError(
            f"the judge process ended before it was done: {reason}",
            remedy="check the installation of torch: python -c 'import torch'",
        )


def grade(
    exercise: str,
    source: str,
    filename: str,
    *,
    function: str | None = None,
    limits: Limits = DEFAULT,
) -> Report:
    """Grades one submission.

    Args:
        exercise: the exercise's id.
        source: the submission's text.
        filename: the name that error messages show.
        function: the function to grade, if it is not named like the exercise.
        limits: what the submission may use.

    Raises:
        GradingError: the grader itself could not do its work, or there is no such exercise.
    """
    with Session() as session:
        return session.grade(exercise, source, filename, function=function, limits=limits)
