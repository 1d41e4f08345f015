"""The trials of `causal_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.growth import along
from reference_impl.masks import causal_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, M: int | None = None) -> tuple[int, ...]:
    return (N,) if M is None else (N, M)


def bent(flaws: frozenset[str], n_query: int, n_key: int | None = None) -> Tensor:
    """`causal_mask` with flaws."""
    if n_key is None or "parameter-ignored" in flaws:
        n_key = n_query
    distance = torch.arange(n_query)[:, None] - torch.arange(n_key)[None, :]  # from the key up to the query
    if "causal-top-left" not in flaws:
        distance = distance + (n_key - n_query)
    if "causal-off-by-one:strict" in flaws:
        mask = distance > 0
    elif "causal-off-by-one:one-ahead" in flaws:
        mask = distance >= -1
    elif "causal-transposed" in flaws:
        mask = distance <= 0
    elif "causal-transposed:top-left" in flaws:
        mask = distance <= n_key - n_query
    elif "causal-missing" in flaws:
        mask = torch.ones_like(distance, dtype=torch.bool)
    else:
        mask = distance >= 0
    if "mask-inverted" in flaws:
        mask = ~mask
    if "wrong-dtype:float" in flaws:
        return mask.float()
    if "wrong-dtype:int" in flaws:
        return mask.long()
    return mask[None, None] if "wrong-shape" in flaws else mask


EXERCISE = Exercise(
    function=causal_mask,
    cases=(
        *sweep("correct", arguments, N=(1, 2, 3, 4, 7, 16, 33)),
        *sweep("correct", arguments, N=(1, 2, 3, 5, 8), M=(1, 2, 3, 5, 8, 13)),
        *sweep("robust", arguments, N=(0,)),
        *sweep("robust", arguments, N=(0, 1, 3), M=(0,)),
        *sweep("robust", arguments, N=(0,), M=(1, 4)),
    ),
    bent=bent,
    flaws=(
        "mask-inverted",
        "causal-off-by-one:strict",
        "causal-off-by-one:one-ahead",
        "causal-top-left",
        "causal-missing",
        "causal-transposed",
        "causal-transposed:top-left",
        "parameter-ignored",
        "wrong-dtype:float",
        "wrong-dtype:int",
        "wrong-shape",
    ),
    also={"parameter-ignored": ("wrong-shape",)},
    growths=(along("N", arguments, (32, 64, 128, 256), M=lambda n: n + 1),),
)
