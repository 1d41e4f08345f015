"""The trials of `global_local_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, bent_result
from reference_impl.growth import along
from reference_impl.patterns import global_local_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, window: int, K: int, start: int = 0) -> tuple[int, int, Tensor]:
    """K different positions in any order, none of them before `start` where there is room for that."""
    room = max(N - start, 0)
    order = torch.argsort(draw.integers(0, 1 << 30, room)) + start
    return N, window, order[:K]


def repeated(draw: Draw, N: int, window: int) -> tuple[int, int, Tensor]:
    position = draw.integers(0, max(N, 1), 1)
    return N, window, position.repeat(3)


def bent(flaws: frozenset[str], n: int, window: int, global_positions: Tensor) -> Tensor:
    """`global_local_mask` with flaws."""
    position = torch.arange(n)
    if "parameter-ignored:global" in flaws:
        global_positions = global_positions[:0]
    if "wrong-source:first" in flaws:  # as many, but the first ones
        global_positions = torch.arange(min(n, len(global_positions)))
    if "wrong-reduction:last" in flaws:
        global_positions = global_positions[-1:]
    everywhere = (position[:, None] == global_positions[None, :]).any(1)
    distance = position[:, None] - position[None, :]
    local = distance.abs() <= window
    if "window-off-by-one" in flaws:
        local = distance.abs() < window
    if "window-off-by-one:wide" in flaws:
        local = distance.abs() <= window + 1
    if "window-off-by-one:half" in flaws:
        local = distance.abs() <= window // 2
    if "parameter-ignored:window" in flaws:
        local = torch.eye(n, dtype=torch.bool)
    if "blocks-not-window" in flaws:
        local = position[:, None] // (window + 1) == position[None, :] // (window + 1)
    if "extra-term:causal-window" in flaws:
        local = (distance >= 0) & (distance <= window)
    if "mask-ignored:window" in flaws:
        local = torch.zeros(n, n, dtype=torch.bool)
    rows, columns = everywhere[:, None], everywhere[None, :]
    if "global-half-missing:rows" in flaws:
        mask = local | columns
    elif "global-half-missing:columns" in flaws:
        mask = local | rows
    elif "global-half-missing:crossings" in flaws:  # only where both are global
        mask = local | (rows & columns)
    elif "or-instead-of-and" in flaws:
        mask = local & (rows | columns)
    else:
        mask = local | rows | columns
    if "extra-term:causal" in flaws:
        mask = mask & (distance >= 0)
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=global_local_mask,
    cases=(
        *sweep("correct", arguments, N=(1, 2, 3, 5, 7, 9, 12), window=(0, 1, 2, 3, 5), K=(0, 1, 2, 3)),
        *sweep("correct", arguments, N=(9, 14), window=(0, 1, 2, 3), K=(1, 2), start=(3, 5)),
        *sweep("correct", repeated, N=(5, 8), window=(0, 1)),
        *sweep("correct", arguments, N=(33,), window=(1, 4), K=(0, 4)),
        *sweep("robust", arguments, N=(0,), window=(0, 2), K=(0,)),
        *sweep("robust", arguments, N=(5,), window=(1,), K=(2,), layout=("strided",)),
    ),
    bent=bent,
    flaws=(
        "global-half-missing:rows",
        "global-half-missing:columns",
        "global-half-missing:crossings",
        "parameter-ignored:global",
        "parameter-ignored:window",
        "window-off-by-one",
        "window-off-by-one:wide",
        "window-off-by-one:half",
        "blocks-not-window",
        "extra-term:causal",
        "extra-term:causal-window",
        "or-instead-of-and",
        "wrong-source:first",
        "wrong-reduction:last",
        "mask-ignored:window",
        *RESULT,
        "wrong-shape",
    ),
    also={
        "parameter-ignored:global": ("mask-ignored", "global-half-missing"),
        "global-half-missing:crossings": ("or-instead-of-and",),
    },
    growths=(along("N", arguments, (32, 64, 128, 256), window=4, K=3),),
)
