"""The trials of `tree_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, bent_result
from reference_impl.growth import along
from reference_impl.patterns import tree_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, tree: str, order: str = "rising") -> tuple[Tensor]:
    """A tree, or several, whose nodes come in the order of their depth, the other way round, or anyhow."""
    parent = torch.full((N,), -1, dtype=torch.int64)
    for node in range(1, N):
        parent[node] = {
            "chain": node - 1,
            "star": 0,
            "binary": (node - 1) // 2,
            "roots": -1,
            "two-chains": node - 2 if node > 1 else -1,
            "random": int(draw.integers(0, node, 1)),
            "forest": int(draw.integers(-1, node, 1)),
        }[tree]
    place = {
        "rising": torch.arange(N),
        "falling": torch.arange(N - 1, -1, -1),
        "mixed": torch.argsort(draw.integers(0, 1 << 30, N)),
    }[order]
    moved = torch.empty_like(parent)
    moved[place] = torch.where(parent < 0, -1, place[parent]) if N else parent
    return (moved,)


def bent(flaws: frozenset[str], parent: Tensor) -> Tensor:
    """`tree_mask` with flaws."""
    n = parent.shape[0]
    above = parent.tolist()
    mask = torch.zeros(n, n, dtype=torch.bool)
    for node in range(n):
        if "causal-off-by-one:no-self" not in flaws:
            mask[node, node] = True
        if "wrong-order" in flaws:  # takes the parent's row as it is by then
            if above[node] >= 0:
                mask[node] |= mask[above[node]]
            continue
        here, steps = above[node], 0
        while here >= 0 and steps < _reach(flaws, n):
            mask[node, here] = True
            here, steps = above[here], steps + 1
        if "wrong-source:wraps" in flaws:  # -1 taken for an index: the last node
            mask[node, -1] = True
        if "wrong-source:root-zero" in flaws:
            mask[node, 0] = True
    position = torch.arange(n)
    if "mask-ignored" in flaws:
        mask = position[:, None] >= position[None, :]
    if "extra-term:causal" in flaws:
        mask = mask & (position[:, None] >= position[None, :])
    if "extra-term:siblings" in flaws:
        mask = mask | (parent[:, None] == parent[None, :])
    if "extra-term:descendants" in flaws:
        mask = mask | mask.T
    if "causal-transposed" in flaws:
        mask = mask.T
    return bent_result(flaws, mask)


def _reach(flaws: frozenset[str], n: int) -> int:
    """How many steps up are taken."""
    if "wrong-reduction:parent-only" in flaws:
        return 1
    return 2 if "wrong-reduction:grandparent" in flaws else n


EXERCISE = Exercise(
    function=tree_mask,
    cases=(
        *sweep(
            "correct",
            arguments,
            N=(1, 2, 3, 5, 8, 11),
            tree=("chain", "star", "binary", "roots", "two-chains", "random", "forest"),
            order=("rising", "falling", "mixed"),
        ),
        *sweep("correct", arguments, N=(33,), tree=("chain", "random", "forest"), order=("rising", "mixed")),
        *sweep("robust", arguments, N=(0,), tree=("chain",)),
        *sweep("robust", arguments, N=(6,), tree=("random",), order=("mixed",), layout=("strided",)),
    ),
    bent=bent,
    flaws=(
        "causal-off-by-one:no-self",
        "wrong-reduction:parent-only",
        "wrong-reduction:grandparent",
        "wrong-order",
        "causal-transposed",
        "mask-ignored",
        "wrong-source:wraps",
        "wrong-source:root-zero",
        "extra-term:causal",
        "extra-term:siblings",
        "extra-term:descendants",
        *RESULT,
        "wrong-shape",
    ),
    also={
        "mask-ignored": ("parameter-ignored",),
        "wrong-order": ("extra-term",),
        "extra-term:causal": ("wrong-order",),
        "extra-term:descendants": ("causal-missing",),
    },
    growths=(along("N", arguments, (31, 63, 127, 255), tree="binary", counted=("flops", "memory")),),
)
