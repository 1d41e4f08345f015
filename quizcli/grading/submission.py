"""The candidate's side of a submission: executes its file, finds the function, and puts faults into words."""

from __future__ import annotations

import builtins
import re
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

NAME = "submission"  # the module's name: not __main__, so that a self-test at the end does not run
LONGEST = 500


class Unusable(Exception):
    """The file cannot be graded; the message says why."""


def execute(source: str, filename: str) -> types.ModuleType:
    """Executes the file as a module.

    Raises:
        Unusable: it is not Python.
        BaseException: whatever the file raises.
    """
    try:
        code = builtins.compile(source, filename, "exec", dont_inherit=True)
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise Unusable(
            f"{filename}:{error.lineno or 1}: {type(error).__name__}: {error.msg}\n    {line}"
        ) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise Unusable(f"{filename}: not a Python file that can be compiled ({error})") from None
    warnings.simplefilter("ignore")  # torch warns of empty tensors, which the grader put there
    module = types.ModuleType(NAME)
    module.__file__ = filename
    sys.modules[NAME] = module
    exec(code, module.__dict__)
    return module


def find(module: types.ModuleType, wanted: str, explicit: bool) -> tuple[Callable[..., Any], str | None]:
    """The function to grade, and a notice if it is not named as the exercise.

    Raises:
        Unusable: there is none, or several that could be meant.
    """
    names = module.__dict__
    if wanted in names:
        if callable(names[wanted]):
            return names[wanted], None
        raise Unusable(f"`{wanted}` is a {type(names[wanted]).__name__}, not a function")
    defined = [
        name
        for name, value in names.items()
        if isinstance(value, types.FunctionType) and value.__module__ == NAME and not name.startswith("__")
    ]
    public = [name for name in defined if not name.startswith("_")] or defined
    if len(public) == 1 and not explicit:
        return names[public[0]], f"there is no function `{wanted}`; `{public[0]}` was graded"
    if not public:
        raise Unusable(f"the file defines no function `{wanted}`, and no other")
    found = ", ".join(f"`{name}`" for name in public)
    raise Unusable(f"the file defines no function `{wanted}`; found {found}: choose one with --function")


def describe(error: BaseException, source: str, filename: str) -> str:
    """An exception in words: its type and message, and the submission's own lines that led to it."""
    try:
        text = str(error)
    except Exception:
        text = "(its message cannot be shown)"
    # An address or a temporary folder differs from run to run; the report must not.
    text = re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", text.strip())
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    lines = source.splitlines()
    frames = [
        f"{filename}:{frame.lineno}: {lines[frame.lineno - 1].strip()}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == filename and frame.lineno and frame.lineno <= len(lines)
    ]
    if len(frames) > 6:
        frames = [*frames[:3], f"… {len(frames) - 6} more …", *frames[-3:]]
    name = type(error).__name__
    return "\n".join([f"{name}: {text}" if text else name, *(f"    {frame}" for frame in frames)])


def is_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and bool(
        re.search(r"allocate memory|not enough memory", str(error))
    )
