"""Generating one token after the other."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.attention import merge_heads, scaled_dot_product_attention, split_heads


def kv_cache_step(
    x: Tensor,
    cache: tuple[Tensor, Tensor] | None,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """One step of causal self-attention with the keys and values of earlier steps kept.

    The new token's key and value go to the end of the cache, then its query looks at all of them: at the
    past and at itself, so no mask is needed. The old cache stays as it was, for a search that goes on from
    it twice.

    Args:
        x: ``[B, 1, E]``, the new token.
        cache: keys and values ``[B, H, T, D]`` of the T tokens before it, or None at the beginning.
        w_q, w_k, w_v, w_o: ``[E, E]`` in `nn.Linear` layout ``[out, in]``.
        n_heads: H, a divisor of E.

    Returns:
        The output ``[B, 1, E]`` and the cache with T + 1 tokens, in the dtype of the inputs.
        Cost: 8 E^2 + 4 (T + 1) E floating-point operations a batch element, where starting afresh takes
        T + 1 times as much; 2 (T + 1) E numbers for the cache.

    Raises:
        ValueError: E is not a multiple of `n_heads`, or `x` is not one token.

    Source: Shazeer, Fast Transformer Decoding: One Write-Head is All You Need, arXiv 1911.02150,
    section 2.4 (incremental attention).
    """
    if x.shape[1] != 1:
        raise ValueError(f"a step takes one token, not {x.shape[1]}")
    query, key, value = (split_heads(x @ weight.T, n_heads) for weight in (w_q, w_k, w_v))
    if cache is not None:
        key, value = torch.cat((cache[0], key), dim=2), torch.cat((cache[1], value), dim=2)
    return merge_heads(scaled_dot_product_attention(query, key, value)) @ w_o.T, (key, value)
