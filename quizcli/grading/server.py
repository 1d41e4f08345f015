"""The judge's handle on the candidate server: a warm process that has only torch and forks a candidate
for each submission. Where forking is not safe (anywhere but Linux) a fresh process serves each one."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import cast

from quizcli.grading.limits import Limits
from quizcli.grading.linux import LINUX
from quizcli.grading.processes import end_descendants

ROOT = Path(__file__).resolve().parents[2]
# With -I nothing of the user's environment or working directory gets onto the path, so it is put there.
BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from quizcli.grading.candidate import main; main()"
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


class Server:
    """Starts candidates; one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False
        self.lacking: list[str] = []  # what the system does not hold candidates to, once one has begun

    def start(self) -> None:
        """Starts the process, unless it runs; it imports torch while this one does other things."""
        if self._process is not None:
            return
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", BOOT, str(ROOT), str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        theirs.close()
        self._control = ours
        self._ready = False

    def begin(self, limits: Limits, scratch: Path, descriptors: list[int]) -> None:
        """Starts a candidate that reads requests from the first descriptor, answers on the second and
        prints to the third.

        Raises:
            OSError: the server ended instead of becoming ready.
        """
        self.start()
        assert self._control is not None
        if not self._ready:
            answer = self._receive()
            if not answer.get("ready"):
                raise OSError("the candidate server could not start")
            self.lacking = [str(sentence) for sentence in cast("list[object]", answer["lacking"])]
            self._ready = True
        order = json.dumps({"limits": asdict(limits), "scratch": str(scratch)}).encode() + b"\n"
        socket.send_fds(self._control, [order], descriptors)

    def end(self, gone: bool) -> int | None:
        """Ends the candidate and everything it started.

        Args:
            gone: whether it seems to have ended by itself.

        Returns:
            Its wait status if it had ended by itself, else None.
        """
        assert self._control is not None
        if not LINUX:
            return self._end_process(gone)
        try:
            self._control.sendall(json.dumps({"end": True, "gone": gone}).encode() + b"\n")
            answer = self._receive()
        except OSError:
            answer = {}
        if "status" not in answer:  # somebody killed the server: start another one next time
            self.close()
            return None
        status = answer["status"]
        assert self._process is not None
        end_descendants(spared=self._process.pid)
        return status if isinstance(status, int) else None

    def close(self) -> None:
        """Ends the server, and with it everything below it."""
        if self._process is None:
            return
        assert self._control is not None
        self._control.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        end_descendants()
        self._process = self._control = None

    def _end_process(self, gone: bool) -> int | None:
        assert self._process is not None
        status: int | None = None
        if gone:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(timeout=0.5)
                status = code << 8 if code >= 0 else -code
        self.close()
        return status

    def _receive(self) -> dict[str, object]:
        """One line from the server; empty if it has ended."""
        assert self._control is not None
        line = b""
        while not line.endswith(b"\n"):
            byte = self._control.recv(1)
            if not byte:
                return {}
            line += byte
        answer: dict[str, object] = json.loads(line)
        return answer
