"""The trials of `cross_attention_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises import padding_mask as padding
from reference_impl.exercises._boolean import RESULT, bent_result
from reference_impl.growth import along
from reference_impl.masks import cross_attention_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, B: int, N: int, M: int, padded: str, pad_id: int) -> tuple[Tensor, int, int]:
    """The source's tokens, some of them padding, and the length of the target."""
    return *padding.arguments(draw, B, M, padded, pad_id), N


def laid_out(draw: Draw, B: int, N: int, M: int, pad_id: int) -> tuple[Tensor, int, int]:
    return *padding.laid_out(draw, B, M, pad_id), N


def bent(flaws: frozenset[str], source_tokens: Tensor, pad_id: int, n_query: int) -> Tensor:
    """`cross_attention_mask` with flaws."""
    if "parameter-ignored:zero" in flaws:
        pad_id = 0
    batch, n_key = source_tokens.shape
    real = source_tokens > pad_id if "parameter-ignored:positive" in flaws else source_tokens != pad_id
    if "pad-id-inverted" in flaws:
        real = ~real
    if "mask-ignored" in flaws:
        real = torch.ones_like(real)
    if "mask-wrong-axis:first-batch" in flaws:
        real = real[:1].expand_as(real)
    if "parameter-ignored:n-query" in flaws:
        n_query = n_key
    if "wrong-shape:unexpanded" in flaws:
        return real[:, None, None, :]
    if "mask-wrong-axis:transposed" in flaws:
        return real[:, None, :, None].expand(batch, 1, n_key, n_query)
    mask = real[:, None, None, :].expand(batch, 1, n_query, n_key)
    if "mask-wrong-axis:flattened" in flaws:  # the numbers in another order: repeated, then cut otherwise
        mask = real.repeat_interleave(n_query, dim=1).reshape(batch, 1, n_query, n_key)
    if "extra-term:causal" in flaws:
        mask = mask & torch.ones(n_query, n_key, dtype=torch.bool).tril(n_key - n_query)
    if "extra-term:causal-top-left" in flaws:
        mask = mask & torch.ones(n_query, n_key, dtype=torch.bool).tril()
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=cross_attention_mask,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            N=(1, 2, 3, 5),
            M=(1, 2, 3, 5, 8),
            padded=("right", "left", "scattered", "nothing", "everything"),
            pad_id=(0, 1, 9, -1),
        ),
        *sweep("correct", arguments, B=(5,), N=(11,), M=(19,), padded=("right", "scattered"), pad_id=(0, 2)),
        *sweep("robust", laid_out, B=(0, 1, 3), N=(0, 1, 3), M=(0, 1, 4), pad_id=(0, 1)),
        *sweep(
            "robust",
            laid_out,
            B=(1, 3),
            N=(2,),
            M=(1, 5),
            pad_id=(1,),
            layout=("transposed", "strided", "expanded"),
        ),
    ),
    bent=bent,
    flaws=(
        "pad-id-inverted",
        "mask-ignored",
        "parameter-ignored:n-query",
        "parameter-ignored:zero",
        "parameter-ignored:positive",
        "mask-wrong-axis:first-batch",
        "mask-wrong-axis:transposed",
        "mask-wrong-axis:flattened",
        "extra-term:causal",
        "extra-term:causal-top-left",
        "wrong-shape:unexpanded",
        "wrong-shape:three",
        *(flaw for flaw in RESULT if flaw != "mask-inverted"),  # the same as an inverted pad id
    ),
    also={
        "pad-id-inverted": ("mask-inverted",),
        "parameter-ignored:n-query": ("wrong-shape",),
        "wrong-shape:unexpanded": ("parameter-ignored",),
        "mask-wrong-axis:transposed": ("wrong-shape",),
    },
    growths=(
        along("M", arguments, (64, 256, 1024), B=2, N=8, padded="scattered", pad_id=1),
        along("N", arguments, (64, 256, 1024), B=2, M=8, padded="scattered", pad_id=1),
    ),
)
