"""Normalisations: each token's features brought to one scale.

The statistics are of one token's features, so they do not depend on the batch or on the other tokens.
Half precision is computed in float32: the square of 256 overflows in float16.
"""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.precision import precise


def layer_norm(x: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-5) -> Tensor:
    """Brings each token's features to mean 0 and variance 1, then scales and shifts them.

    The variance is the biased one (divided by E), and eps is added to it inside of the root, so that a
    token with equal features is not divided by 0 and comes out as `bias`.

    Args:
        x: ``[..., E]``.
        weight: ``[E]``.
        bias: ``[E]``.
        eps: added to the variance.

    Returns:
        The shape and dtype of `x`. Cost: about 8 operations an element, two copies of `x` in memory.

    Raises:
        ValueError: `weight` or `bias` is not of the size of the last dimension.

    Source: Ba et al., Layer Normalization, arXiv 1607.06450, section 3.
    """
    _check("weight", weight, x)
    _check("bias", bias, x)
    features = precise(x)
    centred = features - features.mean(-1, keepdim=True)
    variance = centred.square().mean(-1, keepdim=True)
    return (centred / torch.sqrt(variance + eps) * weight + bias).to(x.dtype)


def rms_norm(x: Tensor, weight: Tensor, eps: float = 1e-6) -> Tensor:
    """Divides each token's features by their root mean square; no mean is subtracted, no bias added.

    Args:
        x: ``[..., E]``.
        weight: ``[E]``.
        eps: added to the mean of the squares, inside of the root.

    Returns:
        The shape and dtype of `x`. Cost: about 4 operations an element, one copy of `x` in memory.

    Raises:
        ValueError: `weight` is not of the size of the last dimension.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, arXiv 1910.07467, section 4,
    equation 4; the eps is that of the implementations.
    """
    _check("weight", weight, x)
    features = precise(x)
    mean_square = features.square().mean(-1, keepdim=True)
    return (features / torch.sqrt(mean_square + eps) * weight).to(x.dtype)


def _check(name: str, parameter: Tensor, x: Tensor) -> None:
    if parameter.shape != x.shape[-1:]:
        raise ValueError(f"{name} has the shape {list(parameter.shape)}; expected [{x.shape[-1]}]")
