"""The trials of `decoder_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises import padding_mask as padding
from reference_impl.exercises._boolean import RESULT, TRIANGLE, bent_result, bent_triangle
from reference_impl.growth import along
from reference_impl.masks import decoder_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, B: int, N: int, padded: str, pad_id: int) -> tuple[Tensor, int]:
    """Tokens from 0 to 10, some of them padding."""
    return padding.arguments(draw, B, N, padded, pad_id)


def laid_out(draw: Draw, B: int, N: int, pad_id: int) -> tuple[Tensor, int]:
    return padding.laid_out(draw, B, N, pad_id)


def bent(flaws: frozenset[str], tokens: Tensor, pad_id: int) -> Tensor:
    """`decoder_mask` with flaws."""
    if "parameter-ignored:zero" in flaws:
        pad_id = 0
    length = tokens.shape[1]
    real = tokens > pad_id if "parameter-ignored:positive" in flaws else tokens != pad_id
    if "pad-id-inverted" in flaws:
        real = ~real
    if "mask-ignored:padding" in flaws:
        real = torch.ones_like(real)
    if "mask-wrong-axis:first-batch" in flaws:
        real = real[:1].expand_as(real)
    keys = real[:, None, :, None] if "mask-wrong-axis:queries" in flaws else real[:, None, None, :]
    triangle = bent_triangle(flaws, length)
    if "or-instead-of-and" in flaws:
        mask = triangle | keys
    elif "pad-rows-masked" in flaws:
        mask = triangle & keys & real[:, None, :, None]
    elif "pad-rows-masked:open" in flaws:
        mask = (triangle & keys) | ~real[:, None, :, None]
    elif "extra-term:diagonal" in flaws:  # so that no row is empty
        mask = (triangle & keys) | torch.eye(length, dtype=torch.bool)
    else:
        mask = triangle & keys
    if "wrong-shape:no-batch" in flaws:
        return mask[:1]
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=decoder_mask,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            N=(1, 2, 3, 5, 8),
            padded=("right", "left", "scattered", "nothing", "everything"),
            pad_id=(0, 1, 9, -1),
        ),
        *sweep("correct", arguments, B=(5,), N=(19,), padded=("right", "scattered"), pad_id=(0, 2)),
        *sweep("robust", laid_out, B=(0, 1, 3), N=(0, 1, 4), pad_id=(0, 1)),
        *sweep(
            "robust", laid_out, B=(1, 3), N=(1, 5), pad_id=(1,), layout=("transposed", "strided", "expanded")
        ),
    ),
    bent=bent,
    flaws=(
        "pad-id-inverted",
        "mask-ignored:padding",
        "or-instead-of-and",
        *TRIANGLE,
        "pad-rows-masked",
        "pad-rows-masked:open",
        "mask-wrong-axis:queries",
        "mask-wrong-axis:first-batch",
        "parameter-ignored:zero",
        "parameter-ignored:positive",
        "extra-term:diagonal",
        "wrong-shape:three",
        "wrong-shape:no-batch",
        *RESULT,
    ),
    also={"wrong-shape:no-batch": ("mask-wrong-axis",)},
    growths=(
        along("N", arguments, (32, 64, 128, 256), B=2, padded="scattered", pad_id=1),
        along("B", arguments, (2, 8, 32), N=32, padded="scattered", pad_id=1),
    ),
)
