"""A fault in a deck: one line that says where, what, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A fault at a place of a file. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    what: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}, expected {self.expected}"
