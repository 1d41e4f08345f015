"""System calls of Linux that Python does not wrap."""

from __future__ import annotations

import ctypes
import os
import sys

LINUX = sys.platform == "linux"
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def prctl(option: int, *arguments: int) -> int:
    """Calls prctl(2).

    Raises:
        OSError: the kernel refused.
    """
    return _checked("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def syscall(number: int, *arguments: int) -> int:
    """Calls a system call by its number; pointers are passed as addresses.

    Raises:
        OSError: the kernel refused, or does not know it.
    """
    return _checked("syscall", number, *arguments)


def _checked(name: str, *arguments: int) -> int:
    assert _libc is not None
    result: int = getattr(_libc, name)(*map(ctypes.c_ulong, arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
