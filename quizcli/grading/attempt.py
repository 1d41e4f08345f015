"""The judge's side of one submission being run: questions travel to the candidate, answers come back."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import signal
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from quizcli.grading import wire
from quizcli.grading.calling import Answer
from quizcli.grading.channel import Broken, Channel
from quizcli.grading.counting import Count
from quizcli.grading.limits import MIB, Limits
from quizcli.grading.question import Question
from quizcli.grading.report import Verdict
from quizcli.grading.server import Server

AHEAD = 16  # questions that are under way while the judge looks at an answer


@dataclass(frozen=True, slots=True)
class Submission:
    """What is graded."""

    source: str
    filename: str
    function: str
    explicit: bool
    forbidden: tuple[str, ...]


class Ended(Exception):
    """The submission cannot be called any more; the verdict and the message say why."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message


class Attempt:
    """A candidate that runs one submission. A context manager: at its end nothing of it is left."""

    def __init__(
        self, server: Server, submission: Submission, limits: Limits, client: int | None = None
    ) -> None:
        """Starts the candidate.

        Args:
            client: a descriptor that becomes readable when nobody waits for the report any more.

        Raises:
            OSError: it cannot be started.
        """
        self.submission = submission
        self.limits = limits
        self._server = server
        self._over = False
        self._scratch = Path(tempfile.mkdtemp(prefix="quizcli-"))
        self._channel = Channel(limits.seconds, limits.output, client)
        try:
            server.begin(limits, self._scratch, self._channel.theirs)
        except OSError:
            self._over = True
            self.__exit__()
            raise
        self._channel.start_clock(limits.seconds)

    def __enter__(self) -> Attempt:
        return self

    def __exit__(self, *exception: object) -> None:
        self._end(gone=False)
        self._channel.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def printed(self) -> str:
        """The beginning of what the submission printed."""
        return self._channel.printed

    @property
    def lacking(self) -> list[str]:
        """What this system does not hold the submission to."""
        return self._server.lacking

    def load(self) -> str | None:
        """Has the file executed and the function found; a notice if it has another name.

        Raises:
            Ended: it did not come to that.
        """
        given = self.submission
        nonce = self._send(
            {
                "source": given.source,
                "filename": given.filename,
                "function": given.function,
                "explicit": given.explicit,
                "forbidden": list(given.forbidden),
            },
            [],
        )
        answer, _ = self._receive(nonce)
        fault = answer["fault"]
        if fault is not None:
            if fault["kind"] == "exception":
                raise Ended("error", f"while the file was executed: {fault['message']}")
            self._raise(fault)
            raise Ended("error", fault["message"])
        return None if answer["notice"] is None else str(answer["notice"])

    def ask(self, question: Question) -> Answer:
        """The answer to one question.

        Raises:
            Ended: there is none.
        """
        return next(self.ask_all([question]))

    def ask_all(self, questions: Iterable[Question]) -> Iterator[Answer]:
        """The answers to several questions, in order; the candidate works while the judge looks at them.

        Raises:
            Ended: one of them is not answered.
        """
        waiting: deque[str] = deque()
        rest = iter(questions)
        while True:
            for question in itertools.islice(rest, AHEAD - len(waiting)):
                waiting.append(self._send(*_request(question, self.submission.filename)))
            if not waiting:
                return
            reply, tensors = self._receive(waiting.popleft())
            yield self._answer(reply, tensors)

    def _answer(self, reply: dict[str, Any], tensors: list[Tensor]) -> Answer:
        try:
            fault = reply["fault"]
            if fault is not None:
                self._raise(fault)
                return Answer(error=str(fault["message"]))
            return Answer(
                result=wire.decode(reply["result"], tensors),
                gradients=wire.decode(reply["gradients"], tensors),
                arguments=tuple(wire.decode(item, tensors) for item in reply["arguments"]),
                count=None if reply["count"] is None else Count.checked(reply["count"]),
            )
        except (wire.BrokenFrame, KeyError, TypeError, ValueError):
            raise self._explained(Broken("junk")) from None

    def _raise(self, fault: dict[str, Any]) -> None:
        kind, message = fault["kind"], str(fault["message"])
        if kind == "refused":
            raise Ended("refused", f"it calls {message}, which is the exercise itself")
        if kind == "exit":
            raise Ended("crashed", f"{message} before the grader was done")
        if kind == "memory":
            limit = f"(the limit is {self.limits.memory // MIB} MiB)"
            raise Ended("crashed", f"it ran out of memory {limit}: {message}")

    def _send(self, document: dict[str, Any], tensors: list[Tensor]) -> str:
        """Sends a request; the random number that its answer must carry."""
        nonce = secrets.token_hex(16)
        self._channel.send(wire.pack({**document, "nonce": nonce}, tensors))
        return nonce

    def _receive(self, nonce: str) -> tuple[dict[str, Any], list[Tensor]]:
        if self._over:
            raise Ended("crashed", "it has ended")
        try:
            answer, tensors = wire.unpack(self._channel.receive())
            if answer["nonce"] != nonce:
                raise Broken("junk")
        except Broken as broken:
            raise self._explained(broken) from None
        except (wire.BrokenFrame, KeyError, TypeError):
            raise self._explained(Broken("junk")) from None
        return answer, tensors

    def _explained(self, broken: Broken) -> Ended:
        """Ends the candidate, and says what happened."""
        status = self._end(gone=broken.how == "gone")
        if broken.how == "late":
            limit = f"{self.limits.seconds:g} s"
            return Ended("timeout", f"it was not done after {limit}, the limit: an endless loop?")
        if broken.how == "junk":
            return Ended("crashed", "it interfered with the grader's channel")
        if broken.how == "flood":
            return Ended("crashed", f"it printed more than {self.limits.output // MIB} MiB")
        if status is None:
            return Ended("crashed", "it cut its connection to the grader")
        code = os.waitstatus_to_exitcode(status)
        if code >= 0:
            return Ended("crashed", f"it ended its process with exit code {code} before the grader was done")
        return self._signalled(-code)

    def _signalled(self, number: int) -> Ended:
        if number == signal.SIGXCPU:
            limit = f"{self.limits.seconds:g} s"
            return Ended("timeout", f"it used more processor time than the limit of {limit} allows")
        reason = {
            int(signal.SIGKILL): ", as happens when memory runs out",
            int(signal.SIGXFSZ): f": it wrote a file of more than {self.limits.file // MIB} MiB",
        }.get(number, "")
        known = number in {int(known) for known in signal.Signals}
        name = signal.Signals(number).name if known else f"signal {number}"
        return Ended("crashed", f"its process was ended by {name}{reason}")

    def _end(self, gone: bool) -> int | None:
        if self._over:
            return None
        self._over = True
        return self._server.end(gone)


def _request(question: Question, filename: str) -> tuple[dict[str, Any], list[Tensor]]:
    tensors: list[Tensor] = []
    arguments = [wire.encode(item, tensors, layout=True) for item in question.arguments]
    cotangents = None
    if question.cotangents is not None:
        cotangents = [len(tensors) + index for index in range(len(question.cotangents))]
        tensors += question.cotangents
    own = filename if question.counted else None
    return {"arguments": arguments, "cotangents": cotangents, "own": own}, tensors
