"""Sees library calls that are the exercise itself where they execute, whatever they were called through."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._python_dispatch import TorchDispatchMode


class ForbiddenCall(BaseException):
    """Ends the call; not an Exception, so that the submission's own handlers let it pass."""


class Functions(TorchFunctionMode):
    """Watches torch's functions and methods by name; those written in Python are visible here only."""

    def __init__(self, forbidden: Collection[str], seen: list[str]) -> None:
        super().__init__()
        self.forbidden = forbidden
        self.seen = seen

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Refuses a forbidden call, passes all others on."""
        if getattr(func, "__name__", "").partition(".")[0] in self.forbidden:
            self.seen.append(resolve_name(func) or str(func))
            raise ForbiddenCall(self.seen[-1])
        return func(*args, **(kwargs or {}))


class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watches the operators on their way to the kernels: also those of other devices and of higher order."""

    def __init__(self, forbidden: Collection[str], seen: list[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.forbidden = forbidden
        self.seen = seen

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Leaves out the wrapper that would import the compiler, which takes as long as the rest of torch."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Refuses a forbidden operator, passes all others on."""
        if func.overloadpacket.__name__ in self.forbidden:
            self.seen.append(f"torch.ops.{func.overloadpacket}")
            raise ForbiddenCall(self.seen[-1])
        return func(*args, **(kwargs or {}))


def replace_kernels(forbidden: Collection[str], seen: list[str]) -> torch.library.Library:
    """Puts a kernel that refuses in the place of each forbidden operator, for the rest of this process: it
    is reached from every thread, from compiled and scripted code and from below other operators.

    Args:
        forbidden: names; those that are no operators are left to `Functions`.
        seen: takes down what was called.

    Returns:
        What keeps the kernels in their places as long as it lives.
    """
    library = torch.library.Library("aten", "IMPL")  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a kernel is replaced is what we want
        for name in forbidden:
            packet = getattr(torch.ops.aten, name, None)
            for overload in () if packet is None else packet.overloads():
                full = name if overload == "default" else f"{name}.{overload}"
                for key in ("CPU", "AutogradCPU"):
                    library.impl(full, _refusing(name, seen), key)  # type: ignore[no-untyped-call]
    return library


def _refusing(name: str, seen: list[str]) -> Callable[..., Any]:
    def kernel(*_: Any, **__: Any) -> Any:
        seen.append(f"torch.ops.aten.{name}")
        raise ForbiddenCall(seen[-1])

    return kernel
