"""Comparing with what this project did not write: values and gradients in float64."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def randn(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    """The same normal numbers for the same shape and seed."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed + sum(shape)), dtype=dtype)


def assert_equal_with_gradients(
    ours: Callable[..., Tensor], theirs: Callable[..., Tensor], *inputs: Tensor, atol: float = 1e-10
) -> None:
    """Two functions give the same values and the same gradients for every input."""
    leaves = [[x.clone().requires_grad_() for x in inputs] for _ in range(2)]
    results = [ours(*leaves[0]), theirs(*leaves[1])]
    weight = randn(*results[1].shape, seed=9)
    gradients = [torch.autograd.grad((r * weight).sum(), x) for r, x in zip(results, leaves, strict=True)]
    torch.testing.assert_close(results[0], results[1], rtol=0, atol=atol)
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=atol)
