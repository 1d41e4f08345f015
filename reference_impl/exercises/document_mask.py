"""The trials of `document_mask`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.exercises._boolean import RESULT, TRIANGLE, bent_result, bent_triangle
from reference_impl.growth import along
from reference_impl.masks import document_mask
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, B: int, N: int, documents: str) -> tuple[Tensor]:
    """Documents one after the other, from 0 or another number on; or one id for all, or one each; or ids that
    come again later."""
    starts = draw.integers(0, 3, B, N) == 0
    running = starts.long().cumsum(-1) if N else starts.long()
    ids = {
        "packed": running - running[:, :1] if N else running,
        "from-seven": running + 7,
        "falling": 20 - running,
        "single": torch.zeros(B, N, dtype=torch.int64),
        "each": torch.arange(N).expand(B, N) + 3,
        "again": draw.integers(0, 3, B, N),
    }[documents]
    return (ids.clone(),)


def laid_out(draw: Draw, B: int, N: int) -> tuple[Tensor]:
    return (draw.integers(0, 3, B, N),)


def bent(flaws: frozenset[str], document_ids: Tensor) -> Tensor:
    """`document_mask` with flaws."""
    ids = document_ids
    if "mask-wrong-axis:first-batch" in flaws:
        ids = ids[:1].expand_as(ids)
    query, key = ids[:, None, :, None], ids[:, None, None, :]
    same = query == key
    if "wrong-source:earlier-too" in flaws:
        same = query >= key
    if "wrong-source:runs" in flaws and ids.shape[1]:  # a document that comes again counts as another
        changed = torch.cat([torch.zeros_like(ids[:, :1]), (ids[:, 1:] != ids[:, :-1]).long()], 1).cumsum(-1)
        same = changed[:, None, :, None] == changed[:, None, None, :]
    if "wrong-source:neighbours" in flaws:
        same = (query - key).abs() <= 1
    if "mask-ignored:documents" in flaws:
        same = torch.ones_like(same)
    if "mask-inverted:documents" in flaws:
        same = ~same
    triangle = bent_triangle(flaws, ids.shape[1])
    mask = same | triangle if "or-instead-of-and" in flaws else same & triangle
    if "extra-term:zero-is-padding" in flaws:
        mask = mask & (key != 0)
    if "wrong-shape:no-batch" in flaws:
        return mask[:1]
    return bent_result(flaws, mask)


EXERCISE = Exercise(
    function=document_mask,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            N=(1, 2, 3, 5, 8, 13),
            documents=("packed", "from-seven", "falling", "single", "each", "again"),
        ),
        *sweep("correct", arguments, B=(4,), N=(29,), documents=("packed", "again")),
        *sweep("robust", laid_out, B=(0, 1, 3), N=(0, 1, 4)),
        *sweep("robust", laid_out, B=(1, 3), N=(1, 5), layout=("transposed", "strided", "expanded")),
    ),
    bent=bent,
    flaws=(
        "mask-ignored:documents",
        *TRIANGLE,
        "or-instead-of-and",
        "mask-inverted:documents",
        "wrong-source:runs",
        "wrong-source:earlier-too",
        "wrong-source:neighbours",
        "mask-wrong-axis:first-batch",
        "extra-term:zero-is-padding",
        "wrong-shape:three",
        "wrong-shape:no-batch",
        *RESULT,
    ),
    also={
        "mask-ignored:documents": ("parameter-ignored",),
        "wrong-shape:no-batch": ("mask-wrong-axis",),
        "extra-term:zero-is-padding": ("pad-rows-masked",),
    },
    growths=(
        along("N", arguments, (32, 64, 128, 256), B=2, documents="packed"),
        along("B", arguments, (2, 8, 32), N=32, documents="packed"),
    ),
)
