"""The trusted process: reads requests from standard input, one JSON document a line, and writes reports.

It starts the candidate server before it imports torch itself, so that both imports go on at the same time.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
import warnings
from typing import TYPE_CHECKING, Any

from quizcli.grading.limits import Limits
from quizcli.grading.processes import adopt_orphans
from quizcli.grading.report import TIERS, Failure, Report, Tier
from quizcli.grading.server import Server

if TYPE_CHECKING:
    from quizcli.grading.marking import Paper

REQUESTS, REPORTS = 0, 1


class UnknownExercise(Exception):
    """There is no exercise of the name that a request asks for."""


class Judge:
    """Grades one submission after the other, each with a fresh candidate."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._papers: dict[str, Paper] = {}

    def grade(self, request: dict[str, Any]) -> Report:
        """The report on one request.

        Raises:
            UnknownExercise: there is no such exercise.
            OSError: the candidate cannot be started.
        """
        from quizcli.grading.attempt import Attempt, Submission
        from quizcli.grading.marking import mark

        paper = self._paper(request["exercise"])
        limits = Limits(**request["limits"])
        fault = _unreadable(request["source"], limits)
        if fault is not None:
            return _rejected(paper, f"{request['filename']}: {fault}")
        submission = Submission(
            source=request["source"],
            filename=request["filename"],
            function=request["function"] or paper.exercise.name,
            explicit=request["function"] is not None,
            forbidden=paper.exercise.forbidden,
        )
        with Attempt(self._server, submission, limits, client=REQUESTS) as attempt:
            return mark(paper, attempt)

    def _paper(self, exercise: str) -> Paper:
        from quizcli.grading.marking import Paper
        from reference_impl import trial

        if exercise not in self._papers:
            try:
                self._papers[exercise] = Paper(trial.load(exercise))
            except KeyError:
                raise UnknownExercise(exercise) from None
        return self._papers[exercise]


def _unreadable(source: str, limits: Limits) -> str | None:
    """Why a source is not worth executing, or None."""
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        return "not a UTF-8 text file"
    if size > limits.source:
        return f"{size} bytes; a submission may have {limits.source}"
    if "\0" in source:
        return "not a text file (it contains NUL bytes)"
    return None


def _rejected(paper: Paper, message: str) -> Report:
    correct, robust, efficient = (Tier(0, paper.count(tier)) for tier in TIERS)
    return Report(paper.exercise.name, "error", correct, robust, efficient, failure=Failure(message))


def main() -> None:
    """Serves until standard input closes."""
    gc.disable()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # in order: the scratch folder goes, too
    adopt_orphans()
    server = Server()
    server.start()
    try:
        import torch

        torch.set_num_threads(1)
        warnings.simplefilter("ignore")
        serve(Judge(server))
    finally:
        server.close()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # tearing the interpreter down takes longer than grading


def serve(judge: Judge) -> None:
    """Answers each request with a report, or with ``{"problem": text}``."""
    from quizcli.grading.channel import Abandoned

    buffer = b""
    while True:
        while b"\n" not in buffer:
            piece = os.read(REQUESTS, 1 << 16)
            if not piece:
                return
            buffer += piece
        line, _, buffer = buffer.partition(b"\n")
        try:
            answer = _answer(judge, json.loads(line))
        except Abandoned:
            return
        _write(json.dumps(answer).encode() + b"\n")
        gc.collect(0)


def _answer(judge: Judge, request: dict[str, Any]) -> dict[str, Any]:
    from quizcli.grading.channel import Abandoned

    try:
        return {"report": judge.grade(request).as_json()}
    except Abandoned:
        raise
    except UnknownExercise:
        return {"problem": f"there is no exercise `{request['exercise']}` to grade"}
    except OSError as error:
        return {"problem": f"a candidate process cannot be started: {error}"}
    except Exception as error:  # a fault of the grader is not a verdict, and the next request is answered
        traceback.print_exc()
        return {"problem": f"a fault of the grader's own, please report it: {error!r}"}


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(REPORTS, view) :]
