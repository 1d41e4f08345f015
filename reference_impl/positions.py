"""How a model that adds things up learns their order.

`sinusoidal_positions` makes vectors that are added to the embeddings; `apply_rope` turns queries and keys,
so that their dot product depends on the distance between them. Both use angles: position times frequency,
with frequencies that fall geometrically from 1 to nearly 1 / base. The angles are taken in float64: in
float32 a position of some thousands has lost the digits that the sine needs.
"""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.precision import precise


def _angles(positions: Tensor, size: int, base: float) -> Tensor:
    """``[N, size / 2]`` in float64: position times base^(-2i / size)."""
    if size < 2 or size % 2:
        raise ValueError(f"sines and cosines come in pairs; a size of {size} is not even and positive")
    exponents = torch.arange(0, size, 2, dtype=torch.float64, device=positions.device) / size
    return positions.double()[:, None] * base**-exponents


def sinusoidal_positions(n: int, d_model: int) -> Tensor:
    """The fixed position vectors of the first transformer.

    Column 2i is ``sin(position / 10000^(2i / d_model))`` and column 2i + 1 the cosine of the same angle.
    Moving by k positions is a rotation of each pair of columns, the same from everywhere.

    Args:
        n: how many positions, from 0 on.
        d_model: the size of a vector, even.

    Returns:
        ``[n, d_model]`` float32. Cost: one sine or cosine an element.

    Raises:
        ValueError: `d_model` is not even and positive.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.5.
    """
    angles = _angles(torch.arange(n), d_model, 10000.0)
    return torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(-2).float()


def apply_rope(x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    """Rotates each pair of neighbouring columns by an angle that grows with the position.

    The pair (2i, 2i + 1) turns by ``position * base^(-2i / D)``. A rotation keeps lengths, and the product of
    a query turned by m and a key turned by n depends on m - n only.

    Args:
        x: ``[B, H, N, D]``, queries or keys; D is even.
        positions: ``[N]`` int64, in any order.
        base: what the frequencies are powers of.

    Returns:
        The shape and dtype of `x`. Cost: 3 operations an element, and one sine and cosine for each of
        N D / 2 angles.

    Raises:
        ValueError: D is not even, or there is not one position for each of the N vectors.

    Source: Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding, arXiv 2104.09864,
    section 3.4.2.
    """
    if positions.shape != x.shape[-2:-1]:
        raise ValueError(f"positions have the shape {list(positions.shape)}; expected [{x.shape[-2]}]")
    even, odd = precise(x)[..., 0::2], precise(x)[..., 1::2]
    angles = _angles(positions, x.shape[-1], base)
    cos, sin = angles.cos().to(even.dtype), angles.sin().to(even.dtype)
    turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)
    return turned.flatten(-2).to(x.dtype)
