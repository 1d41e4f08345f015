"""The trials of `sliding_window_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, bent_result
from reference_impl.growth import along
from reference_impl.patterns import sliding_window_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, window: int) -> tuple[int, int]:
    return N, window


def bent(flaws: frozenset[str], n: int, window: int) -> Tensor:
    """`sliding_window_mask` with flaws."""
    if "parameter-ignored" in flaws:
        window = max(n, 1)
    if "parameter-ignored:two" in flaws:
        window = 2
    position = torch.arange(n)
    distance = position[:, None] - position[None, :]
    if "causal-transposed" in flaws:
        distance = -distance
    if "window-off-by-one:wide" in flaws:
        window += 1
    if "window-off-by-one:narrow" in flaws:
        window -= 1
    if "window-off-by-one:half" in flaws:
        return bent_result(flaws, distance.abs() <= window // 2)
    if "blocks-not-window" in flaws:
        same = position[:, None] // window == position[None, :] // window
        return bent_result(flaws, same & (distance >= 0))
    if "blocks-not-window:both-sides" in flaws:
        return bent_result(flaws, position[:, None] // window == position[None, :] // window)
    if "causal-missing" in flaws:
        mask = distance.abs() < window
    elif "causal-missing:all-later" in flaws:
        mask = distance < window
    elif "causal-off-by-one:strict" in flaws:
        mask = (distance > 0) & (distance < window)
    elif "causal-off-by-one:shifted" in flaws:
        mask = (distance > 0) & (distance <= window)
    elif "causal-off-by-one:one-ahead" in flaws:
        mask = (distance >= -1) & (distance < window)
    elif "or-instead-of-and" in flaws:
        mask = (distance >= 0) | (distance < window)
    elif "mask-inverted:window" in flaws:  # all but the window, of what is not later
        mask = (distance >= 0) & (distance >= window)
    else:
        mask = (distance >= 0) & (distance < window)
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=sliding_window_mask,
    cases=(
        *sweep("correct", arguments, N=(1, 2, 3, 4, 5, 7, 9, 13), window=(1, 2, 3, 4, 6, 20)),
        *sweep("correct", arguments, N=(33,), window=(1, 5, 16, 33)),
        *sweep("robust", arguments, N=(0,), window=(1, 3)),
    ),
    bent=bent,
    flaws=(
        "window-off-by-one:wide",
        "window-off-by-one:narrow",
        "window-off-by-one:half",
        "causal-missing",
        "causal-missing:all-later",
        "causal-transposed",
        "blocks-not-window",
        "blocks-not-window:both-sides",
        "parameter-ignored",
        "parameter-ignored:two",
        "causal-off-by-one:strict",
        "causal-off-by-one:shifted",
        "causal-off-by-one:one-ahead",
        "or-instead-of-and",
        "mask-inverted:window",
        *RESULT,
        "wrong-shape",
    ),
    also={
        "or-instead-of-and": ("mask-ignored",),
        "causal-off-by-one:strict": ("window-off-by-one",),
        "causal-off-by-one:shifted": ("window-off-by-one",),
        "window-off-by-one:half": ("causal-missing",),
        "parameter-ignored": ("mask-ignored",),
    },
    growths=(along("N", arguments, (32, 64, 128, 256), window=8),),
)
