"""The trials of `prefix_lm_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, TRIANGLE, bent_result, bent_triangle
from reference_impl.growth import along
from reference_impl.masks import prefix_lm_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, prefix: int) -> tuple[int, int]:
    """A prefix that is no longer than the sequence."""
    return N, min(prefix, N)


def bent(flaws: frozenset[str], n: int, prefix_len: int) -> Tensor:
    """`prefix_lm_mask` with flaws."""
    if "off-by-one-position:long" in flaws:
        prefix_len += 1
    if "off-by-one-position:short" in flaws:
        prefix_len -= 1
    if "parameter-ignored" in flaws:
        prefix_len = 0
    position = torch.arange(n)
    query, key = position[:, None], position[None, :]
    triangle = bent_triangle(flaws, n)
    if "or-instead-of-and" in flaws:
        mask = triangle & (key < prefix_len)
    elif "mask-wrong-axis:rows" in flaws:  # the prefix sees everything, the continuation too
        mask = triangle | (query < prefix_len)
    elif "mask-ignored:prefix-hidden" in flaws:
        mask = ((query < prefix_len) & (key < prefix_len)) | (triangle & (key >= prefix_len))
    elif "mask-inverted:prefix" in flaws:  # causal within the prefix, both directions after it
        mask = triangle | ((query >= prefix_len) & (key >= prefix_len))
    elif "causal-missing:prefix-only" in flaws:
        mask = (key < prefix_len).expand(n, n)
    elif "wrong-source:suffix" in flaws:
        mask = triangle | (key >= n - prefix_len)
    elif "blocks-not-window" in flaws:  # two blocks that do not see each other
        mask = ((query < prefix_len) & (key < prefix_len)) | (
            (query >= prefix_len) & (key >= prefix_len) & triangle
        )
    else:
        mask = triangle | (key < prefix_len)
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=prefix_lm_mask,
    cases=(
        *sweep("correct", arguments, N=(1, 2, 3, 4, 5, 7, 9, 13), prefix=(0, 1, 2, 3, 4, 6, 20)),
        *sweep("correct", arguments, N=(33,), prefix=(0, 5, 16, 33)),
        *sweep("robust", arguments, N=(0,), prefix=(0,)),
    ),
    bent=bent,
    flaws=(
        "parameter-ignored",
        "off-by-one-position:long",
        "off-by-one-position:short",
        *TRIANGLE,
        "or-instead-of-and",
        "mask-wrong-axis:rows",
        "mask-ignored:prefix-hidden",
        "mask-inverted:prefix",
        "causal-missing:prefix-only",
        "wrong-source:suffix",
        *RESULT,
        "wrong-shape",
    ),
    also={"mask-ignored:prefix-hidden": ("blocks-not-window",), "parameter-ignored": ("mask-ignored",)},
    growths=(along("N", arguments, (32, 64, 128, 256), prefix=8),),
)
