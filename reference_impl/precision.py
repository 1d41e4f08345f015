"""Which precision to compute in."""

from __future__ import annotations

import torch
from torch import Tensor


def precise(x: Tensor) -> Tensor:
    """The tensor in the precision to compute in: at least float32.

    Sums, exponentials and squares lose too much, or overflow, in half precision.

    Args:
        x: floating point, any shape.

    Returns:
        `x` itself, or a float32 copy of half-precision numbers. Cost: at most one copy.

    Source: Micikevicius et al., Mixed Precision Training, arXiv 1710.03740, section 3.3 (arithmetic
    precision).
    """
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
