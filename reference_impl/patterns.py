"""Sparse patterns of attention: windows, global tokens, blocks, trees.

As in `reference_impl.masks` the result is boolean and True = may attend. A mask alone saves nothing, for
the scores it forbids have been computed by then; it defines what an efficient kernel has to compute.
"""

from __future__ import annotations

import torch
from torch import Tensor


def sliding_window_mask(n: int, window: int) -> Tensor:
    """Lets each query see itself and the ``window - 1`` positions before it.

    Over L layers a position is still reached from ``L * (window - 1)`` positions back.

    Args:
        n: N, the length.
        window: how many keys a query sees at most, itself included; 1 is the diagonal.

    Returns:
        ``[N, N]`` bool; entry (i, j) is True where 0 <= i - j < window. Cost: N^2 comparisons.

    Source: Jiang et al., Mistral 7B, arXiv 2310.06825, section 2; Beltagy et al., Longformer, arXiv
    2004.05150, section 3.1.
    """
    position = torch.arange(n)
    distance = position[:, None] - position[None, :]
    return (distance >= 0) & (distance < window)


def global_local_mask(n: int, window: int, global_positions: Tensor) -> Tensor:
    """Longformer's pattern: a window on both sides, and a few positions that see and are seen by all.

    Args:
        n: N, the length.
        window: how far a query sees on each side, inclusive; 0 is the diagonal.
        global_positions: ``[K]``, integers from 0 to N - 1; none are fine, and so are repeated ones.

    Returns:
        ``[N, N]`` bool, symmetric and not causal; entry (i, j) is True where abs(i - j) <= window, or i
        or j is global. Cost: N^2 comparisons.

    Source: Beltagy et al., Longformer, arXiv 2004.05150, section 3.1.
    """
    position = torch.arange(n, device=global_positions.device)
    local = (position[:, None] - position[None, :]).abs() <= window
    everywhere = torch.isin(position, global_positions)
    return local | everywhere[:, None] | everywhere[None, :]


def block_sparse_mask(n: int, block: int, layout: Tensor) -> Tensor:
    """Expands a layout of blocks to positions: position i belongs to block ``i // block``.

    Args:
        n: N, the length; the last block may be short.
        block: positions in a block.
        layout: ``[n_blocks, n_blocks]`` bool with n_blocks = ceil(N / block); may query block r attend to
            key block c?

    Returns:
        ``[N, N]`` bool. Cost: N^2 lookups.

    Source: Zaheer et al., Big Bird, arXiv 2007.14062, appendix on the block implementation; Child et al.,
    Sparse Transformers, arXiv 1904.10509, section 5.5.
    """
    of_block = torch.arange(n, device=layout.device) // block
    return layout[of_block[:, None], of_block[None, :]]


def tree_mask(parent: Tensor) -> Tensor:
    """Lets each node of a tree see itself and its ancestors, as in speculative decoding over many drafts.

    All nodes climb one step at a time and mark where they arrive. A node that has passed its root stays
    outside.

    Args:
        parent: ``[N]``, integers: the parent of each node, -1 for a root. Several roots are fine, and a
            parent may come after its child in the list.

    Returns:
        ``[N, N]`` bool; entry (i, j) is True where j is i or an ancestor of i.
        Cost: N operations for each level of depth, N^2 bytes.

    Raises:
        ValueError: the parents form a cycle.

    Source: Miao et al., SpecInfer, arXiv 2305.09781, section 4.2; Cai et al., Medusa, arXiv 2401.10774,
    section 2.1.2.
    """
    n = parent.shape[0]
    mask = torch.zeros(n, n + 1, dtype=torch.bool, device=parent.device)
    node = torch.arange(n, device=parent.device)
    outside = torch.tensor(n, device=parent.device)
    above = torch.cat([torch.where(parent < 0, outside, parent), outside[None]])
    here = node
    for _ in range(n + 1):
        mask[node, here] = True  # the last column collects those that are outside
        here = above[here]
        if bool((here == n).all()):
            return mask[:, :n]
    raise ValueError(f"the parents {parent.tolist()} form a cycle")
