"""Grades what it is sent, one JSON document a line; as the user whose id is the argument, if there is one."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from quizcli.grading.client import Session
from quizcli.grading.limits import Limits
from quizcli.grading.linux import prctl

KEEP_CAPABILITIES, AMBIENT, RAISE, CAPABILITIES_3 = 8, 47, 2, 0x20080522
READ_EVERYTHING = 2  # CAP_DAC_READ_SEARCH


def become(user: int) -> None:
    """Gives root up for good, except for reading files, since the interpreter may lie in root's own folder.

    This makes it easier, not harder, for a submission to read what it must not.
    """
    prctl(KEEP_CAPABILITIES, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0)
    kept = 1 << READ_EVERYTHING
    if ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)) != 0:
        raise OSError("capset")
    prctl(AMBIENT, RAISE, READ_EVERYTHING)


def main() -> None:
    """Serves until standard input closes."""
    for user in sys.argv[1:]:
        become(int(user))
    with Session() as session:
        for line in sys.stdin:
            request = json.loads(line)
            limits = Limits(seconds=request["seconds"])
            report = session.grade(request["exercise"], request["source"], "mine.py", limits=limits)
            print(json.dumps(report.as_json()), flush=True)


if __name__ == "__main__":
    main()
