"""Exact attention without the matrix of weights.

The softmax needs the maximum and the sum of a whole row, but both can be kept up to date while the keys
come by in chunks: when the maximum rises, what has been summed so far is scaled down to the new one.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reference_impl.precision import precise


def chunked_attention(
    query: Tensor, key: Tensor, value: Tensor, chunk: int, mask: Tensor | None = None
) -> Tensor:
    """Attention over `chunk` keys at a time, equal to attention over all of them at once.

    For each query three things are carried from chunk to chunk: the largest score m, the sum l of
    exp(score - m), and the sum o of exp(score - m) times the value. The result is o / l.

    Args:
        query: ``[..., N, D]``.
        key: ``[..., M, D]``.
        value: ``[..., M, Dv]``.
        chunk: how many keys at a time, at least 1; the last chunk may be short.
        mask: bool, broadcasts against ``[..., N, M]``; True = may attend.

    Returns:
        ``[..., N, Dv]`` in the dtype of the inputs; a query that may attend to nothing gets zeros.
        Cost: 2 N M (D + Dv) floating-point operations, as without chunks; N (chunk + Dv) numbers of
        memory in place of N M. Autograd keeps every chunk's weights: to save memory in training too, a
        kernel computes them again on the way back.

    Raises:
        ValueError: `chunk` is less than 1.

    Source: Milakov and Gimelshein, Online normalizer calculation for softmax, arXiv 1805.02867, section 3;
    Dao et al., FlashAttention, arXiv 2205.14135, section 3.1 and algorithm 1.
    """
    if chunk < 1:
        raise ValueError(f"chunk = {chunk} keys at a time; at least 1 is needed")
    n_key = key.shape[-2]
    scaled = precise(query) / math.sqrt(query.shape[-1])
    largest = scaled.new_full((*query.shape[:-1], 1), -math.inf)
    total = scaled.new_zeros((*query.shape[:-1], 1))
    mixed = scaled.new_zeros((*query.shape[:-1], value.shape[-1]))
    if mask is not None:
        mask = mask.expand(*mask.shape[:-1], n_key)
    for start in range(0, n_key, chunk):
        part = slice(start, start + chunk)
        scores = scaled @ precise(key[..., part, :]).transpose(-2, -1)
        if mask is not None:
            scores = scores.masked_fill(~mask[..., part], -math.inf)
        raised = torch.maximum(largest, scores.amax(-1, keepdim=True).detach())
        base = raised.masked_fill(raised == -math.inf, 0.0)  # a row that has seen nothing allowed so far
        rescale, powers = torch.exp(largest - base), torch.exp(scores - base)
        total = total * rescale + powers.sum(-1, keepdim=True)
        mixed = mixed * rescale + powers @ precise(value[..., part, :])
        largest = raised
    return (mixed / total.masked_fill(total == 0, 1.0)).to(query.dtype)
