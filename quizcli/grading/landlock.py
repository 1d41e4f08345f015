"""Which files a candidate can open: Landlock, which a process imposes on itself without any privilege.

The calls have the same numbers on every architecture.
Source: Documentation/userspace-api/landlock.rst of Linux.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from quizcli.grading.linux import LINUX, prctl, syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_IOCTL_DEVICE = 1 << 15
_DEVICES = 1 << 6 | 1 << 9 | 1 << 11  # making devices and sockets
_FOR_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE  # the rest applies to folders only
_KNOWN = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file rights each version has, from the lowest bit
_NETWORK = 1 << 0 | 1 << 1  # from version 4: to bind and to connect TCP sockets
_SCOPES = 1 << 0 | 1 << 1  # from version 6: abstract sockets of, and signals to, processes outside

READ = _READ_FILE | _READ_DIR
LIST = _READ_DIR
DEVICE = _READ_FILE | _WRITE_FILE
OWN = (1 << 15) - 1 & ~_EXECUTE & ~_DEVICES


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that the running kernel offers; 0 if none."""
    if LINUX:
        with suppress(OSError):
            return syscall(_CREATE_RULESET, 0, 0, _ASK_VERSION)
    return 0


def confine(granted: Iterable[tuple[Path, int]]) -> None:
    """Denies this process, for good, every file but the granted ones and what is beneath them.

    Args:
        granted: paths with the access to each. What does not exist is left out.

    Raises:
        OSError: the kernel refused.
    """
    offered = version()
    handled = (1 << _KNOWN[min(offered, max(_KNOWN))]) - 1
    rules = _Ruleset(handled, _NETWORK if offered >= 4 else 0, _SCOPES if offered >= 6 else 0)
    size = 8 * (1 + (offered >= 4) + (offered >= 6))
    ruleset = syscall(_CREATE_RULESET, ctypes.addressof(rules), size, 0)
    try:
        for path, access in granted:
            with suppress(FileNotFoundError, PermissionError):
                _grant(ruleset, path, access & handled)
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _grant(ruleset: int, path: Path, access: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not path.is_dir():
            access &= _FOR_FILES
        rule = _Beneath(access, descriptor)
        syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(descriptor)
