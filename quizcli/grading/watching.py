"""Sees library calls that are the exercise itself where they execute, whatever they were called through."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._python_dispatch import TorchDispatchMode


class ForbiddenCall(BaseException):
    """Ends the call; not an Exception, so that the submission's own handlers let it pass."""


class Functions(TorchFunctionMode):
    """Watches torch's functions and methods by name; composite ones are visible here only."""

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
    """Watches the operators that arrive at the kernels, through whatever alias."""

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
