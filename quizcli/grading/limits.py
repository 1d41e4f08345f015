"""What a submission may use. Plain data that travels from the client to the candidate."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one submission, from the moment its file is executed.

    Attributes:
        seconds: wall time for everything, enforced from outside.
        memory: bytes of address space, where the system holds processes to it.
        output: bytes it may print; what exceeds ends it.
        file: bytes of one file in its scratch folder.
        files: open files.
        source: bytes of the submission itself.
    """

    seconds: float = 10.0
    memory: int = 4096 * MIB
    output: int = 16 * MIB
    file: int = 16 * MIB
    files: int = 64
    source: int = MIB


DEFAULT = Limits()
