"""What a candidate is held to before it executes a line of the submission."""

from __future__ import annotations

import importlib.util
import math
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from quizcli.grading import landlock, seccomp
from quizcli.grading.limits import Limits
from quizcli.grading.linux import LINUX

ROOT = Path(__file__).resolve().parents[2]  # of a checkout, or the folder that the wheel was installed to
OURS = ("quizcli", "reference_impl", "questions")
# What a program needs of the system to load libraries late, to learn of its processor, and to tell the time.
SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo",
    "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip


class Sandbox:
    """The confinement of all candidates of one server; what it needs to know is found out once."""

    def __init__(self) -> None:
        self._landlock = landlock.version() > 0
        self._seccomp = seccomp.offered()
        self._readable = list(_readable()) if self._landlock else []

    @property
    def lacking(self) -> list[str]:
        """What this system does not hold a candidate to, as sentences."""
        found = []
        if not self._landlock:
            found.append("this system does not keep a submission from your files (Landlock is missing)")
        if not self._seccomp:
            found.append("this system does not keep a submission from the network and other processes")
        if not LINUX:
            found.append("this system does not bound a submission's memory")
        return found

    def enter(self, limits: Limits, scratch: Path) -> None:
        """Confines this process for good: a new session, resource limits, a clean environment, an empty
        folder, and as far as the kernel offers it no other file, no network, no process, no signal.

        Raises:
            OSError: the kernel refuses what it had offered.
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
        if self._landlock:
            landlock.confine([*self._readable, (scratch, landlock.OWN), (Path("/dev/null"), landlock.DEVICE)])
        if self._seccomp:
            seccomp.confine()


def _limit(kind: int, amount: int) -> None:
    """Lowers a limit as far as the system lets it (macOS does not hold the address space)."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        amount = min(amount, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount))


def _readable() -> Iterator[tuple[Path, int]]:
    """The interpreter, its library and its packages without ours, and what the system adds."""
    paths = sysconfig.get_paths()
    folders = [Path(paths[name]).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += [Path(entry).resolve() for entry in sys.path if _belongs_to_python(Path(entry))]
    torch = importlib.util.find_spec("torch")  # wherever PYTHONPATH or a .pth file found it
    folders += [Path(found).resolve() for found in (torch and torch.submodule_search_locations) or ()]
    folders += [Path(sys.base_prefix).resolve() / "lib", *(Path(name).resolve() for name in SYSTEM)]
    hidden = {folder / name for folder in (ROOT, *folders) for name in OURS}
    for folder in dict.fromkeys(folders):
        yield from without(folder, {path for path in hidden if path.exists()})


def _belongs_to_python(folder: Path) -> bool:
    """Installed packages, a user's own or a linked environment's too; not what else a .pth file adds."""
    installed = folder.name in {"site-packages", "dist-packages"}
    return installed or any(folder.resolve().is_relative_to(own) for own in (sys.prefix, sys.base_prefix))


def without(path: Path, hidden: set[Path]) -> Iterator[tuple[Path, int]]:
    """A path with all beneath it but what is hidden. Names can be listed, which imports have to do."""
    if path in hidden:
        return
    if not any(other.is_relative_to(path) for other in hidden):
        yield path, landlock.READ
        return
    yield path, landlock.LIST
    for child in sorted(path.iterdir()):
        yield from without(child, hidden)
