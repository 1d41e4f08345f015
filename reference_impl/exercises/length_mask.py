"""The trials of `length_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, bent_result
from reference_impl.growth import along
from reference_impl.masks import length_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, B: int, M: int, lengths: str = "any") -> tuple[Tensor, int]:
    """Lengths from 0 to M; the longest one falls short of M where `lengths` says so."""
    drawn = {
        "any": draw.integers(0, M + 1, B),
        "short": draw.integers(0, max(M, 1), B),
        "full": torch.full((B,), M),
        "zero": torch.zeros(B, dtype=torch.int64),
        "one": torch.ones(B, dtype=torch.int64).clamp(max=M),
    }[lengths]
    return drawn, M


def bent(flaws: frozenset[str], lengths: Tensor, max_len: int) -> Tensor:
    """`length_mask` with flaws."""
    if "parameter-ignored" in flaws:
        max_len = int(lengths.max()) if lengths.numel() else 0
    position = torch.arange(max_len)
    if "off-by-one-position:from-one" in flaws:
        position = position + 1
    limit = lengths[:, None]
    if "off-by-one-position:inclusive" in flaws:
        mask = position <= limit
    elif "wrong-order:left" in flaws:  # as if the padding stood on the left
        mask = position >= max_len - limit
    elif "wrong-reduction:maximum" in flaws:
        mask = (position < lengths.max()).expand(len(lengths), -1) if len(lengths) else position < limit
    elif "mask-wrong-axis:first-batch" in flaws:
        mask = (position < limit[:1]).expand(len(lengths), -1)
    else:
        mask = position < limit
    if "mask-wrong-axis:queries" in flaws:
        return mask[:, None, :, None]
    if "mask-wrong-axis:heads" in flaws:
        return mask[None, None]
    if "pad-rows-masked" in flaws:
        return mask[:, None, None, :] & mask[:, None, :, None]
    if "extra-term" in flaws:
        return mask[:, None, None, :] & torch.ones(max_len, max_len, dtype=torch.bool).tril()
    if "wrong-shape:square" in flaws:
        return mask[:, None, None, :].expand(-1, 1, max_len, -1)
    return bent_result(flaws, mask[:, None, None, :])


EXERCISE = Exercise(
    function=length_mask,
    cases=(
        *sweep(
            "correct", arguments, B=(1, 2, 3, 5), M=(1, 2, 3, 5, 8), lengths=("any", "short", "full", "one")
        ),
        *sweep("correct", arguments, B=(5,), M=(37,), lengths=("any", "short", "zero")),
        *sweep("robust", arguments, B=(0, 1, 3), M=(0, 4), lengths=("any", "zero")),
        *sweep("robust", arguments, B=(2, 3), M=(2, 5), lengths=("any",), layout=("strided", "expanded")),
    ),
    bent=bent,
    flaws=(
        *RESULT,
        "off-by-one-position:inclusive",
        "off-by-one-position:from-one",
        "parameter-ignored",
        "wrong-order:left",
        "wrong-reduction:maximum",
        "mask-wrong-axis:first-batch",
        "mask-wrong-axis:queries",
        "mask-wrong-axis:heads",
        "pad-rows-masked",
        "extra-term",
        "wrong-shape:flat",
        "wrong-shape:three",
        "wrong-shape:square",
    ),
    also={
        "parameter-ignored": ("wrong-shape",),
        "mask-inverted": ("pad-id-inverted",),
        "mask-wrong-axis:queries": ("wrong-shape",),
        "mask-wrong-axis:heads": ("wrong-shape",),
    },
    growths=(
        along("M", arguments, (64, 256, 1024), B=2),
        along("B", arguments, (2, 8, 32), M=64),
    ),
)
