"""The trials of `cross_attention`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.exercises import multi_head_attention as multi_head
from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.growth import along
from reference_impl.heads import cross_attention
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(
    draw: Draw,
    B: int,
    H: int,
    N: int,
    M: int,
    D: int,
    mask: str | None = None,
    logits: str = "plain",
) -> tuple[Any, ...]:
    """The decoder's positions, the memory, the four weights, the number of heads, and perhaps a mask."""
    x, memory, _, *rest = multi_head.arguments(draw, B, H, N, M, D, mask, logits)
    return x, memory, *rest


def bent(
    flaws: frozenset[str],
    x: Tensor,
    memory: Tensor,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
    memory_mask: Tensor | None = None,
) -> Tensor:
    """`cross_attention` with flaws: its own, and those of multi-head attention."""
    if "mutates-input" in flaws:
        x.mul_(0.5)
        x = x * 2
    query, key, value = x, memory, memory
    if "wrong-source:exchanged" in flaws:
        query, key, value = memory, x, x
    if "wrong-source:memory-only" in flaws:
        query = memory
    if "wrong-source:both" in flaws:
        key = value = torch.cat((memory, x), dim=1)
    if "detached-gradient:memory" in flaws:
        key, value = key.detach(), value.detach()
    if "detached-gradient:decoder" in flaws:
        query = query.detach()
    return multi_head.bent(flaws, query, key, value, w_q, w_k, w_v, w_o, n_heads, memory_mask)


BOTH = ("float32", "float64")
ON_OFF = (False, True)
NOT_HERE = {
    "wrong-source:value-from-key",
    "wrong-source:key-from-value",
    "wrong-source:query-from-key",
    "key-query-swapped",
}
EXERCISE = Exercise(
    function=cross_attention,
    cases=(
        *sweep(
            "correct",
            arguments,
            mask=attention.MASKS,
            B=(1, 2, 3),
            H=(1, 2, 3),
            N=(1, 3, 4, 5),
            M=(1, 3, 5, 7),
            D=(1, 2, 3, 4),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            mask=(None, "BHNM"),
            B=(2,),
            H=(4,),
            N=(9,),
            M=(17,),
            D=(5,),
            dtype=BOTH,
            gradient=(True,),
        ),
        *sweep(
            "robust",
            arguments,
            mask=("NM-empty", "HNM-empty", "B1NM-empty", "BHNM-empty", "B11M-empty"),
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
            mask=(None, "B11M", "NM-empty"),
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
            mask=(None, "B11M", "NM-empty"),
            B=(2,),
            H=(2,),
            N=(3, 8),
            M=(5, 9),
            D=(4, 8),
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
            D=(2, 4),
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
            M=(0, 4),
            D=(4,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        "wrong-source:exchanged",
        "wrong-source:memory-only",
        "wrong-source:both",
        *(flaw for flaw in multi_head.OWN if flaw not in NOT_HERE),
        *attention.FLAWS,
        "pad-rows-masked",
        "detached-gradient:memory",
        "detached-gradient:decoder",
        "mutates-input",
    ),
    also={
        **attention.ALSO,
        "wrong-source:exchanged": ("key-query-swapped",),
        "wrong-source:both": ("extra-term",),
    },
    growths=(
        along("N", arguments, (64, 128, 256, 512), also=("M",), B=1, H=2, D=16, mask="NM"),
        along("B", arguments, (2, 4, 8, 16), N=32, M=32, H=2, D=16, mask="B11M"),
        along("H", arguments, (2, 4, 8, 16), N=32, M=32, B=2, D=8, mask="1HNM"),
    ),
)
