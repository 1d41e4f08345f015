"""The trials of `padding_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.growth import along
from reference_impl.masks import padding_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, B: int, M: int, padding: str, pad_id: int) -> tuple[Tensor, int]:
    """Tokens from 0 to 10, so that the padding id lies below, among and above the real ones."""
    tokens = draw.integers(0, 10, B, M)
    tokens = torch.where(tokens == pad_id, 10, tokens)  # now nothing is padding
    length = draw.integers(0, M + 1, B, 1)
    position = torch.arange(M)[None, :]
    padded = {
        "right": position >= length.clamp(min=1),
        "left": position < length.clamp(max=M - 1),
        "scattered": draw.integers(0, 2, B, M) == 0,
        "nothing": torch.zeros(B, M, dtype=torch.bool),
        "everything": torch.ones(B, M, dtype=torch.bool),
    }[padding]
    return torch.where(padded, pad_id, tokens), pad_id


def laid_out(draw: Draw, B: int, M: int, pad_id: int) -> tuple[Tensor, int]:
    return draw.integers(0, 3, B, M), pad_id


def bent(flaws: frozenset[str], tokens: Tensor, pad_id: int) -> Tensor:
    """`padding_mask` with flaws."""
    if "parameter-ignored:zero" in flaws:
        pad_id = 0
    mask = tokens != pad_id
    if "parameter-ignored:positive" in flaws:
        mask = tokens > pad_id
    if "pad-id-inverted" in flaws:
        mask = ~mask
    batch, length = tokens.shape
    if "wrong-dtype:float" in flaws:
        mask = mask.float()
    if "wrong-dtype:int" in flaws:
        mask = mask.long()
    if "wrong-shape:flat" in flaws:
        return mask
    if "wrong-shape:three" in flaws:
        return mask[:, None, :]
    if "mask-wrong-axis:queries" in flaws:
        return mask[:, None, :, None]
    if "mask-wrong-axis:heads" in flaws:
        return mask[None, None, :, :]
    if "pad-rows-masked" in flaws:
        return mask[:, None, None, :] & mask[:, None, :, None]
    if "extra-term" in flaws:
        return mask[:, None, None, :] & torch.ones(length, length, dtype=torch.bool).tril()
    if "wrong-shape:square" in flaws:
        return mask[:, None, None, :].expand(batch, 1, length, length)
    return mask[:, None, None, :]


EXERCISE = Exercise(
    function=padding_mask,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            M=(1, 2, 3, 5, 8),
            padding=("right", "left", "scattered", "nothing", "everything"),
            pad_id=(0, 1, 9, -1),
        ),
        *sweep("correct", arguments, B=(5,), M=(37,), padding=("right", "scattered"), pad_id=(0, 2)),
        *sweep("robust", laid_out, B=(0, 1, 3), M=(0, 1, 4), pad_id=(0, 1)),
        *sweep(
            "robust", laid_out, B=(1, 3), M=(1, 5), pad_id=(1,), layout=("transposed", "strided", "expanded")
        ),
    ),
    bent=bent,
    flaws=(
        "pad-id-inverted",
        "parameter-ignored:zero",
        "parameter-ignored:positive",
        "wrong-dtype:float",
        "wrong-dtype:int",
        "wrong-shape:flat",
        "wrong-shape:three",
        "wrong-shape:square",
        "mask-wrong-axis:queries",
        "mask-wrong-axis:heads",
        "pad-rows-masked",
        "extra-term",
    ),
    also={
        "pad-id-inverted": ("mask-inverted",),
        "mask-wrong-axis:queries": ("wrong-shape",),
        "mask-wrong-axis:heads": ("wrong-shape",),
    },
    growths=(
        along("M", arguments, (64, 256, 1024), B=2, padding="scattered", pad_id=1),
        along("B", arguments, (2, 8, 32), M=64, padding="scattered", pad_id=1),
    ),
)
