"""The trials of `rms_norm`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.exercises import layer_norm
from reference_impl.growth import along
from reference_impl.norms import rms_norm
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(
    draw: Draw, shape: tuple[int, ...], numbers: str = "plain", eps: float | None = None
) -> tuple[Any, ...]:
    """The input and weight, and eps unless it is None."""
    x = layer_norm.features(draw, shape, numbers)
    if numbers == "small":  # the default eps is smaller here
        x = x / 3
    given = x, draw.normal(shape[-1])
    return given if eps is None else (*given, eps)


def tokens(draw: Draw, B: int, N: int, E: int) -> tuple[Any, ...]:
    """A batch of sequences, and the weight."""
    return arguments(draw, (B, N, E))


def bent(flaws: frozenset[str], x: Tensor, weight: Tensor, eps: float | None = None) -> Tensor:
    """`rms_norm` with flaws."""
    dtype = x.dtype
    eps = layer_norm.bent_eps(flaws, eps, 1e-6)
    if flaws & {"wrong-dtype:float32", "wrong-dtype:through-float32"}:
        x, weight = x.float(), weight.float()
    dims, keep = layer_norm.bent_dims(flaws, x), "wrong-shape:no-keepdim" not in flaws
    if "wrong-order:weight-first" in flaws:
        x, weight = x * weight, torch.ones_like(weight)
    numerator = x
    if flaws & {"extra-term:mean-subtracted", "extra-term:mean-subtracted-above"}:
        numerator = x - x.mean(dims, keepdim=True)
    spread = _spread(flaws, x if "extra-term:mean-subtracted-above" in flaws else numerator, dims, keep)
    if "extra-term:variance" in flaws:
        spread = _spread(flaws, x - x.mean(dims, keepdim=True), dims, keep)
    if "detached-gradient:statistics" in flaws:
        spread = spread.detach()
    if "mutates-input" in flaws:
        numerator = x.div_(torch.sqrt(spread.detach() + eps))
        spread, eps = torch.ones_like(spread), 0.0
    result = _scaled(flaws, _divided(flaws, numerator, spread, eps), weight)
    if "extra-term:residual" in flaws:
        result = result + x
    if "detached-gradient" in flaws:
        result = result.detach()
    return result if "wrong-dtype:float32" in flaws else result.to(dtype)


def _spread(flaws: frozenset[str], x: Tensor, dims: tuple[int, ...], keep: bool) -> Tensor:
    if "wrong-reduction:sum" in flaws:
        return x.square().sum(dims, keepdim=keep)
    if "wrong-reduction:one-less" in flaws:
        return x.square().sum(dims, keepdim=keep) / (x.shape[-1] - 1)
    if "wrong-reduction:absolute" in flaws:
        return x.abs().mean(dims, keepdim=keep).square()
    if "wrong-reduction:maximum" in flaws:
        return x.abs().amax(dims, keepdim=keep).square()
    if "wrong-reduction:mean" in flaws:
        return x.mean(dims, keepdim=keep).square()
    return x.square().mean(dims, keepdim=keep)


def _divided(flaws: frozenset[str], x: Tensor, spread: Tensor, eps: float) -> Tensor:
    if "wrong-denominator:mean-square" in flaws:
        return x / (spread + eps)
    if "wrong-denominator:none" in flaws:
        return x
    if "wrong-denominator:multiplied" in flaws:
        return x * torch.sqrt(spread + eps)
    if "eps-outside-sqrt" in flaws:
        return x / (torch.sqrt(spread) + eps)
    if "eps-outside-sqrt:at-least" in flaws:
        return x / torch.sqrt(spread).clamp(min=eps)
    if "wrong-reduction:length" in flaws:
        return x / torch.sqrt(spread * x.shape[-1]).clamp(min=1e-12)
    if "eps-outside-sqrt:squared" in flaws:
        return x / torch.sqrt(spread + eps**2)
    if "eps-outside-sqrt:maximum" in flaws:
        return x / torch.sqrt(spread.clamp(min=eps))
    return x / torch.sqrt(spread + eps)


def _scaled(flaws: frozenset[str], x: Tensor, weight: Tensor) -> Tensor:
    if "affine-missing" in flaws:
        return x
    if "affine-missing:first-number" in flaws:
        return x * weight[:1]
    if "extra-term:one-plus-weight" in flaws:
        return x * (1 + weight)
    if "extra-term:bias" in flaws:
        return x * weight + weight
    if "wrong-order:weight-divides" in flaws:
        return x / weight
    return x * weight


BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=rms_norm,
    cases=(
        *sweep(
            "correct",
            arguments,
            shape=layer_norm.SHAPES,
            numbers=("plain", "small", "shifted", "zero"),
            eps=(None, 1e-3, 0.1),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((5,), (2, 3, 7), (2, 65)),
            numbers=("large", "equal"),
            eps=(None, 1e-3),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((5,), (3, 4), (2, 3, 8), (2, 64)),
            numbers=("plain", "shifted"),
            eps=(None, 1e-3),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((3, 4), (2, 3, 4)),
            eps=(None, 1e-3),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep("robust", arguments, shape=((0, 4), (2, 0, 3)), eps=(None, 0.1), dtype=BOTH, gradient=ON_OFF),
    ),
    bent=bent,
    flaws=(
        "eps-missing",
        "eps-missing:tiny",
        "eps-outside-sqrt",
        "eps-outside-sqrt:at-least",
        "eps-outside-sqrt:squared",
        "eps-outside-sqrt:maximum",
        "parameter-ignored:1e-6",
        "parameter-ignored:1e-5",
        "parameter-ignored:1e-8",
        "parameter-ignored:default-1e-5",
        "parameter-ignored:default-1e-8",
        "parameter-ignored:default-1e-12",
        *layer_norm.DIMS,
        "extra-term:mean-subtracted",
        "extra-term:mean-subtracted-above",
        "extra-term:variance",
        "extra-term:one-plus-weight",
        "extra-term:bias",
        "extra-term:residual",
        "wrong-reduction:sum",
        "wrong-reduction:length",
        "wrong-reduction:one-less",
        "wrong-reduction:absolute",
        "wrong-reduction:maximum",
        "wrong-reduction:mean",
        "wrong-denominator:mean-square",
        "wrong-denominator:none",
        "wrong-denominator:multiplied",
        "affine-missing",
        "affine-missing:first-number",
        "wrong-order:weight-first",
        "wrong-order:weight-divides",
        "wrong-shape:no-keepdim",
        "wrong-dtype:through-float32",
        "wrong-dtype:float32",
        "detached-gradient",
        "detached-gradient:statistics",
        "mutates-input",
    ),
    also={
        "affine-missing": ("parameter-ignored",),
        "parameter-ignored:1e-5": ("eps-missing",),
        "parameter-ignored:1e-8": ("eps-missing",),
        "parameter-ignored:default-1e-5": ("eps-missing",),
        "parameter-ignored:default-1e-8": ("eps-missing",),
        "parameter-ignored:default-1e-12": ("eps-missing",),
        "wrong-reduction:length": ("wrong-denominator",),
        "eps-outside-sqrt:squared": ("eps-missing",),
        "wrong-reduction:sum": ("wrong-denominator",),
        "wrong-reduction:one-less": ("variance-unbiased",),
        "wrong-denominator:mean-square": ("wrong-reduction",),
        "wrong-shape:no-keepdim": ("norm-wrong-dim",),
        "extra-term:variance": ("wrong-denominator", "wrong-reduction"),
    },
    forbidden=("rms_norm", "_fused_rms_norm"),
    growths=(along("N", tokens, (64, 256, 1024), B=2, E=16), along("B", tokens, (4, 16, 64), N=16, E=16)),
)
