"""The trials of `sinusoidal_positions`."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from reference_impl.growth import along
from reference_impl.positions import sinusoidal_positions
from reference_impl.trial import Draw, Exercise, sweep


def arguments(draw: Draw, N: int, P: int) -> tuple[int, int]:
    """The number of positions, and a size of P pairs."""
    return N, 2 * P


def bent(flaws: frozenset[str], n: int, d_model: int) -> Tensor:
    """`sinusoidal_positions` with flaws."""
    positions = torch.arange(n, dtype=torch.float64)
    if "off-by-one-position" in flaws:
        positions = positions + 1
    if "off-by-one-position:before" in flaws:
        positions = positions - 1
    if "wrong-order:positions" in flaws:
        positions = positions.flip(0)
    if "extra-term:relative" in flaws:
        positions = positions / max(n, 1)
    angles = positions[:, None] * _frequencies(flaws, d_model)
    if "rotation-sign" in flaws:
        angles = -angles
    if "wrong-order:frequencies" in flaws:
        angles = angles.flip(-1)
    table = _columns(flaws, angles, d_model)
    if "extra-term:scaled" in flaws:
        table = table * math.sqrt(d_model)
    if "wrong-shape:batch" in flaws:
        table = table[None]
    if "wrong-shape:transposed" in flaws:
        table = table.T
    return table.to(torch.float64 if "wrong-dtype:float64" in flaws else torch.float32)


def _frequencies(flaws: frozenset[str], d_model: int) -> Tensor:
    pairs = torch.arange(d_model // 2, dtype=torch.float64)
    exponents, base = 2 * pairs / d_model, 10000.0
    for flaw, value in BASES.items():
        if flaw in flaws:
            base = value
    if "position-base:half-exponent" in flaws:
        exponents = exponents / 2
    if "position-base:double-exponent" in flaws:
        exponents = exponents * 2
    if "position-base:from-one" in flaws:
        exponents = exponents + 2 / d_model
    if "position-base:next-column" in flaws:
        exponents = exponents + 1 / d_model
    if "position-base:one-column-less" in flaws:
        exponents = 2 * pairs / (d_model - 1)
    if "position-base:fixed-size" in flaws:
        exponents = 2 * pairs / 512
    if "position-base:ends-included" in flaws:
        exponents = pairs / max(1, d_model // 2 - 1)
    if "position-base:multiplied" in flaws:
        exponents = -exponents
    if "position-base:same-everywhere" in flaws:
        exponents = torch.zeros_like(exponents)
    turn = 2 * math.pi if "position-base:turns" in flaws else 1.0
    return turn * base**-exponents


# A base that is taken for another; e where the logarithm of the base was left out.
BASES = {
    "position-base:1000": 1000.0,
    "position-base:100000": 100000.0,
    "position-base:exponential": math.e,
    "position-base:size": 512.0,
}


def _columns(flaws: frozenset[str], angles: Tensor, d_model: int) -> Tensor:
    sine, cosine = angles.sin(), angles.cos()
    if flaws & {"position-sin-cos-swapped", "position-halves:cosine-first"}:
        sine, cosine = cosine, sine
    if "position-sin-cos-swapped:sine-only" in flaws:
        cosine = sine
    if "position-sin-cos-swapped:cosine-only" in flaws:
        sine = cosine
    if flaws & {"position-halves", "position-halves:cosine-first"}:
        return torch.cat((sine, cosine), dim=-1)
    table = torch.stack((sine, cosine), dim=-1).flatten(-2)
    if "position-base:each-column" in flaws:  # every column a frequency of its own
        column = torch.arange(d_model, dtype=torch.float64)
        own = torch.arange(angles.shape[0], dtype=torch.float64)[:, None] * 10000.0 ** (-column / d_model)
        table = torch.where(column % 2 == 0, own.sin(), own.cos())
    if "position-base:each-column-doubled" in flaws:
        column = torch.arange(d_model, dtype=torch.float64)
        own = torch.arange(angles.shape[0], dtype=torch.float64)[:, None] * 10000.0 ** (-2 * column / d_model)
        table = torch.where(column % 2 == 0, own.sin(), own.cos())
    return table


EXERCISE = Exercise(
    function=sinusoidal_positions,
    cases=(
        *sweep("correct", arguments, N=(1, 2, 3, 5, 8, 17, 60), P=(1, 2, 3, 4, 7, 16)),
        *sweep("robust", arguments, N=(0, 4, 300), P=(1, 5, 64, 256)),
    ),
    bent=bent,
    flaws=(
        "position-sin-cos-swapped",
        "position-sin-cos-swapped:sine-only",
        "position-sin-cos-swapped:cosine-only",
        "position-halves",
        "position-halves:cosine-first",
        *BASES,
        "position-base:half-exponent",
        "position-base:double-exponent",
        "position-base:from-one",
        "position-base:next-column",
        "position-base:one-column-less",
        "position-base:fixed-size",
        "position-base:ends-included",
        "position-base:multiplied",
        "position-base:same-everywhere",
        "position-base:turns",
        "position-base:each-column",
        "position-base:each-column-doubled",
        "rotation-sign",
        "off-by-one-position",
        "off-by-one-position:before",
        "wrong-order:positions",
        "wrong-order:frequencies",
        "extra-term:relative",
        "extra-term:scaled",
        "wrong-shape:batch",
        "wrong-shape:transposed",
        "wrong-dtype:float64",
    ),
    also={
        "position-halves:cosine-first": ("position-sin-cos-swapped",),
        "position-base:multiplied": ("wrong-order",),
        "wrong-order:frequencies": ("position-base",),
        "position-base:fixed-size": ("fixed-size",),
        "position-base:from-one": ("off-by-one-position",),
        "position-base:same-everywhere": ("parameter-ignored",),
    },
    growths=(along("N", arguments, (64, 256, 1024), P=8),),
)
