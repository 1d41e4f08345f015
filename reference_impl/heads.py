"""The family of multi-head attention: over itself, over another sequence, with fewer heads for the keys.

All are `multi_head_attention` or `scaled_dot_product_attention` of `reference_impl.attention`; what differs
is where queries, keys and values come from, and how many heads share them.
"""

from __future__ import annotations

from torch import Tensor

from reference_impl.attention import (
    merge_heads,
    multi_head_attention,
    scaled_dot_product_attention,
    split_heads,
)
from reference_impl.masks import causal_mask


def causal_self_attention(x: Tensor, w_qkv: Tensor, w_o: Tensor, n_heads: int) -> Tensor:
    """Self-attention of a decoder: one fused projection, and nobody sees the future.

    The three projections are one matrix product: its rows are those of the query's weight, then the
    key's, then the value's, so that the columns of the product come apart in the same order.

    Args:
        x: ``[B, N, E]``.
        w_qkv: ``[3E, E]`` in `nn.Linear` layout ``[out, in]``, rows in the order query, key, value.
        w_o: ``[E, E]``.
        n_heads: H, a divisor of E.

    Returns:
        ``[B, N, E]`` in the dtype of `x`; position i depends on the positions up to i only.
        Cost: 8 N E^2 floating-point operations a batch element for the projections and 4 N^2 E for the
        attention; H N^2 numbers of memory for the weights.

    Raises:
        ValueError: `w_qkv` does not have 3E rows, or E is not a multiple of `n_heads`.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3, third use.
    """
    width = x.shape[-1]
    if w_qkv.shape[0] != 3 * width:
        raise ValueError(f"w_qkv has {w_qkv.shape[0]} rows; 3 * {width} = {3 * width} are needed")
    query, key, value = (split_heads(part, n_heads) for part in (x @ w_qkv.T).chunk(3, dim=-1))
    mask = causal_mask(x.shape[1]).to(x.device)
    return merge_heads(scaled_dot_product_attention(query, key, value, mask)) @ w_o.T


def cross_attention(
    x: Tensor,
    memory: Tensor,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
    memory_mask: Tensor | None = None,
) -> Tensor:
    """The decoder asks, the encoder's output answers: queries from `x`, keys and values from `memory`.

    Args:
        x: ``[B, N, E]``, the decoder's positions.
        memory: ``[B, M, E]``, the encoder's output.
        w_q, w_k, w_v, w_o: ``[E, E]`` in `nn.Linear` layout ``[out, in]``.
        n_heads: H, a divisor of E.
        memory_mask: bool, broadcasts against ``[B, H, N, M]``; a 3-D mask is ``[H, N, M]``. True = may
            attend.

    Returns:
        ``[B, N, E]`` in the dtype of the inputs.
        Cost: 4 (N + M) E^2 floating-point operations a batch element for the projections and 4 N M E for
        the attention. While decoding, keys and values of the memory are the same in every step.

    Raises:
        ValueError: E is not a multiple of `n_heads`.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3, first use.
    """
    return multi_head_attention(x, memory, memory, w_q, w_k, w_v, w_o, n_heads, memory_mask)


def grouped_query_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """Several query heads share one head of keys and values: query head h uses key head h // (H/G).

    G = H is multi-head attention, G = 1 multi-query attention. What it saves is the cache of keys and
    values and the time to read it, not arithmetic.

    Args:
        query: ``[B, H, N, D]``.
        key: ``[B, G, M, D]``, with G a divisor of H.
        value: ``[B, G, M, D]``.
        mask: bool, broadcasts against ``[B, H, N, M]``; a 3-D mask is ``[H, N, M]``. True = may attend.

    Returns:
        ``[B, H, N, D]`` in the dtype of the inputs; a query that may attend to nothing gets zeros.
        Cost: 4 H N M D floating-point operations a batch element, as with H heads of keys; H N M numbers
        for the weights. Keys and values are repeated here to be plain to see, which a kernel avoids.

    Raises:
        ValueError: H is not a multiple of G, or key and value differ in their heads.

    Source: Ainslie et al., GQA: Training Generalized Multi-Query Transformer Models from Multi-Head
    Checkpoints, arXiv 2305.13245, section 2.2; for G = 1, Shazeer, arXiv 1911.02150, section 3.
    """
    heads, groups = query.shape[1], key.shape[1]
    if groups < 1 or heads % groups:
        raise ValueError(f"{heads} query heads cannot share {groups} key heads evenly")
    if value.shape[1] != groups:
        raise ValueError(f"there are {groups} key heads and {value.shape[1]} value heads")
    repeats = heads // groups
    return scaled_dot_product_attention(
        query, key.repeat_interleave(repeats, dim=1), value.repeat_interleave(repeats, dim=1), mask
    )
