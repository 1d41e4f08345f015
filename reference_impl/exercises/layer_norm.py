"""The trials of `layer_norm`; its inputs are also those of `rms_norm`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.growth import along
from reference_impl.norms import layer_norm
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep

# Some have two equal sizes, where a statistic that lost its dimension would broadcast without an error.
SHAPES = ((1,), (5,), (1, 1), (3, 4), (4, 4), (2, 1, 3), (2, 3, 7), (1, 3, 3), (3, 2, 2, 5), (2, 33))


def features(draw: Draw, shape: tuple[int, ...], numbers: str) -> Tensor:
    """The input; `numbers` says of which kind."""
    if numbers == "equal":  # the same in a row: no variance
        return draw.normal(*shape[:-1], 1).expand(shape).clone()
    x = draw.normal(*shape)
    if numbers == "zero":
        return torch.zeros_like(x)
    if numbers == "small":  # as small as the root of eps
        return x * 3e-3
    if numbers == "large":
        return x * 1e4
    return x + 2 if numbers == "shifted" else x


def arguments(
    draw: Draw, shape: tuple[int, ...], numbers: str = "plain", eps: float | None = None
) -> tuple[Any, ...]:
    """The input, weight and bias, and eps unless it is None."""
    x = features(draw, shape, numbers)
    given = x, draw.normal(shape[-1]), draw.normal(shape[-1])
    return given if eps is None else (*given, eps)


def tokens(draw: Draw, B: int, N: int, E: int) -> tuple[Any, ...]:
    """A batch of sequences, weight and bias."""
    return arguments(draw, (B, N, E))


def bent_dims(flaws: frozenset[str], x: Tensor) -> tuple[int, ...]:
    """Along which dimensions the statistics are taken, with flaws."""
    if "norm-wrong-dim:first" in flaws:
        return (0,)
    if "norm-wrong-dim:second" in flaws:
        return (min(1, x.dim() - 1),)
    if "norm-wrong-dim:tokens" in flaws:
        return (max(0, x.dim() - 2),)
    if "norm-wrong-dim:last-two" in flaws:
        return (-2, -1) if x.dim() > 1 else (-1,)
    if "norm-wrong-dim:everything" in flaws:
        return tuple(range(x.dim()))
    if "norm-wrong-dim:all-but-first" in flaws:
        return tuple(range(min(1, x.dim() - 1), x.dim()))
    if "norm-wrong-dim:all-but-last" in flaws:
        return tuple(range(max(1, x.dim() - 1)))
    return (-1,)


DIMS = (
    "norm-wrong-dim:first",
    "norm-wrong-dim:second",
    "norm-wrong-dim:tokens",
    "norm-wrong-dim:last-two",
    "norm-wrong-dim:everything",
    "norm-wrong-dim:all-but-first",
    "norm-wrong-dim:all-but-last",
)


def bent(flaws: frozenset[str], x: Tensor, weight: Tensor, bias: Tensor, eps: float | None = None) -> Tensor:
    """`layer_norm` with flaws."""
    dtype = x.dtype
    eps = bent_eps(flaws, eps, 1e-5)
    if flaws & {"wrong-dtype:float32", "wrong-dtype:through-float32"}:
        x, weight, bias = x.float(), weight.float(), bias.float()
    dims, keep = bent_dims(flaws, x), "wrong-shape:no-keepdim" not in flaws
    mean = x.mean(dims, keepdim=keep)
    if flaws & {"detached-gradient:statistics", "detached-gradient:mean"}:
        mean = mean.detach()
    centred = x - mean
    if "mean-not-subtracted" in flaws:
        centred = x
    if "mutates-input" in flaws:
        centred = x.sub_(mean)
    if flaws & {"mean-not-subtracted:anywhere", "wrong-denominator:mean-square"}:
        spread = _spread(flaws, x, dims, keep)
        centred = x if "mean-not-subtracted:anywhere" in flaws else centred
    else:
        spread = _spread(flaws, x - (mean if keep else x.mean(dims, keepdim=True)), dims, keep)
    if flaws & {"detached-gradient:statistics", "detached-gradient:variance"}:
        spread = spread.detach()
    result = affine(flaws, _divided(flaws, centred, spread, eps), weight, bias)
    if "extra-term:residual" in flaws:
        result = result + x
    if "detached-gradient" in flaws:
        result = result.detach()
    return result if "wrong-dtype:float32" in flaws else result.to(dtype)


def bent_eps(flaws: frozenset[str], eps: float | None, default: float) -> float:
    """The eps, with flaws."""
    if eps is None:
        for power in (5, 6, 8, 12):
            default = 10**-power if f"parameter-ignored:default-1e-{power}" in flaws else default
        eps = default
    fixed = {
        "eps-missing": 0.0,
        "eps-missing:tiny": 1e-12,
        "parameter-ignored:1e-5": 1e-5,
        "parameter-ignored:1e-6": 1e-6,
        "parameter-ignored:1e-8": 1e-8,
    }
    return next((value for flaw, value in fixed.items() if flaw in flaws), eps)


def _spread(flaws: frozenset[str], centred: Tensor, dims: tuple[int, ...], keep: bool) -> Tensor:
    if "variance-unbiased" in flaws:
        count = centred.numel() // max(1, centred.mean(dims).numel())
        return centred.square().sum(dims, keepdim=keep) / (count - 1)
    if "wrong-reduction:sum" in flaws:
        return centred.square().sum(dims, keepdim=keep)
    if "wrong-reduction:absolute" in flaws:
        return centred.abs().mean(dims, keepdim=keep).square()
    if "wrong-reduction:maximum" in flaws:
        return centred.abs().amax(dims, keepdim=keep).square()
    return centred.square().mean(dims, keepdim=keep)


def _divided(flaws: frozenset[str], centred: Tensor, spread: Tensor, eps: float) -> Tensor:
    if "wrong-denominator:variance" in flaws:
        return centred / (spread + eps)
    if "wrong-denominator:none" in flaws:
        return centred
    if "wrong-denominator:multiplied" in flaws:
        return centred * torch.sqrt(spread + eps)
    if "eps-outside-sqrt" in flaws:
        return centred / (torch.sqrt(spread) + eps)
    if "eps-outside-sqrt:at-least" in flaws:
        return centred / torch.sqrt(spread).clamp(min=eps)
    if "eps-outside-sqrt:squared" in flaws:
        return centred / torch.sqrt(spread + eps**2)
    if "eps-outside-sqrt:maximum" in flaws:
        return centred / torch.sqrt(spread.clamp(min=eps))
    return centred / torch.sqrt(spread + eps)


def affine(flaws: frozenset[str], x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The learned scale and shift, with flaws."""
    if "affine-missing" in flaws:
        return x
    if "affine-missing:weight" in flaws:
        return x + bias
    if "bias-missing" in flaws:
        return x * weight
    if "parameter-reused:exchanged" in flaws:
        return x * bias + weight
    if "parameter-reused:weight" in flaws:
        return x * weight + weight
    if "wrong-order:bias-first" in flaws:
        return (x + bias) * weight
    if "extra-term:one-plus-weight" in flaws:
        return x * (1 + weight) + bias
    if "wrong-order:bias-subtracted" in flaws:
        return x * weight - bias
    if "affine-missing:first-number" in flaws:
        return x * weight[:1] + bias[:1]
    return x * weight + bias


BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=layer_norm,
    cases=(
        *sweep(
            "correct",
            arguments,
            shape=SHAPES,
            numbers=("plain", "small", "shifted", "equal"),
            eps=(None, 1e-3, 0.1),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            shape=((5,), (2, 3, 7), (2, 65)),
            numbers=("large", "zero"),
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
            layout=("transposed", "strided"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust", arguments, shape=((3, 4),), eps=(None,), dtype=BOTH, layout=LAYOUTS[3:], gradient=ON_OFF
        ),
        *sweep("robust", arguments, shape=((0, 4), (2, 0, 3)), eps=(None, 0.1), dtype=BOTH, gradient=ON_OFF),
    ),
    bent=bent,
    flaws=(
        "variance-unbiased",
        "eps-missing",
        "eps-missing:tiny",
        "eps-outside-sqrt",
        "eps-outside-sqrt:at-least",
        "eps-outside-sqrt:squared",
        "eps-outside-sqrt:maximum",
        "parameter-ignored:1e-5",
        "parameter-ignored:1e-6",
        "parameter-ignored:1e-8",
        "parameter-ignored:default-1e-6",
        "parameter-ignored:default-1e-8",
        "parameter-ignored:default-1e-12",
        *DIMS,
        "mean-not-subtracted",
        "mean-not-subtracted:anywhere",
        "wrong-denominator:mean-square",
        "wrong-denominator:variance",
        "wrong-denominator:none",
        "wrong-denominator:multiplied",
        "wrong-reduction:sum",
        "wrong-reduction:absolute",
        "wrong-reduction:maximum",
        "affine-missing",
        "affine-missing:weight",
        "affine-missing:first-number",
        "bias-missing",
        "parameter-reused:exchanged",
        "parameter-reused:weight",
        "wrong-order:bias-first",
        "wrong-order:bias-subtracted",
        "extra-term:one-plus-weight",
        "extra-term:residual",
        "wrong-shape:no-keepdim",
        "wrong-dtype:through-float32",
        "wrong-dtype:float32",
        "detached-gradient",
        "detached-gradient:statistics",
        "detached-gradient:mean",
        "detached-gradient:variance",
        "mutates-input",
    ),
    also={
        "bias-missing": ("affine-missing",),
        "parameter-ignored:1e-6": ("eps-missing",),
        "parameter-ignored:1e-8": ("eps-missing",),
        "parameter-ignored:default-1e-6": ("eps-missing",),
        "parameter-ignored:default-1e-8": ("eps-missing",),
        "parameter-ignored:default-1e-12": ("eps-missing",),
        "eps-outside-sqrt:squared": ("eps-missing",),
        "wrong-denominator:mean-square": ("mean-not-subtracted",),
        "wrong-denominator:variance": ("wrong-reduction",),
        "wrong-reduction:sum": ("wrong-denominator",),
        "wrong-shape:no-keepdim": ("norm-wrong-dim",),
        "affine-missing:weight": ("parameter-ignored",),
    },
    # One group is the layer norm of the last dimension by another name.
    forbidden=("layer_norm", "native_layer_norm", "group_norm", "native_group_norm"),
    growths=(along("N", tokens, (64, 256, 1024), B=2, E=16), along("B", tokens, (4, 16, 64), N=16, E=16)),
)
