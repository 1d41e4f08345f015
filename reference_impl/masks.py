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


def length_mask(lengths: Tensor, max_len: int) -> Tensor:
    """Marks the first `length` keys of each row: a padding mask from lengths instead of tokens.

    Args:
        lengths: ``[B]``, integers.
        max_len: M, the number of keys; a length beyond it allows all of them.

    Returns:
        ``[B, 1, 1, M]`` bool; True where the position is smaller than the length. Cost: B * M comparisons.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3 speaks of masking
    the scores; lengths instead of tokens are common practice.
    """
    position = torch.arange(max_len, device=lengths.device)
    return (position < lengths[:, None])[:, None, None, :]


def decoder_mask(tokens: Tensor, pad_id: int) -> Tensor:
    """What a decoder's self-attention needs in training: causal, and no padding among the keys.

    Both conditions have to hold, hence "and". The rows of padded queries stay as they are: a query that
    stands on padding still sees the real tokens before it, and the loss ignores what it makes of them.

    Args:
        tokens: ``[B, N]``, integers.
        pad_id: the id of the padding token.

    Returns:
        ``[B, 1, N, N]`` bool. Cost: B * N^2 operations and bytes.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3.
    """
    return causal_mask(tokens.shape[1]).to(tokens.device) & padding_mask(tokens, pad_id)


def cross_attention_mask(source_tokens: Tensor, pad_id: int, n_query: int) -> Tensor:
    """What cross-attention needs: the source's padding, the same for every target position.

    The keys are the source's, so its padding counts and the target's does not; and the whole source is
    known from the start, so there is nothing causal about it.

    Args:
        source_tokens: ``[B, M]``, integers.
        pad_id: the id of the padding token.
        n_query: N, the number of target positions.

    Returns:
        ``[B, 1, N, M]`` bool, expanded and not copied. Cost: B * M comparisons.

    Source: Vaswani et al., Attention Is All You Need, arXiv 1706.03762, section 3.2.3.
    """
    return padding_mask(source_tokens, pad_id).expand(-1, -1, n_query, -1)


def document_mask(document_ids: Tensor) -> Tensor:
    """Several documents packed into one row: causal, within the same document only.

    Without it the tokens of one document attend to the unrelated one before it.

    Args:
        document_ids: ``[B, N]``, integers; equal numbers belong together, wherever they stand.

    Returns:
        ``[B, 1, N, N]`` bool. Cost: B * N^2 comparisons.

    Source: Krell et al., Efficient Sequence Packing without Cross-contamination, arXiv 2107.02027, section 3.
    """
    same = document_ids[:, None, :, None] == document_ids[:, None, None, :]
    return same & causal_mask(document_ids.shape[1]).to(document_ids.device)


def prefix_lm_mask(n: int, prefix_len: int) -> Tensor:
    """A prefix that is read in both directions, and a continuation that is causal.

    Every position may see the whole prefix, those within it included, so the prefix is encoded as by an
    encoder.

    Args:
        n: N, the length.
        prefix_len: how many positions belong to the prefix; 0 is a causal mask, N and more a full one.

    Returns:
        ``[N, N]`` bool. Cost: N^2 comparisons.

    Source: Raffel et al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text
    Transformer, arXiv 1910.10683, section 3.2.1.
    """
    return causal_mask(n) | (torch.arange(n) < prefix_len)
