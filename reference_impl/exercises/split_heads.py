"""The trials of `split_heads`."""

from __future__ import annotations

import torch
from torch import Tensor

from reference_impl.attention import split_heads
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(draw: Draw, B: int, H: int, N: int, D: int) -> tuple[Tensor, int]:
    return draw.normal(B, N, H * D), H


def bent(flaws: frozenset[str], x: Tensor, n_heads: int) -> Tensor:
    """`split_heads` with flaws."""
    batch, length, width = x.shape
    size = width // n_heads
    if "detached-gradient" in flaws:
        x = x.detach()
    if "wrong-dtype:float32" in flaws:
        x = x.float()
    if "wrong-dtype:through-float32" in flaws:
        x = x.float().to(x.dtype)
    if "extra-term:scaled" in flaws:
        x = x / size**0.5
    apart = x.reshape(batch, length, n_heads, size)
    if "heads-view-without-transpose" in flaws:
        return x.reshape(batch, n_heads, length, size)
    if "heads-not-split" in flaws:
        return x[:, None].expand(batch, n_heads, length, width)
    if "heads-not-split:one-head" in flaws:
        return x[:, None]
    if "wrong-shape:untransposed" in flaws:
        return apart
    if "wrong-shape:heads-first" in flaws:
        return apart.permute(2, 0, 1, 3)
    if "wrong-shape:transposed" in flaws:
        return apart.permute(0, 2, 3, 1)
    if "wrong-shape:batch-folded" in flaws:
        return apart.transpose(1, 2).reshape(batch * n_heads, length, size)
    if "head-order:interleaved" in flaws:  # column c goes to head c % H
        return x.reshape(batch, length, size, n_heads).permute(0, 3, 1, 2)
    if "head-order:reversed" in flaws:
        return apart.transpose(1, 2).flip(1)
    if "wrong-order:transposed-first" in flaws:
        return x.transpose(1, 2).reshape(batch, n_heads, length, size)
    if "parameter-reused" in flaws:  # the head size taken for the number of heads
        return x.reshape(batch, length, size, n_heads).transpose(1, 2)
    if "heads-view-without-transpose:batch" in flaws:
        return x.reshape(n_heads, batch, length, size).transpose(0, 1)
    result = apart.transpose(1, 2)
    return torch.zeros_like(result) + result[:, :1] if "parameter-ignored:first-head" in flaws else result


BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=split_heads,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            H=(1, 2, 3, 4),
            N=(1, 2, 3, 5),
            D=(1, 2, 3, 8),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep("correct", arguments, B=(2,), H=(6,), N=(7,), D=(5,), dtype=BOTH, gradient=(True,)),
        *sweep(
            "robust",
            arguments,
            B=(1, 3),
            H=(2,),
            N=(3, 4),
            D=(2, 3),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(2,),
            H=(2,),
            N=(3,),
            D=(4,),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep("robust", arguments, B=(0, 2), H=(2,), N=(0, 3), D=(4,), dtype=BOTH, gradient=ON_OFF),
    ),
    bent=bent,
    flaws=(
        "heads-view-without-transpose",
        "heads-view-without-transpose:batch",
        "heads-not-split",
        "heads-not-split:one-head",
        "wrong-shape:untransposed",
        "wrong-shape:heads-first",
        "wrong-shape:transposed",
        "wrong-shape:batch-folded",
        "head-order:interleaved",
        "head-order:reversed",
        "wrong-order:transposed-first",
        "parameter-reused",
        "parameter-ignored:first-head",
        "extra-term:scaled",
        "detached-gradient",
        "wrong-dtype:float32",
        "wrong-dtype:through-float32",
    ),
    also={
        "wrong-shape:untransposed": ("heads-view-without-transpose",),
        "wrong-order:transposed-first": ("heads-view-without-transpose",),
        "parameter-reused": ("head-order", "wrong-shape"),
        "heads-not-split": ("wrong-shape",),
        "heads-not-split:one-head": ("wrong-shape", "parameter-ignored"),
    },
    growths=(
        along("N", arguments, (64, 256, 1024), B=2, H=4, D=8),
        along("B", arguments, (2, 8, 32), H=4, N=32, D=8),
        along("H", arguments, (2, 8, 32), B=2, N=32, D=8),
    ),
)
