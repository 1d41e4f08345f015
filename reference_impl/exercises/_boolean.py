"""What the trials of masks share: the ways in which a boolean result itself can be wrong."""

from __future__ import annotations

import math

import torch
from torch import Tensor

RESULT = (
    "mask-inverted",
    "wrong-dtype:float",
    "wrong-dtype:int",
    "wrong-dtype:additive",
)


def bent_result(flaws: frozenset[str], mask: Tensor) -> Tensor:
    """A mask that is right but for how it is handed back."""
    if "mask-inverted" in flaws:
        mask = ~mask
    if "wrong-dtype:float" in flaws:
        return mask.float()
    if "wrong-dtype:int" in flaws:
        return mask.long()
    if "wrong-dtype:additive" in flaws:
        return torch.zeros(mask.shape).masked_fill(~mask, -math.inf)
    if "wrong-shape" in flaws:
        return mask[None, None]
    if "wrong-shape:three" in flaws:
        return mask[:, 0]
    if "wrong-shape:flat" in flaws:
        return mask[:, 0, 0]
    return mask


def bent_triangle(flaws: frozenset[str], n: int) -> Tensor:
    """The causal mask of a square with flaws, ``[N, N]`` bool."""
    position = torch.arange(n)
    distance = position[:, None] - position[None, :]
    if "causal-missing" in flaws:
        return torch.ones(n, n, dtype=torch.bool)
    if "causal-off-by-one:strict" in flaws:
        return distance > 0
    if "causal-off-by-one:one-ahead" in flaws:
        return distance >= -1
    return distance <= 0 if "causal-transposed" in flaws else distance >= 0


TRIANGLE = ("causal-missing", "causal-off-by-one:strict", "causal-off-by-one:one-ahead", "causal-transposed")
