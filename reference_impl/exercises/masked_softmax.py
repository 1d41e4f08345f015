"""The trials of `masked_softmax`."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from reference_impl.attention import masked_softmax
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep

SHAPES = ((1,), (5,), (1, 1), (2, 3), (4, 1), (3, 7), (2, 3, 4), (2, 1, 5, 3), (2, 3, 4, 5))


def arguments(
    draw: Draw,
    shape: tuple[int, ...],
    mask: str = "full",
    dim: int | None = None,
    logits: str = "plain",
) -> tuple[Any, ...]:
    """Scores, and a mask of their shape or of one that broadcasts to it; `mask` may ask for empty rows."""
    scores = draw.normal(*shape, scale=3.0)
    if logits == "huge":
        scores = scores * 1e4
    elif logits == "high":
        scores = scores + 1e4
    kind, _, empty = mask.partition("-")
    last = len(shape) - 1
    axis = last if dim is None else range(len(shape))[max(-len(shape), min(dim, last))]
    sizes = {
        "full": shape,
        "last": (*[1] * last, shape[-1]),
        "short": shape[-1:],
        "first": (1, *shape[1:]) if last else shape,
        "column": (*shape[:-1], 1) if last else shape,
    }[kind]
    allowed = draw.mask(*sizes)
    if empty:  # along the dimension that is normalised, the first row or all of them
        index: list[Any] = [slice(None) if place == axis else 0 for place in range(len(shape))]
        broadcast = allowed.expand(shape).clone()
        broadcast[... if empty == "all" else tuple(index)] = False
        allowed = broadcast
    return (scores, allowed) if dim is None else (scores, allowed, axis)


def matrix(draw: Draw, N: int, M: int) -> tuple[Any, ...]:
    return arguments(draw, (2, N, M))


def bent(flaws: frozenset[str], scores: Tensor, mask: Tensor, dim: int = -1) -> Tensor:
    """`masked_softmax` with flaws."""
    if "parameter-ignored" in flaws:
        dim = -1
    for flaw, fixed in (("first", 0), ("second", 1), ("before", dim - 1)):
        if f"softmax-wrong-dim:{flaw}" in flaws:
            dim = max(-scores.dim(), min(fixed, scores.dim() - 1))
    if "mask-ignored" in flaws:
        mask = torch.ones_like(mask)
    if "mask-inverted" in flaws:
        mask = ~mask
    dtype = scores.dtype
    if "wrong-dtype:through-float32" in flaws or "wrong-dtype:float32" in flaws:
        scores = scores.float()
    if "mutates-input" in flaws:
        scores.masked_fill_(~mask, torch.finfo(scores.dtype).min)
    if "detached-gradient" in flaws:
        scores = scores.detach()
    result = _weights(flaws, scores, mask, dim)
    return result if "wrong-dtype:float32" in flaws else result.to(dtype)


def _weights(flaws: frozenset[str], scores: Tensor, mask: Tensor, dim: int) -> Tensor:
    added = {
        "mask-additive-one": scores + mask,
        "mask-additive-one:inverted": scores - (~mask).to(scores.dtype),
        "mask-additive-one:multiplied": scores * mask,
    }
    for flaw in (flaw for flaw in added if flaw in flaws):
        return torch.softmax(added[flaw], dim)
    if "mask-additive-one:multiplied-then-zero" in flaws:
        return torch.softmax(scores * mask, dim) * mask
    if "mask-after-softmax" in flaws:
        return torch.softmax(scores, dim) * mask
    if "mask-after-softmax:infinite" in flaws:
        return torch.softmax(scores, dim).masked_fill(~mask, -math.inf)
    if "nan-on-fully-masked" in flaws:
        return torch.softmax(scores.masked_fill(~mask, -math.inf), dim)
    if "nan-on-fully-masked:gradient" in flaws:
        added_mask = torch.zeros(mask.shape, dtype=scores.dtype).masked_fill(~mask, -math.inf)
        return torch.softmax(scores + added_mask, dim).masked_fill(~mask, 0.0)
    if "uniform-on-fully-masked" in flaws:
        return torch.softmax(scores.masked_fill(~mask, torch.finfo(scores.dtype).min), dim)
    if "softmax-unstable:finite-mask" in flaws:
        return torch.softmax(scores.masked_fill(~mask, -10.0), dim)
    if "softmax-unstable" in flaws:
        powers = torch.exp(scores) * mask
        total = powers.sum(dim, keepdim=True)
        return powers / total.masked_fill(total == 0, 1.0)
    if "extra-term" in flaws:
        powers = torch.exp(scores - scores.amax(dim, keepdim=True).detach()) * mask
        return powers / (powers.sum(dim, keepdim=True) + 1e-6)
    if "wrong-denominator:count" in flaws:
        return torch.softmax(scores, dim) * mask / mask.sum(dim, keepdim=True).clamp(min=1)
    if "no-softmax" in flaws:
        kept = scores * mask
        total = kept.sum(dim, keepdim=True)
        return kept / total.masked_fill(total == 0, 1.0)
    if "no-softmax:sigmoid" in flaws:
        return torch.sigmoid(scores) * mask
    if "no-softmax:logarithm" in flaws:
        return masked_softmax(scores, mask, dim).log()
    return masked_softmax(scores, mask, dim)


BOTH = ("float32", "float64")
DIMS = (None, -1, 0, 1, -2)
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=masked_softmax,
    cases=(
        *sweep(
            "correct",
            arguments,
            shape=SHAPES,
            mask=("full", "last", "short", "first", "column", "full-row", "full-all"),
            dim=DIMS,
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct", arguments, shape=((3, 33),), mask=("full", "full-row"), dtype=BOTH, gradient=(True,)
        ),
        *sweep(
            "robust",
            arguments,
            magnitude=1e4,
            shape=((3,), (3, 7), (2, 3, 4)),
            mask=("full", "short", "full-row"),
            dim=(None, 0),
            logits=("huge", "high"),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((5,), (3, 7), (2, 3, 4)),
            mask=("full", "full-row"),
            dim=(None, 0),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((4, 3), (2, 3, 4)),
            mask=("full", "full-row"),
            dim=(None, 0),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((0, 3), (2, 0, 3)),
            mask=("full", "short"),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        "mask-ignored",
        "mask-inverted",
        "mask-after-softmax",
        "mask-after-softmax:infinite",
        "mask-additive-one",
        "mask-additive-one:inverted",
        "mask-additive-one:multiplied",
        "mask-additive-one:multiplied-then-zero",
        "nan-on-fully-masked",
        "nan-on-fully-masked:gradient",
        "uniform-on-fully-masked",
        "parameter-ignored",
        "softmax-wrong-dim:first",
        "softmax-wrong-dim:second",
        "softmax-wrong-dim:before",
        "softmax-unstable",
        "softmax-unstable:finite-mask",
        "extra-term",
        "wrong-denominator:count",
        "no-softmax",
        "no-softmax:sigmoid",
        "no-softmax:logarithm",
        "mutates-input",
        "detached-gradient",
        "wrong-dtype:through-float32",
        "wrong-dtype:float32",
    ),
    also={
        "parameter-ignored": ("softmax-wrong-dim",),
        "mask-additive-one:multiplied": ("mask-ignored",),
        "mask-after-softmax": ("wrong-denominator",),
        "softmax-unstable:finite-mask": ("mask-additive-one", "uniform-on-fully-masked"),
    },
    growths=(
        along("N", matrix, (64, 128, 256, 512), M=64),
        along("M", matrix, (64, 128, 256, 512), N=64),
    ),
)
