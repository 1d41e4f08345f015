"""The trials of `block_sparse_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, bent_result
from reference_impl.growth import along
from reference_impl.patterns import block_sparse_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, block: int, layout_kind: str = "random") -> tuple[int, int, Tensor]:
    """A layout of blocks, the last of which may be short."""
    blocks = -(-N // block)
    layout = {
        "random": draw.integers(0, 2, blocks, blocks) == 1,
        "diagonal": torch.eye(blocks, dtype=torch.bool),
        "lower": torch.ones(blocks, blocks, dtype=torch.bool).tril(),
        "full": torch.ones(blocks, blocks, dtype=torch.bool),
        "empty": torch.zeros(blocks, blocks, dtype=torch.bool),
    }[layout_kind]
    return N, block, layout


def bent(flaws: frozenset[str], n: int, block: int, layout: Tensor) -> Tensor:
    """`block_sparse_mask` with flaws."""
    if "parameter-ignored:layout" in flaws:
        layout = torch.eye(layout.shape[0], dtype=torch.bool)
    if "mask-wrong-axis:transposed" in flaws:
        layout = layout.T
    if "wrong-order:tiled" in flaws:
        return layout.repeat(block, block)[:n, :n]
    if "wrong-shape:not-cut" in flaws:
        return layout.repeat_interleave(block, 0).repeat_interleave(block, 1)
    position = torch.arange(n)
    if "wrong-order:tiled-rows" in flaws:
        return layout.repeat(block, 1)[:n].repeat_interleave(block, 1)[:, :n]
    of_block = position // block
    if "wrong-order:interleaved" in flaws:
        of_block = position % max(layout.shape[0], 1)
    if "off-by-one-position" in flaws:
        of_block = (position + 1) // block
        of_block = of_block.clamp(max=max(layout.shape[0] - 1, 0))
    if "wrong-source:equal-parts" in flaws:  # as many blocks, but of equal size instead of `block`
        of_block = position * layout.shape[0] // max(n, 1)
    mask = layout[of_block[:, None], of_block[None, :]]
    distance = position[:, None] - position[None, :]
    if "tail-chunk-dropped" in flaws:
        whole = position < n // block * block
        mask = mask & whole[:, None] & whole[None, :]
    if "extra-term:causal" in flaws:
        mask = mask & (distance >= 0)
    if "extra-term:diagonal" in flaws:
        mask = mask | (of_block[:, None] == of_block[None, :])
    if "extra-term:self" in flaws:
        mask = mask | (distance == 0)
    if "extra-term:symmetric" in flaws:
        mask = mask | mask.T
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=block_sparse_mask,
    cases=(
        *sweep(
            "correct",
            arguments,
            N=(1, 2, 3, 5, 6, 8, 11, 13),
            block=(1, 2, 3, 4, 5),
            layout_kind=("random", "diagonal", "lower", "full", "empty"),
        ),
        *sweep("correct", arguments, N=(33, 48), block=(8, 7), layout_kind=("random",)),
        *sweep("robust", arguments, N=(0,), block=(1, 3), layout_kind=("random",)),
        *sweep(
            "robust", arguments, N=(7,), block=(2,), layout_kind=("random",), layout=("transposed", "strided")
        ),
    ),
    bent=bent,
    flaws=(
        "tail-chunk-dropped",
        "mask-wrong-axis:transposed",
        "wrong-order:tiled",
        "wrong-order:tiled-rows",
        "wrong-order:interleaved",
        "off-by-one-position",
        "wrong-source:equal-parts",
        "parameter-ignored:layout",
        "extra-term:causal",
        "extra-term:diagonal",
        "extra-term:self",
        "extra-term:symmetric",
        "wrong-shape:not-cut",
        *RESULT,
        "wrong-shape",
    ),
    also={
        "wrong-shape:not-cut": ("tail-chunk-dropped",),
        "mask-wrong-axis:transposed": ("causal-transposed",),
    },
    growths=(along("N", arguments, (32, 64, 128, 256), block=8),),
)
