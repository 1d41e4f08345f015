"""One call of a function under test: arguments in, result and gradients out. Judge and candidate share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from quizcli.grading.counting import Count


@dataclass(slots=True)
class Answer:
    """What a call came to.

    Attributes:
        result: what the function returned.
        gradients: of the sum of result times cotangent, for each floating-point tensor among the arguments in
            order; None for one that the result does not depend on. None as a whole if none were asked for.
        error: the exception in words, where the call raised one; then nothing else counts.
        memory: whether that exception was a failed allocation.
        arguments: the arguments after the call.
        count: what the call spent, where that was asked for.
    """

    result: Any = None
    gradients: list[Tensor | None] | None = None
    error: str | None = None
    memory: bool = False
    arguments: tuple[Any, ...] = ()
    count: Count | None = None


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors of a nested value, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item)


def floats_in(value: Any) -> list[Tensor]:
    """The floating-point tensors of a nested value, in order."""
    return [tensor for tensor in tensors_in(value) if tensor.is_floating_point()]


def perform(
    function: Callable[..., Any], arguments: tuple[Any, ...], cotangents: list[Tensor] | None
) -> Answer:
    """Calls the function; differentiates the result if cotangents for its floating-point tensors are given.

    Whatever the function raises passes through.
    """
    if cotangents is None:
        return Answer(function(*arguments), None, arguments=arguments)
    leaves = floats_in(arguments)
    for leaf in leaves:
        leaf.requires_grad_()
    result = function(*arguments)
    # A scalar to start from, and not `grad_outputs`: torch imports sympy to compare the shapes of those.
    total = sum(
        (output * cotangent.to(output.dtype)).sum()
        for output, cotangent in zip(floats_in(result), cotangents, strict=False)
        if output.requires_grad and output.shape == cotangent.shape
    )
    gradients: list[Tensor | None] = [None] * len(leaves)
    if isinstance(total, Tensor) and leaves:
        gradients = list(torch.autograd.grad(total, leaves, allow_unused=True))
    return Answer(result, gradients, arguments=arguments)
