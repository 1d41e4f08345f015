"""The trials of `apply_rope`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.growth import along
from reference_impl.positions import apply_rope
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(
    draw: Draw, B: int, H: int, N: int, P: int, positions: str = "from-zero", base: float | None = None
) -> tuple[Any, ...]:
    """Vectors of P pairs, their positions, and a base unless it is None."""
    x = draw.normal(B, H, N, 2 * P)
    scattered = draw.integers(0, {"far": 300, "near": 12}.get(positions, 40), N)
    where = {"from-zero": torch.arange(N), "later": torch.arange(N) + 7}.get(positions, scattered)
    return (x, where) if base is None else (x, where, base)


def bent(flaws: frozenset[str], x: Tensor, positions: Tensor, base: float = 10000.0) -> Tensor:
    """`apply_rope` with flaws."""
    if "parameter-ignored:everything" in flaws:
        return x.clone()
    dtype = x.dtype
    narrow = bool(flaws & {"wrong-dtype:through-float32", "wrong-dtype:float32"})
    narrow_angles = narrow or "wrong-dtype:angles" in flaws
    angles = _angles(flaws, x, positions, base).to(torch.float32 if narrow_angles else torch.float64)
    values = x.float() if narrow else x
    wide = torch.float64 if "wrong-dtype:float64" in flaws else values.dtype
    cos, sin = angles.cos().to(wide), angles.sin().to(wide)
    if "rotation-sign" in flaws:
        sin = -sin
    if "position-sin-cos-swapped" in flaws:
        cos, sin = sin, cos
    if "mutates-input" in flaws:
        x[..., 0::2], x[..., 1::2] = (
            x[..., 0::2] * cos - x[..., 1::2] * sin,
            x[..., 0::2] * sin + x[..., 1::2] * cos,
        )
        return x
    if "mutates-input:overwritten" in flaws:  # the odd columns see the even ones already turned
        x[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
        x[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
        return x
    result = _rotated(flaws, values, cos, sin)
    if "extra-term:residual" in flaws:
        result = result + x
    if "wrong-shape:heads-last" in flaws:
        result = result.transpose(1, 2)
    if "detached-gradient" in flaws:
        result = result.detach()
    return result if flaws & {"wrong-dtype:float32", "wrong-dtype:float64"} else result.to(dtype)


def _angles(flaws: frozenset[str], x: Tensor, positions: Tensor, base: float) -> Tensor:
    positions = _positions(flaws, x, positions)
    if "parameter-ignored:base" in flaws:
        base = 10000.0
    size = x.shape[-1]
    pairs = torch.arange(size // 2, dtype=torch.float64)
    exponents = 2 * pairs / size
    if "position-base:half-exponent" in flaws:
        exponents = exponents / 2
    if "position-base:double-exponent" in flaws:
        exponents = exponents * 2
    if "position-base:from-one" in flaws:
        exponents = exponents + 2 / size
    if "position-base:multiplied" in flaws:
        exponents = -exponents
    if "position-base:ends-included" in flaws:
        exponents = pairs / max(1, size // 2 - 1)
    if "position-base:same-everywhere" in flaws:
        exponents = torch.zeros_like(exponents)
    if "position-base:all-heads" in flaws:
        exponents = exponents / x.shape[1]
    angles: Tensor = positions.double()[:, None] * base**-exponents
    return angles.flip(-1) if "wrong-order:frequencies" in flaws else angles


def _positions(flaws: frozenset[str], x: Tensor, positions: Tensor) -> Tensor:
    if "parameter-ignored:positions" in flaws:
        return torch.arange(x.shape[-2])
    if "parameter-ignored:first-position" in flaws:  # only the first position counts
        return positions[:1] + torch.arange(x.shape[-2])
    if "off-by-one-position" in flaws:
        return positions + 1
    if "off-by-one-position:before" in flaws:
        return positions - 1
    if "off-by-one-position:from-the-first" in flaws:
        return positions - positions[:1]
    return positions


def _rotated(flaws: frozenset[str], x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    if "position-halves:partner" in flaws:  # cosines for pairs, the partner taken from the other half
        one, other = x.chunk(2, dim=-1)
        partner = torch.cat((-other, one), dim=-1)
        return x * cos.repeat_interleave(2, -1) + partner * sin.repeat_interleave(2, -1)
    if "position-halves:angles" in flaws:  # pairs are turned, by the angles of halves
        partner = torch.stack((-x[..., 1::2], x[..., 0::2]), dim=-1).flatten(-2)
        return x * torch.cat((cos, cos), -1) + partner * torch.cat((sin, sin), -1)
    one, other = x[..., 0::2], x[..., 1::2]
    if flaws & {"position-halves", "position-halves:input"}:
        one, other = x.chunk(2, dim=-1)
    turned = one * cos - other * sin, one * sin + other * cos
    if "rotation-sign:never-minus" in flaws:
        turned = one * cos + other * sin, one * sin + other * cos
    if "rotation-sign:always-minus" in flaws:
        turned = one * cos - other * sin, one * sin - other * cos
    if "wrong-source:turned-before" in flaws:  # the second number sees the first one already turned
        turned = turned[0], turned[0] * sin + other * cos
    if "wrong-order:pair-exchanged" in flaws:
        turned = turned[1], turned[0]
    if flaws & {"position-halves", "position-halves:output"}:
        return torch.cat(turned, dim=-1)
    if "extra-term:absolute" in flaws:  # sines and cosines added, as in the first transformer
        return x + torch.stack((sin, cos), dim=-1).flatten(-2)
    if "extra-term:missing-sine" in flaws:
        turned = one * cos, other * cos
    return torch.stack(turned, dim=-1).flatten(-2)


BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=apply_rope,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            H=(1, 3),
            N=(1, 2, 3, 5),
            P=(1, 2, 3, 4),
            positions=("from-zero", "later", "scattered", "far"),
            base=(None, 100.0, 500000.0),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            B=(2,),
            H=(3,),
            N=(11,),
            P=(8,),
            positions=("from-zero", "scattered"),
            base=(None, 300.0),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(1, 2),
            H=(2,),
            N=(3, 12),
            P=(2, 16),
            positions=("from-zero", "near"),
            base=(None, 100.0),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(1, 3),
            H=(2,),
            N=(3, 5),
            P=(2, 3),
            positions=("scattered",),
            base=(None, 100.0),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(0, 2),
            H=(2,),
            N=(0, 3),
            P=(2,),
            positions=("from-zero",),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        "position-halves",
        "position-halves:input",
        "position-halves:output",
        "position-halves:partner",
        "position-halves:angles",
        "rotation-sign",
        "rotation-sign:never-minus",
        "rotation-sign:always-minus",
        "position-sin-cos-swapped",
        "off-by-one-position",
        "off-by-one-position:before",
        "off-by-one-position:from-the-first",
        "parameter-ignored:positions",
        "parameter-ignored:first-position",
        "parameter-ignored:base",
        "parameter-ignored:everything",
        "position-base:half-exponent",
        "position-base:double-exponent",
        "position-base:from-one",
        "position-base:multiplied",
        "position-base:ends-included",
        "position-base:same-everywhere",
        "position-base:all-heads",
        "wrong-order:frequencies",
        "wrong-order:pair-exchanged",
        "wrong-source:turned-before",
        "extra-term:residual",
        "extra-term:absolute",
        "extra-term:missing-sine",
        "wrong-shape:heads-last",
        "wrong-dtype:angles",
        "wrong-dtype:through-float32",
        "wrong-dtype:float32",
        "wrong-dtype:float64",
        "detached-gradient",
        "mutates-input",
        "mutates-input:overwritten",
    ),
    also={
        "off-by-one-position:from-the-first": ("parameter-ignored",),
        "position-base:from-one": ("off-by-one-position",),
        "position-base:same-everywhere": ("parameter-ignored",),
        "wrong-order:frequencies": ("position-base",),
        "wrong-source:turned-before": ("mutates-input",),
    },
    growths=(
        along("N", arguments, (64, 256, 1024), B=1, H=2, P=8, positions="scattered"),
        along("B", arguments, (2, 4, 8, 16), N=32, H=2, P=8, positions="scattered"),
        along("H", arguments, (2, 4, 8, 16), N=32, B=2, P=8, positions="scattered"),
    ),
)
