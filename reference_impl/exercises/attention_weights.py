"""The trials of `attention_weights`."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from reference_impl.attention import attention_weights
from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(
    draw: Draw,
    N: int,
    M: int,
    D: int,
    B: int = 1,
    H: int = 1,
    rank: int = 4,
    mask: str | None = None,
    logits: str = "plain",
) -> tuple[Any, ...]:
    """Query and key of one rank, and a mask unless it is None."""
    query, key, _, *rest = attention.arguments(draw, N, M, D, 1, B, H, rank, mask, logits)
    return query, key, *rest


def bent(flaws: frozenset[str], query: Tensor, key: Tensor, mask: Tensor | None = None) -> Tensor:
    """`attention_weights` with flaws."""
    if "mutates-input" in flaws:
        query.mul_(query.shape[-1] ** -0.5)
        flaws = flaws | {"missing-scale"}
    query, key, _ = attention.bent_sources(flaws, query, key, key)
    dtype = query.dtype
    if flaws & {"wrong-dtype:float32", "wrong-dtype:through-float32"}:
        query, key = query.float(), key.float()
    if "no-softmax:scores" in flaws:
        scores = query @ key.transpose(-2, -1) * attention.bent_scale(flaws, query, key, key)
        allowed = attention.bent_mask(flaws, mask, scores)
        weights = scores if allowed is None else scores.masked_fill(~allowed, -math.inf)
    else:
        weights = attention.bent_weights(flaws, query, key, key, mask)
    if "no-softmax:logarithm" in flaws:
        weights = weights.log()
    if "wrong-reduction:heads-averaged" in flaws and weights.dim() == 4:
        weights = weights.mean(1)
    if "wrong-reduction:one-hot" in flaws:
        weights = torch.zeros_like(weights).scatter(-1, weights.argmax(-1, keepdim=True), 1.0)
    if "extra-term:epsilon" in flaws:
        weights = weights + 1e-6
    if "wrong-shape" in flaws:
        weights = weights.transpose(-2, -1)
    if "detached-gradient" in flaws:
        weights = weights.detach()
    return weights if "wrong-dtype:float32" in flaws else weights.to(dtype)


BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=attention_weights,
    cases=(
        *sweep(
            "correct",
            arguments,
            rank=(2,),
            mask=(None, "M", "NM"),
            N=(1, 2, 5),
            M=(1, 3, 7),
            D=(1, 2, 5),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            rank=(3,),
            mask=(None, "NM", "HNM", "1NM"),
            B=(1, 3),
            N=(1, 3, 4),
            M=(1, 3, 5),
            D=(2, 3),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            mask=attention.MASKS,
            B=(1, 2, 3),
            H=(1, 3),
            N=(1, 3, 4, 5),
            M=(1, 3, 5, 7),
            D=(2, 3, 8),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            mask=(None, "BHNM"),
            B=(2,),
            H=(3,),
            N=(17,),
            M=(33,),
            D=(16,),
            dtype=BOTH,
            gradient=(True,),
        ),
        *sweep(
            "robust",
            arguments,
            mask=("NM-empty", "HNM-empty", "B1NM-empty", "BHNM-empty", "M-empty", "B11M-empty"),
            B=(1, 2),
            H=(1, 3),
            N=(1, 4),
            M=(1, 3),
            D=(4,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            magnitude=1e4,
            logits=("huge",),
            mask=(None, "NM", "NM-empty"),
            B=(2,),
            H=(2,),
            N=(3, 4),
            M=(1, 5),
            D=(2, 4),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            mask=(None, "NM", "NM-empty"),
            B=(2,),
            H=(2,),
            N=(3, 16),
            M=(5, 40),
            D=(4, 32),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            mask=(None, "NM", "BHNM"),
            B=(1, 3),
            H=(2,),
            N=(3,),
            M=(4,),
            D=(4,),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            mask=(None, "NM"),
            B=(0, 2),
            H=(2,),
            N=(0, 3),
            M=(4,),
            D=(4,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        *attention.FLAWS,
        "no-softmax:scores",
        "no-softmax:logarithm",
        "key-query-swapped",
        "wrong-source:key-from-query",
        "wrong-source:query-from-key",
        "wrong-reduction:heads-averaged",
        "wrong-reduction:one-hot",
        "extra-term:epsilon",
        "wrong-shape",
        "pad-rows-masked",
        "detached-gradient:query",
        "detached-gradient:key",
        "mutates-input",
    ),
    also={
        **attention.ALSO,
        "no-softmax:scores": ("mask-after-softmax",),
        "wrong-reduction:heads-averaged": ("wrong-shape",),
        "wrong-shape": ("key-query-swapped",),
    },
    forbidden=attention.FORBIDDEN,
    growths=(
        along("N", arguments, (64, 128, 256, 512), also=("M",), B=1, H=2, D=16, mask="NM"),
        along("B", arguments, (2, 4, 8, 16), N=64, M=64, H=2, D=16, mask="B1NM"),
        along("H", arguments, (2, 4, 8, 16), N=64, M=64, B=2, D=16, mask="1HNM"),
    ),
)
