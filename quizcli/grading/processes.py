"""Nothing that a submission starts outlives its grading: complete on Linux, by process groups elsewhere."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from quizcli.grading.linux import LINUX, prctl

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Makes this process the parent of descendants whose own parent ends, so that it can end them too."""
    if LINUX:
        prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when its parent, whose id is given, ends."""
    if LINUX:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the call
            os._exit(1)


def descendants(root: int) -> list[int]:
    """The ids of all living descendants of a process, as /proc shows them."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                if fields[0] != "Z":
                    children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    todo = [root]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def end_descendants(spared: int | None = None) -> dict[int, int]:
    """Kills and reaps every descendant of this process, orphans that it adopted included.

    Args:
        spared: a child to leave alone, with all below it.

    Returns:
        The wait status of each child that was reaped.
    """
    ended: dict[int, int] = {}
    for _ in range(1000 if LINUX else 0):  # new ones may appear meanwhile; give up on what cannot be killed
        kept = {spared, *descendants(spared)} if spared else set()
        living = [pid for pid in descendants(os.getpid()) if pid not in kept]
        for pid in living:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        reaped = _reap(ended, spared)
        if not living and not reaped:
            break
    return ended


def _reap(ended: dict[int, int], spared: int | None) -> bool:
    """Collects the children that have ended; waits for one if others are still on their way out."""
    reaped = False
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG if spared or reaped else 0)
            if pid == 0:
                break
            ended[pid] = status
            reaped = True
    return reaped
