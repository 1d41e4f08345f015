"""Counts what one call spends: operators, floating-point operations, peak memory, steps of its own Python.

Counts repeat exactly and do not depend on the machine. They are taken where the call runs, so a submission
that sets out to forge its own can: they decide a star and never a verdict.
"""

from __future__ import annotations

import math
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from quizcli.grading.calling import tensors_in

MOST_OPERATORS = 50_000
MOST_STEPS = 200_000
MOST = 1 << 60  # of anything: more than a machine holds or does


@dataclass(frozen=True, slots=True)
class Count:
    """What a call came to.

    Attributes:
        operators: dispatched operators.
        flops: floating-point operations of matrix products; a multiplication and an addition are two.
        peak_bytes: of the tensors that it made and that were alive at the same time, result included.
        peak_numbers: the same in numbers, of whatever dtype.
        steps: lines of its own file that were executed, each round of a loop anew.
        complete: False if it was broken off because it went on and on.
    """

    operators: int
    flops: int
    peak_bytes: int
    peak_numbers: int
    steps: int
    complete: bool = True

    @classmethod
    def checked(cls, values: Any) -> Count:
        """A count from its values in order, as somebody says it is.

        Raises:
            ValueError, TypeError: it cannot be one.
        """
        operators, flops, peak_bytes, peak_numbers, steps, complete = values
        numbers = (operators, flops, peak_bytes, peak_numbers, steps)
        if not all(type(number) is int and 0 <= number < MOST for number in numbers):
            raise ValueError("not a count")
        return cls(*numbers, complete is True)


class Enough(BaseException):
    """Breaks off a call that has spent more than anything reasonable."""


class Meter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every operator that arrives at a kernel, and how long each new piece of memory lives."""

    def __init__(self, given: tuple[Any, ...]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operators = self.flops = 0
        self.live_bytes = self.live_numbers = self.peak_bytes = self.peak_numbers = 0
        self._given = [tensor.untyped_storage() for tensor in tensors_in(given)]
        self._known: dict[int, Any] = {id(storage): None for storage in self._given}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Leaves out the wrapper that would import the compiler, which takes as long as the rest of torch."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Passes the call on and takes note of it."""
        result = func(*args, **(kwargs or {}))
        if self.operators >= MOST_OPERATORS:
            raise Enough
        self.operators += 1
        work = FLOPS.get(func.overloadpacket.__name__)
        if work is not None:
            self.flops += work(args, result)
        for tensor in tensors_in(result):
            self._note(tensor)
        return result

    def _note(self, tensor: Tensor) -> None:
        if tensor.layout != torch.strided:
            return
        storage = tensor.untyped_storage()
        key = id(storage)  # its Python object lives as long as the memory itself
        if key in self._known:
            return
        size = storage.nbytes()
        numbers = size // tensor.element_size()

        def freed(_: object) -> None:
            self._known.pop(key, None)
            self.live_bytes -= size
            self.live_numbers -= numbers

        self._known[key] = weakref.ref(storage, freed)
        self.live_bytes += size
        self.live_numbers += numbers
        self.peak_bytes = max(self.peak_bytes, self.live_bytes)
        self.peak_numbers = max(self.peak_numbers, self.live_numbers)


class Steps:
    """Counts the lines that some files execute, by the interpreter's trace function."""

    def __init__(self, own: Callable[[str], bool]) -> None:
        self.count = 0
        self._own = own
        self._before: Any = None

    def __enter__(self) -> Steps:
        self._before = sys.gettrace()
        sys.settrace(self._call)
        return self

    def __exit__(self, *exception: object) -> None:
        sys.settrace(self._before)

    def _call(self, frame: FrameType, event: str, _: object) -> Any:
        return self._line if self._own(frame.f_code.co_filename) else None

    def _line(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            if self.count >= MOST_STEPS:
                raise Enough
            self.count += 1
        return self._line


def count(
    function: Callable[..., Any], arguments: tuple[Any, ...], own: Callable[[str], bool]
) -> tuple[Any, Count]:
    """Calls the function, without gradients, and counts. Returns its result, None if it was broken off.

    Args:
        function: what to call.
        arguments: its arguments.
        own: whether a file, by its name, belongs to the function, so that its steps count.

    Raises:
        Exception: what the function raises.
    """
    meter, steps = Meter(arguments), Steps(own)
    result, complete = None, True
    with torch.no_grad(), meter, steps:
        try:
            result = function(*arguments)
        except Enough:
            complete = False
    spent = Count(meter.operators, meter.flops, meter.peak_bytes, meter.peak_numbers, steps.count, complete)
    return result, spent


def _product(left: Tensor, right: Tensor) -> int:
    """Of a matrix product: each number of the left one meets each column of the right one."""
    return 2 * left.numel() * (right.shape[-1] if right.dim() > 1 else 1)


def _attention(query: Tensor, key: Tensor, value: Tensor) -> int:
    pairs = math.prod(query.shape[:-1]) * key.shape[-2]
    return 2 * pairs * (query.shape[-1] + value.shape[-1])


# By operator; what is not listed does no matrix product.
FLOPS: dict[str, Callable[[tuple[Any, ...], Any], int]] = {
    **dict.fromkeys(("mm", "bmm", "mv", "dot", "vdot", "_int_mm"), lambda args, _: _product(*args[:2])),
    **dict.fromkeys(("addmm", "baddbmm", "addbmm", "addmv"), lambda args, _: _product(*args[1:3])),
    "_scaled_dot_product_flash_attention_for_cpu": lambda args, _: _attention(*args[:3]),
    "convolution": lambda args, result: 2 * result.numel() * args[1][0].numel(),
}
