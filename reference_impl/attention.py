"""From the softmax to multi-head attention, each function built from the one before it.

`softmax` turns scores into weights, `masked_softmax` leaves some of them out, `attention_weights` makes
the scores from queries and keys, `scaled_dot_product_attention` averages the values with the weights, and
`multi_head_attention` does so in several subspaces at once.

Inputs in half precision are scored in float32: the exponential of a rounded score is off by as much as
the score is large, and a float16 score overflows at 65504.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reference_impl.precision import precise


def softmax(x: Tensor, dim: int = -1) -> Tensor:
    """Turns scores into positive weights that sum to 1 along `dim`.

    ``exp(x - c) / sum(exp(x - c))`` is the same for every constant c; with c the maximum no exponential
    overflows and at least one of them is 1, so that the sum cannot vanish. The maximum is detached:
    the result does not depend on it, so neither does the gradient.

    Args:
        x: any shape with at least one element along `dim`.
        dim: the dimension that sums to 1.

    Returns:
        The shape and dtype of `x`. Cost: about 4 operations an element, one copy of `x` in memory.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.1; for the maximum,
    Milakov and Gimelshein, Online normalizer calculation for softmax, arXiv 1805.02867, section 2.
    """
    scores = precise(x)
    powers = torch.exp(scores - scores.amax(dim, keepdim=True).detach())
    return (powers / powers.sum(dim, keepdim=True)).to(x.dtype)


def masked_softmax(scores: Tensor, mask: Tensor, dim: int = -1) -> Tensor:
    """Softmax over the allowed entries; the others get exactly 0.

    Where nothing is allowed the result is 0, and so is the gradient: a row of -inf would give
    ``-inf - (-inf) = NaN``, so its maximum and its sum are replaced by numbers that do no harm.

    Args:
        scores: any shape.
        mask: bool, broadcasts to the shape of `scores`; True = may attend.
        dim: the dimension that sums to 1.

    Returns:
        The shape and dtype of `scores`. Cost: as `softmax`.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3 (masking by -inf);
    zeros for a fully masked row follow PyTorch's scaled_dot_product_attention since 2.5.
    """
    if scores.shape[dim] == 0:
        return scores.clone()  # nothing to attend to, and no maximum to take
    allowed = precise(scores).masked_fill(~mask, -math.inf)
    largest = allowed.amax(dim, keepdim=True).detach()
    powers = torch.exp(allowed - largest.masked_fill(largest == -math.inf, 0.0))
    total = powers.sum(dim, keepdim=True)
    return (powers / total.masked_fill(total == 0, 1.0)).to(scores.dtype)


def attention_weights(query: Tensor, key: Tensor, mask: Tensor | None = None) -> Tensor:
    """How much each query takes from each key: ``softmax(Q K^T / sqrt(D))``.

    The components of q and k being independent with variance 1, their dot product has variance D; the
    division by sqrt(D) brings it back to 1 and keeps the softmax where it has a gradient.

    Args:
        query: ``[..., N, D]``.
        key: ``[..., M, D]``.
        mask: bool, broadcasts against ``[..., N, M]``; True = may attend.

    Returns:
        ``[..., N, M]`` in the dtype of `query`; a row that may attend to nothing is zeros.
        Cost: 2 N M D floating-point operations, N M numbers of memory.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.1.
    """
    scores = precise(query) @ precise(key).transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is None:
        mask = torch.ones((), dtype=torch.bool, device=query.device)
    return masked_softmax(scores, mask).to(query.dtype)


def scaled_dot_product_attention(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> Tensor:
    """Averages the values with the attention weights: ``softmax(Q K^T / sqrt(D)) V``.

    Args:
        query: ``[..., N, D]``.
        key: ``[..., M, D]``.
        value: ``[..., M, Dv]``; its size may differ from that of query and key.
        mask: bool, broadcasts against ``[..., N, M]``; True = may attend.

    Returns:
        ``[..., N, Dv]`` in the dtype of the inputs; a query that may attend to nothing gets zeros.
        Cost: 2 N M (D + Dv) floating-point operations; the weights take N M numbers of memory.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.1, equation 1.
    """
    return attention_weights(query, key, mask) @ value


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Cuts the last dimension into heads: ``[B, N, E]`` to ``[B, H, N, D]``.

    Head h holds the columns h*D to (h+1)*D. The view keeps each position's columns together, so the
    heads have to be moved in front of the positions afterwards; a view straight to ``[B, H, N, D]``
    would mix positions into heads.

    Args:
        x: ``[B, N, E]``.
        n_heads: H, a divisor of E.

    Returns:
        ``[B, H, N, D]``, a view of `x`: no arithmetic, no memory.

    Raises:
        ValueError: E is not a multiple of `n_heads`.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.2.
    """
    batch, length, width = x.shape
    if n_heads < 1 or width % n_heads:
        raise ValueError(f"the model size {width} is not a multiple of n_heads = {n_heads}")
    return x.reshape(batch, length, n_heads, width // n_heads).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """Puts the heads side by side again: ``[B, H, N, D]`` to ``[B, N, E]``; the inverse of `split_heads`.

    Args:
        x: ``[B, H, N, D]``.

    Returns:
        ``[B, N, H*D]``. Cost: one copy.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.2.
    """
    batch, heads, length, size = x.shape
    return x.transpose(1, 2).reshape(batch, length, heads * size)


def multi_head_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
    mask: Tensor | None = None,
) -> Tensor:
    """Attention in `n_heads` subspaces at once, mixed by an output projection; no biases.

    Args:
        query: ``[B, N, E]``.
        key: ``[B, M, E]``.
        value: ``[B, M, E]``.
        w_q, w_k, w_v, w_o: ``[E, E]`` in `nn.Linear` layout ``[out, in]``: y = x @ W.T.
        n_heads: H, a divisor of E.
        mask: bool, broadcasts against ``[B, H, N, M]``; a 3-D mask is ``[H, N, M]``. True = may attend.

    Returns:
        ``[B, N, E]`` in the dtype of the inputs.
        Cost: 4 (N + M) E^2 floating-point operations a batch element for the projections and 4 N M E
        for the attention, whatever the number of heads; H N M numbers of memory for the weights.

    Raises:
        ValueError: E is not a multiple of `n_heads`.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.2.
    """
    heads = scaled_dot_product_attention(
        split_heads(query @ w_q.T, n_heads),
        split_heads(key @ w_k.T, n_heads),
        split_heads(value @ w_v.T, n_heads),
        mask,
    )
    return merge_heads(heads) @ w_o.T
