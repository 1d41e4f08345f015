"""A function of the textbook as one file that stands alone, so that it can be submitted and mutated."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

TEXTBOOK = "reference_impl"


def bundle(function: Callable[..., Any]) -> ast.Module:
    """The function with everything of the textbook that it uses, docstrings left out."""
    collected: dict[tuple[str, str], ast.stmt] = {}
    _collect(function.__module__, function.__name__, collected)
    body = [statement for _, statement in _imports_first(collected)]
    future = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
    return ast.fix_missing_locations(ast.Module([future, *body], []))


def _imports_first(collected: dict[tuple[str, str], ast.stmt]) -> list[tuple[bool, ast.stmt]]:
    ranked = [
        (isinstance(statement, (ast.Import, ast.ImportFrom)), statement) for statement in collected.values()
    ]
    return sorted(ranked, key=lambda pair: not pair[0])


def _collect(module: str, name: str, collected: dict[tuple[str, str], ast.stmt]) -> None:
    """Add the statement that defines a name, after everything it needs."""
    if (module, name) in collected:
        return
    statement = _definitions(module).get(name)
    if statement is None:
        return
    if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(TEXTBOOK):
        _collect(str(statement.module), name, collected)
        return
    if isinstance(statement, ast.FunctionDef) and ast.get_docstring(statement) is not None:
        statement.body = statement.body[1:]
    for used in sorted({node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} - {name}):
        _collect(module, used, collected)
    collected[module, name] = statement


def _definitions(module: str) -> dict[str, ast.stmt]:
    """What the top level of a module defines, by name."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    return {name: statement for statement in tree.body for name in _names(statement)}


def _names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in statement.names)
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
