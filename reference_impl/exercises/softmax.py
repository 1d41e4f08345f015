"""The trials of `softmax`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.attention import softmax
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep

SHAPES = ((1,), (5,), (1, 1), (2, 3), (4, 1), (3, 7), (2, 3, 4), (2, 1, 5, 3), (33,), (3, 65))


def arguments(
    draw: Draw, shape: tuple[int, ...], logits: str = "plain", dim: int | None = None
) -> tuple[Any, ...]:
    """Scores; `logits` says how large. A `dim` that the shape does not have becomes its nearest one."""
    x = draw.normal(*shape)
    if logits == "huge":
        x = x + 1e4
    elif logits == "tiny":
        x = x - 1e4
    elif logits == "wide":  # rows at different heights, and within a row some that underflow
        x = x * 1e4
    elif logits == "rows":
        x = x + torch.linspace(-1e4, 1e4, shape[0], dtype=x.dtype).reshape(-1, *[1] * (len(shape) - 1))
    if dim is None:
        return (x,)
    return x, max(-len(shape), min(dim, len(shape) - 1))


def rows(draw: Draw, N: int, B: int) -> tuple[Tensor]:
    """B rows of N scores."""
    return (draw.normal(B, N),)


def infinite(draw: Draw, shape: tuple[int, ...]) -> tuple[Tensor]:
    """Scores of which some are -inf, as masking leaves them, but never a whole row."""
    return (draw.normal(*shape).masked_fill(~draw.mask(*shape), -torch.inf),)


def bent(flaws: frozenset[str], x: Tensor, dim: int = -1) -> Tensor:
    """`softmax` with flaws."""
    for flaw, fixed in (("last", -1), ("first", 0), ("second", 1)):
        if f"softmax-wrong-dim:{flaw}" in flaws:
            dim = min(fixed, x.dim() - 1)
    dtype = x.dtype
    if "wrong-dtype:through-float32" in flaws or "wrong-dtype:float32" in flaws:
        x = x.float()
    if "wrong-dtype:float64" in flaws:
        dtype, x = torch.float64, x.double()
    if "wrong-scale:sqrt" in flaws:
        x = x / x.shape[dim] ** 0.5
    if "wrong-order" in flaws:
        x = -x
    powers = _powers(flaws, x, dim)
    if "wrong-reduction:log" in flaws:
        return powers.log() - powers.sum(dim, keepdim=True).log()
    result = powers / _denominator(flaws, powers, dim)
    if "detached-gradient" in flaws:
        result = result.detach()
    return result if "wrong-dtype:float32" in flaws else result.to(dtype)


def _powers(flaws: frozenset[str], x: Tensor, dim: int) -> Tensor:
    if "no-softmax" in flaws:
        return x
    if "no-softmax:sigmoid" in flaws:
        return torch.sigmoid(x)
    if "no-softmax:absolute" in flaws:
        return x.abs()
    if "no-softmax:base-two" in flaws:
        return torch.exp2(x - x.amax(dim, keepdim=True).detach())
    if "softmax-unstable" in flaws:
        return torch.exp(x)
    if "softmax-unstable:global-maximum" in flaws:
        return torch.exp(x - x.max().detach())
    if "softmax-unstable:mean" in flaws:
        return torch.exp(x - x.mean(dim, keepdim=True))
    if "softmax-unstable:minimum" in flaws:
        return torch.exp(x - x.amin(dim, keepdim=True))
    if "softmax-unstable:clamped" in flaws:
        return torch.exp(x.clamp(-50, 50))
    if "softmax-unstable:last-dim-maximum" in flaws:
        return torch.exp(x - x.amax(-1, keepdim=True))
    return torch.exp(x - x.amax(dim, keepdim=True).detach())


def _denominator(flaws: frozenset[str], powers: Tensor, dim: int) -> Tensor:
    if "wrong-denominator:everything" in flaws:
        return powers.sum()
    if "wrong-denominator:last-dim" in flaws:
        return powers.sum(-1, keepdim=True)
    if "wrong-denominator:maximum" in flaws:
        return powers.amax(dim, keepdim=True)
    if "wrong-denominator:norm" in flaws:
        return powers.square().sum(dim, keepdim=True).sqrt()
    if "wrong-reduction:mean" in flaws:
        return powers.mean(dim, keepdim=True)
    if "wrong-denominator:no-keepdim" in flaws:
        return powers.sum(dim)
    if "extra-term" in flaws:
        return powers.sum(dim, keepdim=True) + 1e-6
    if "extra-term:one" in flaws:
        return powers.sum(dim, keepdim=True) + 1
    if "wrong-denominator" in flaws:
        return torch.ones_like(powers)
    return powers.sum(dim, keepdim=True)


BOTH = ("float32", "float64")
DIMS = (None, -1, 0, 1, -2)
EXERCISE = Exercise(
    function=softmax,
    cases=(
        *sweep("correct", arguments, shape=SHAPES, dim=DIMS, dtype=BOTH, gradient=(False, True)),
        *sweep(
            "correct",
            arguments,
            magnitude=1e4,
            shape=((3,), (2, 3), (3, 7), (2, 3, 4)),
            logits=("huge", "tiny", "wide", "rows"),
            dim=(None, 0),
            dtype=BOTH,
            gradient=(False, True),
        ),
        *sweep("robust", infinite, shape=((3,), (2, 5), (2, 3, 4)), dtype=BOTH, gradient=(False, True)),
        *sweep(
            "robust",
            arguments,
            shape=((5,), (3, 7), (2, 3, 4), (2, 130)),
            dim=(None, 0),
            dtype=("bfloat16", "float16"),
            gradient=(False, True),
        ),
        *sweep(
            "robust",
            arguments,
            shape=((4,), (3, 5), (2, 3, 4)),
            dim=(None, 0),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=(False, True),
        ),
        *sweep(
            "robust", arguments, shape=((0, 3), (2, 0, 3)), dim=(None, -1), dtype=BOTH, gradient=(False, True)
        ),
    ),
    bent=bent,
    flaws=(
        "softmax-unstable",
        "softmax-unstable:global-maximum",
        "softmax-unstable:mean",
        "softmax-unstable:minimum",
        "softmax-unstable:clamped",
        "softmax-unstable:last-dim-maximum",
        "softmax-wrong-dim:last",
        "softmax-wrong-dim:first",
        "softmax-wrong-dim:second",
        "no-softmax",
        "no-softmax:sigmoid",
        "no-softmax:absolute",
        "no-softmax:base-two",
        "wrong-denominator",
        "wrong-denominator:everything",
        "wrong-denominator:last-dim",
        "wrong-denominator:maximum",
        "wrong-denominator:norm",
        "wrong-denominator:no-keepdim",
        "wrong-reduction:mean",
        "wrong-reduction:log",
        "wrong-order",
        "wrong-scale:sqrt",
        "extra-term",
        "extra-term:one",
        "wrong-dtype:through-float32",
        "wrong-dtype:float32",
        "wrong-dtype:float64",
        "detached-gradient",
    ),
    also={
        "softmax-wrong-dim:last": ("parameter-ignored",),
        "softmax-wrong-dim:first": ("parameter-ignored",),
        "softmax-wrong-dim:second": ("parameter-ignored",),
        "wrong-denominator:everything": ("wrong-reduction", "softmax-wrong-dim"),
        "wrong-denominator:last-dim": ("softmax-wrong-dim",),
        "wrong-denominator:no-keepdim": ("wrong-shape", "wrong-reduction"),
        "wrong-reduction:mean": ("wrong-denominator",),
        "extra-term": ("wrong-denominator",),
        "extra-term:one": ("wrong-denominator",),
    },
    forbidden=(
        "softmax",
        "log_softmax",
        "softmin",
        "gumbel_softmax",
        "_softmax",
        "_log_softmax",
        "_safe_softmax",
    ),
    growths=(along("N", rows, (64, 256, 1024), B=8), along("B", rows, (4, 16, 64), N=64)),
)
