"""The text of a reference function, found without importing it: torch stays out."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from quizcli.errors import GradingError

FOLDER = Path(__file__).resolve().parents[2] / "reference_impl"


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a function stands, and its source with what it uses of the same module."""

    place: str
    source: str


def find(function: str) -> Passage:
    """The passage that defines a function of the textbook.

    Raises:
        GradingError: there is none.
    """
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text("utf-8")
        if f"def {function}(" not in text:
            continue
        defined = {
            node.name: node
            for node in ast.parse(text).body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        if function in defined:
            nodes = sorted(_used(function, defined), key=lambda name: name == function)
            parts = [ast.get_source_segment(text, defined[name]) or "" for name in nodes]
            return Passage(f"reference_impl/{path.name}:{defined[function].lineno}", "\n\n\n".join(parts))
    raise GradingError(f"the textbook has no function `{function}`", remedy="reinstall quizcli")


def _used(function: str, defined: dict[str, ast.FunctionDef | ast.ClassDef]) -> list[str]:
    """The function and the private ones of its module that it leads to."""
    found = [function]
    for name in found:
        for node in ast.walk(defined[name]):
            if isinstance(node, ast.Name) and node.id.startswith("_") and node.id in defined:
                found += [] if node.id in found else [node.id]
    return found
