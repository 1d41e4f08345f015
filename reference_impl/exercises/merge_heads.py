"""The trials of `merge_heads`."""

from __future__ import annotations

from torch import Tensor

from reference_impl.attention import merge_heads
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(draw: Draw, B: int, H: int, N: int, D: int) -> tuple[Tensor]:
    return (draw.normal(B, H, N, D),)


def bent(flaws: frozenset[str], x: Tensor) -> Tensor:
    """`merge_heads` with flaws."""
    batch, heads, length, size = x.shape
    if "detached-gradient" in flaws:
        x = x.detach()
    if "wrong-dtype:float32" in flaws:
        x = x.float()
    if "wrong-dtype:through-float32" in flaws:
        x = x.float().to(x.dtype)
    if "heads-view-without-transpose" in flaws:
        return x.reshape(batch, length, heads * size)
    if "heads-not-merged-back" in flaws:
        return x.transpose(1, 2)
    if "heads-not-merged-back:as-it-was" in flaws:
        return x * 1
    if "wrong-reduction:sum" in flaws:
        return x.sum(1)
    if "wrong-reduction:mean" in flaws:
        return x.mean(1)
    if "wrong-shape:transposed" in flaws:
        return x.transpose(1, 2).reshape(batch, length, heads * size).transpose(1, 2)
    if "wrong-shape:flat" in flaws:
        return x.transpose(1, 2).reshape(batch, length * heads * size)
    if "wrong-shape:batch-folded" in flaws:
        return x.transpose(1, 2).reshape(batch * length, heads * size)
    if "wrong-shape:positions-side-by-side" in flaws:
        return x.reshape(batch, heads * length, size)
    if "head-order:interleaved" in flaws:  # the heads' first numbers, then their second ones
        return x.permute(0, 2, 3, 1).reshape(batch, length, heads * size)
    if "head-order:reversed" in flaws:
        return x.flip(1).transpose(1, 2).reshape(batch, length, heads * size)
    if "wrong-order:size-first" in flaws:
        return x.transpose(1, 3).reshape(batch, length, heads * size)
    if "parameter-reused" in flaws:  # the first head in every place
        return x[:, :1].expand_as(x).transpose(1, 2).reshape(batch, length, heads * size)
    if "extra-term:scaled" in flaws:
        x = x / heads**0.5
    return x.transpose(1, 2).reshape(batch, length, heads * size)


BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=merge_heads,
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
        "heads-not-merged-back",
        "heads-not-merged-back:as-it-was",
        "wrong-reduction:sum",
        "wrong-reduction:mean",
        "wrong-shape:transposed",
        "wrong-shape:flat",
        "wrong-shape:batch-folded",
        "wrong-shape:positions-side-by-side",
        "head-order:interleaved",
        "head-order:reversed",
        "wrong-order:size-first",
        "parameter-reused",
        "extra-term:scaled",
        "detached-gradient",
        "wrong-dtype:float32",
        "wrong-dtype:through-float32",
    ),
    also={
        "heads-not-merged-back": ("wrong-shape",),
        "heads-not-merged-back:as-it-was": ("wrong-shape",),
        "wrong-order:size-first": ("head-order",),
        "heads-view-without-transpose": ("wrong-order",),
    },
    growths=(
        along("N", arguments, (64, 256, 1024), B=2, H=4, D=8),
        along("B", arguments, (2, 8, 32), H=4, N=32, D=8),
        along("H", arguments, (2, 8, 32), B=2, N=32, D=8),
    ),
)
