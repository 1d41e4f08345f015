"""What a candidate is held to before it executes a line of the submission."""

from __future__ import annotations

import math
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

from quizcli.grading.limits import Limits


def enter(limits: Limits, scratch: Path) -> None:
    """Confines this process for good: a new session, resource limits, a clean environment, an empty folder.

    What the kernel offers beyond that (Landlock, seccomp) is to be put in place here, last, when nothing
    trusted remains to be opened.
    """
    with suppress(OSError):
        os.setsid()
    os.chdir(scratch)
    for name in [name for name in os.environ if name.startswith("QUIZCLI_")]:
        del os.environ[name]
    os.environ.update(HOME=str(scratch), TMPDIR=str(scratch))
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    seconds = math.ceil(limits.seconds) + 1  # processor time; the judge holds it to the wall time
    for kind, amount in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, amount)


def _limit(kind: int, amount: int) -> None:
    """Lowers a limit as far as the system lets it (macOS does not hold the address space)."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        amount = min(amount, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount))
