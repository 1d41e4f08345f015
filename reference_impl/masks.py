"""Which query may look at which key.

Every mask here is boolean with **True = may attend**, and has or broadcasts to the shape of the scores
``[B, H, N, M]``. `torch.nn.MultiheadAttention` uses the opposite convention for its boolean masks, which
is the commonest way to get a model that trains and is wrong.
"""

from __future__ import annotations

import torch
from torch import Tensor


def padding_mask(tokens: Tensor, pad_id: int) -> Tensor:
    """Marks the real tokens among the keys of a padded batch.

    The mask belongs to the keys: nobody may look at padding. The rows of padded queries stay as they
    are; their outputs are ignored by the loss.

    Args:
        tokens: ``[B, M]``, integers.
        pad_id: the id of the padding token.

    Returns:
        ``[B, 1, 1, M]`` bool, the same for every head and every query. Cost: one comparison a token.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3 speaks of masking
    the scores; the padding of batches is the common practice built on it.
    """
    return (tokens != pad_id)[:, None, None, :]


def causal_mask(n_query: int, n_key: int | None = None) -> Tensor:
    """Lets each query see the keys up to its own position.

    The triangle is aligned at the bottom right: the last query sees every key. That is what decoding
    with a cache needs, where N new queries follow M - N keys that are already there. With N > M the
    first N - M queries see nothing.

    Args:
        n_query: N.
        n_key: M; equal to N if left out.

    Returns:
        ``[N, M]`` bool; entry (i, j) is True where j <= i + M - N. Cost: N * M comparisons.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3.
    """
    if n_key is None:
        n_key = n_query
    query = torch.arange(n_query)[:, None]
    key = torch.arange(n_key)[None, :]
    return key <= query + (n_key - n_query)
