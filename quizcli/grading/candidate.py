"""The process that runs submissions; it holds torch and this package's few candidate modules, nothing else.

As a server it waits for orders on a socket and forks a candidate for each one. A candidate reads requests
from a pipe: first the submission, then one call after the other, each tied to its answer by a random
number. It never sees an expected value.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import astuple
from pathlib import Path
from types import ModuleType
from typing import Any

gc.disable()  # importing torch makes objects that stay; collecting among them only takes time

import torch  # noqa: E402

from quizcli.grading import submission, wire  # noqa: E402
from quizcli.grading.calling import Answer, perform  # noqa: E402
from quizcli.grading.counting import count  # noqa: E402
from quizcli.grading.limits import Limits  # noqa: E402
from quizcli.grading.linux import LINUX  # noqa: E402
from quizcli.grading.processes import adopt_orphans, die_with_parent, end_descendants  # noqa: E402
from quizcli.grading.sandbox import Sandbox  # noqa: E402
from quizcli.grading.watching import ForbiddenCall, Functions, Operators, replace_kernels  # noqa: E402


def main() -> None:
    """Serves the socket whose descriptor is the second argument, until it closes."""
    parent = os.getppid()
    root, descriptor = sys.argv[1:3]
    sys.argv[1:] = []
    die_with_parent(parent)
    adopt_orphans()
    torch.set_num_threads(1)
    torch.ones(2, 2).softmax(-1)  # the first operator of its kind sets things up; do it once for all forks
    sandbox = Sandbox()
    _forget(root)
    gc.freeze()
    control = socket.socket(fileno=int(descriptor))
    _send(control, {"ready": True, "lacking": sandbox.lacking})
    while True:
        line, descriptors = _order(control)
        if not line:
            end_descendants()
            os._exit(0)
        child = _start(control, sandbox, json.loads(line), descriptors)
        line, _ = _order(control)
        _send(control, {"status": _end(child, bool(line) and json.loads(line)["gone"])})


def _forget(root: str) -> None:
    """Takes the program off the path: what the submission imports must not be the reference."""
    if Path(root) != Path(torch.__file__).resolve().parents[1]:
        sys.path.remove(root)
    for name in [name for name in sys.modules if name.partition(".")[0] == "quizcli"]:
        del sys.modules[name]
    sys.modules.update({"quizcli": None, "reference_impl": None})  # type: ignore[dict-item]


def _order(control: socket.socket) -> tuple[bytes, list[int]]:
    """One line from the judge, with the descriptors that came along; empty when it is gone."""
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        piece, received, _, _ = socket.recv_fds(control, 4096, 3)
        descriptors += received
        if not piece:
            return b"", []
        line += piece
    return line, descriptors


def _send(control: socket.socket, message: dict[str, object]) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")


def _start(control: socket.socket, sandbox: Sandbox, order: dict[str, Any], descriptors: list[int]) -> int:
    server = os.getpid()
    child = os.fork() if LINUX else 0
    if child == 0:
        try:
            control.close()
            if LINUX:
                die_with_parent(server)
            requests, answers, output = descriptors
            for stream in (1, 2):
                os.dup2(output, stream)
            os.close(output)
            gc.enable()
            sandbox.enter(Limits(**order["limits"]), Path(order["scratch"]))
            serve(requests, answers)
        finally:
            os._exit(70)
    for descriptor in descriptors:
        os.close(descriptor)
    return child


def _end(child: int, gone: bool) -> int | None:
    """Ends the candidate and all that it started; its status if it had ended by itself."""
    patience = time.monotonic() + 0.5
    status: int | None = None
    while gone and status is None and time.monotonic() < patience:
        pid, code = os.waitpid(child, os.WNOHANG)
        if pid:
            status = code
        else:
            time.sleep(0.002)
    with suppress(ProcessLookupError, PermissionError):
        if status is None:
            os.killpg(child, signal.SIGKILL)
    end_descendants()
    return status


def serve(requests: int, answers: int) -> None:
    """Answers requests until there are no more."""
    first = _read(requests)
    if first is None:
        os._exit(0)
    document, _ = first
    source, filename = document["source"], document["filename"]
    fault: dict[str, Any] | None = None
    function, notice = None, None
    try:
        module: ModuleType = submission.execute(source, filename)
        function, notice = submission.find(module, document["function"], document["explicit"])
    except BaseException as error:
        fault = _fault(error, source, filename)
    _write(answers, {"nonce": document["nonce"], "notice": notice, "fault": fault}, [])
    seen: list[str] = []
    forbidden = document["forbidden"]
    kernels = replace_kernels(forbidden, seen) if forbidden else None  # from now on, not while it is loaded
    while (request := _read(requests)) is not None and function is not None:
        call, tensors = request
        form: list[torch.Tensor] = []
        reply: dict[str, Any] = {"nonce": call["nonce"], "fault": None}
        try:
            with ExitStack() as watch:
                for mode in (Functions, Operators) if forbidden else ():
                    watch.enter_context(mode(forbidden, seen))
                answer = _call(function, call, tensors)
            reply.update(_told(answer, form))
        except BaseException as error:
            form.clear()
            reply["fault"] = _fault(error, source, filename)
        if seen:  # whatever became of it: swallowed, raised in another thread, turned into another exception
            form.clear()
            reply["fault"] = {"kind": "refused", "message": seen[0]}
        _write(answers, reply, form)
    del kernels
    os._exit(0)


def _call(function: Any, call: dict[str, Any], tensors: list[torch.Tensor]) -> Answer:
    arguments = tuple(wire.decode(item, tensors) for item in call["arguments"])
    cotangents = None if call["cotangents"] is None else [tensors[index] for index in call["cotangents"]]
    if call["own"] is None:
        return perform(function, arguments, cotangents)
    result, spent = count(function, arguments, call["own"].__eq__)
    return Answer(result, arguments=arguments, count=spent)


def _told(answer: Answer, form: list[torch.Tensor]) -> dict[str, Any]:
    return {
        "result": wire.encode(answer.result, form),
        "gradients": wire.encode(answer.gradients, form),
        "arguments": [wire.encode(argument, form, layout=True) for argument in answer.arguments],
        "count": None if answer.count is None else astuple(answer.count),
    }


def _fault(error: BaseException, source: str, filename: str) -> dict[str, Any]:
    if isinstance(error, ForbiddenCall):
        return {"kind": "refused", "message": str(error)}
    if isinstance(error, submission.Unusable):
        return {"kind": "unusable", "message": str(error)}
    if isinstance(error, SystemExit):
        return {
            "kind": "exit",
            "message": f"it called sys.exit({'' if error.code is None else repr(error.code)[:80]})",
        }
    kind = "memory" if submission.is_memory(error) else "exception"
    return {"kind": kind, "message": submission.describe(error, source, filename)}


def _read(descriptor: int) -> tuple[Any, list[torch.Tensor]] | None:
    blob = wire.read_frame(lambda size: os.read(descriptor, size))
    return None if blob is None else wire.unpack(blob)


def _write(descriptor: int, document: dict[str, Any], tensors: list[torch.Tensor]) -> None:
    with suppress(Exception):  # what was printed belongs to the answer that follows it
        sys.stdout.flush()
        sys.stderr.flush()
    frame = memoryview(wire.pack(document, tensors))
    while frame:
        frame = frame[os.write(descriptor, frame) :]
