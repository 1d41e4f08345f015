"""What a candidate may ask of the kernel: no network, no new process, no signal to others, no looser limits.

A filter in the kernel's own small language looks at each system call. What it refuses fails with EPERM, so
that a submission gets an exception, and whoever reads the report a sentence. It refuses what is listed and
lets the rest through: a list of what torch needs would be another one with each version of torch and libc.
Sources: seccomp(2); the tables of system calls of Linux (x86_64, and arm64, which has the generic numbers).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from dataclasses import dataclass

from quizcli.grading.linux import LINUX, prctl

_PR_SET_SECCOMP, _FILTER = 22, 2
_PR_SET_NO_NEW_PRIVS = 38
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT = 0x15, 0x35, 0x45
_NUMBER, _ARCHITECTURE = 0, 4
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_X32 = 0x40000000  # numbers of x86_64's second calling convention start here
_CLONE_THREAD = 0x00010000
_F_SETOWN, _F_SETOWN_EX = 8, 15

_Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
_REFUSE: _Instruction = (_RETURN, 0, 0, _ERROR | errno.EPERM)
_PASS: _Instruction = (_RETURN, 0, 0, _ALLOW)
_UNKNOWN: _Instruction = (_RETURN, 0, 0, _ERROR | errno.ENOSYS)


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture: its number, the calls to refuse, and those for which an argument decides."""

    audit: int
    refused: tuple[int, ...]
    clone: int
    prlimit: int
    fcntl: int
    signals: tuple[int, int]  # kill, tgkill
    opens: tuple[tuple[int, int], ...]  # each call with the position of its flags


# Newer calls have one number everywhere: pidfd_send_signal, io_uring (3), open_tree … pidfd_open,
# pidfd_getfd, process_madvise, mount_setattr, process_mrelease, fchmodat2, setxattrat, removexattrat.
_EVERYWHERE = (*range(424, 435), 438, 440, 442, 448, 452, 463, 466)
_CLONE3, _OPENAT2 = 435, 437  # their arguments lie in memory, which a filter cannot see: "unknown" makes libc
# fall back to the older call

_X86_64 = Machine(
    audit=0xC000003E,
    refused=(
        41, 42, 43, 49, 50, 288,  # socket, connect, accept, bind, listen, accept4
        57, 58, 59, 322,  # fork, vfork, execve, execveat
        101, 310, 311, 312, 298, 321, 323,  # ptrace, process_vm_*, kcmp, perf_event, bpf, userfaultfd
        200, 129, 297,  # tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
        109, 112, 160, 141, 142, 144, 203, 314, 251,  # setpgid, setsid, setrlimit, priorities
        29, 30, 64, 68, 240, 319,  # shmget, shmat, semget, msgget, mq_open, memfd_create
        90, 91, 92, 93, 94, 260, 268,  # chmod and chown, in all forms
        188, 189, 190, 197, 198, 199,  # setxattr and removexattr
        132, 235, 261, 280, 76,  # utime, utimes, futimesat, utimensat, truncate
        253, 294, 300, 303, 304,  # inotify_init, fanotify_init, name_to_handle_at, open_by_handle_at
        155, 161, 165, 166, 272, 308, 135,  # pivot_root, chroot, mount, umount, unshare, setns, personality
        103, 153, 159, 163, 164, 167, 168, 169, 170, 171, 172, 173, 227, 305,  # time, swap, names
        175, 176, 313, 179, 246, 320, 248, 249, 250, 256, 279,  # modules, quotas, kexec, keys, pages
    ),
    clone=56, prlimit=302, fcntl=72, signals=(62, 234), opens=((2, 1), (257, 2)),
)  # fmt: skip
_AARCH64 = Machine(
    audit=0xC00000B7,
    refused=(
        198, 203, 202, 200, 201, 242,
        221, 281,
        117, 270, 271, 272, 241, 280, 282,
        130, 138, 240,
        154, 157, 164, 140, 118, 119, 122, 274, 30,
        194, 196, 190, 186, 180, 279,
        52, 53, 54, 55,
        5, 6, 7, 14, 15, 16,
        88, 45,
        26, 262, 264, 265,
        41, 51, 40, 39, 97, 268, 92,
        116, 58, 171, 89, 170, 224, 225, 142, 161, 162, 112, 266,
        105, 106, 273, 60, 104, 294, 217, 218, 219, 238, 239,
    ),
    clone=220, prlimit=261, fcntl=25, signals=(129, 131), opens=((56, 2),),
)  # fmt: skip
MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("true", ctypes.c_uint8),
        ("false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


def offered() -> bool:
    """Whether the running kernel takes such filters, and we know the machine's numbers."""
    if not LINUX or platform.machine() not in MACHINES:
        return False
    try:
        prctl(_PR_SET_SECCOMP, _FILTER, 0)
    except OSError as error:
        return error.errno == errno.EFAULT  # it would have taken one, had there been one
    return False


def confine() -> None:
    """Puts the filter in place for this process, for good.

    Raises:
        OSError: the kernel refused.
    """
    steps = program(MACHINES[platform.machine()], os.getpid())
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    block = _Program(len(steps), ctypes.addressof(array))
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    prctl(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(block))


def program(machine: Machine, own: int) -> list[_Instruction]:
    """The filter for a process with an id of its own to which it may send signals."""
    flags_that_only_destroy = os.O_ACCMODE | os.O_TRUNC  # opened for reading, and cut: older Landlock lets it
    steps: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, machine.audit),
        _REFUSE,
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _X32),
        _REFUSE,
        *_on(machine.clone, _argument(0), (_IF_ANY_BIT, 0, 1, _CLONE_THREAD), _PASS, _REFUSE),
        *_on(
            machine.prlimit,  # to ask, with no new value, is allowed
            _argument(2),
            (_IF_EQUAL, 0, 3, 0),
            _argument(2, high=True),
            (_IF_EQUAL, 0, 1, 0),
            _PASS,
            _REFUSE,
        ),
        *_on(
            machine.fcntl,  # a descriptor's owner is sent signals
            _argument(1),
            (_IF_EQUAL, 2, 0, _F_SETOWN),
            (_IF_EQUAL, 1, 0, _F_SETOWN_EX),
            _PASS,
            _REFUSE,
        ),
        *_on(_CLONE3, _UNKNOWN),
        *_on(_OPENAT2, _UNKNOWN),
    ]
    for number in machine.signals:
        steps += _on(number, _argument(0), (_IF_EQUAL, 0, 1, own), _PASS, _REFUSE)
    for number, position in machine.opens:
        steps += _on(
            number,
            _argument(position),
            (_AND, 0, 0, flags_that_only_destroy),
            (_IF_EQUAL, 0, 1, os.O_TRUNC),
            _REFUSE,
            _PASS,
        )
    for number in (*machine.refused, *_EVERYWHERE):
        steps += _on(number, _REFUSE)
    return [*steps, _PASS]


def _on(number: int, *body: _Instruction) -> list[_Instruction]:
    """Steps for one system call; the body returns whatever it finds."""
    return [(_IF_EQUAL, 0, len(body), number), *body]


def _argument(position: int, high: bool = False) -> _Instruction:
    """Loads half of an argument (both architectures are little-endian)."""
    return (_LOAD, 0, 0, 16 + 8 * position + 4 * high)
