"""The trials of `grouped_query_attention`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.growth import along
from reference_impl.heads import grouped_query_attention
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(
    draw: Draw,
    B: int,
    heads: tuple[int, int],
    N: int,
    M: int,
    D: int,
    mask: str | None = None,
    logits: str = "plain",
) -> tuple[Any, ...]:
    """Query, key, value for so many query heads and key heads, and a mask unless it is None."""
    many, few = heads
    query = draw.normal(B, many, N, D)
    key, value = draw.normal(B, few, M, D), draw.normal(B, few, M, D)
    if logits == "huge":
        query, key = query * 100, key * 100
    if mask is None:
        return query, key, value
    kind, _, empty = mask.partition("-")
    sizes = {"B": B, "H": many, "N": N, "M": M}
    return query, key, value, attention.draw_mask(draw, kind, sizes, empty_rows=empty == "empty")


def of_groups(draw: Draw, H: int, **levels: Any) -> tuple[Any, ...]:
    """H heads of queries, two to each head of keys."""
    return arguments(draw, heads=(H, H // 2), **levels)


def bent(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> Tensor:
    """`grouped_query_attention` with flaws: its own, and those of the attention inside."""
    heads, groups = query.shape[1], key.shape[1]
    if "mutates-input" in flaws:
        query.mul_(query.shape[-1] ** -0.5)
        flaws = flaws - {"mutates-input"} | {"missing-scale"}
    if "wrong-scale:groups" in flaws:
        query = query * (groups / heads) ** 0.5
    if "detached-gradient:key" in flaws:
        key = key.detach()
    if "detached-gradient:value" in flaws:
        value = value.detach()
    if "fixed-size" not in flaws:
        key = key[:, _share(flaws, "key", heads, groups)]
        value = value[:, _share(flaws, "value", heads, groups)]
    if "wrong-reduction:mean-of-heads" in flaws:
        key, value = key.mean(1, keepdim=True), value.mean(1, keepdim=True)
    if "mask-wrong-axis:groups" in flaws and mask is not None and mask.dim() > 2 and mask.shape[-3] > 1:
        mask = mask[..., _share(frozenset(), "mask", heads, groups), :, :]
    if "head-order:query" in flaws:
        size = query.shape
        query = query.reshape(size[0], heads // groups, groups, *size[2:]).transpose(1, 2).reshape(size)
    inner = flaws - {"detached-gradient:key", "detached-gradient:value", "wrong-shape"}
    result = attention.bent(inner, query, key, value, mask)
    if "head-order:output" in flaws:
        result = _grouped(result, groups).transpose(1, 2).flatten(1, 2)
    if "wrong-shape" in flaws:
        result = _grouped(result, groups)
    if "wrong-shape:heads-last" in flaws:
        result = result.transpose(1, 2)
    if "wrong-reduction:groups" in flaws:
        result = _grouped(result, groups).mean(2)
    return result


def _grouped(x: Tensor, groups: int) -> Tensor:
    """The query heads of each key head together: ``[B, G, H/G, N, D]``."""
    batch, heads, length, size = x.shape
    return x.reshape(batch, groups, heads // groups, length, size)


def _share(flaws: frozenset[str], which: str, heads: int, groups: int) -> Tensor:
    """Which head of keys or values each query head uses."""
    head = torch.arange(heads)
    if flaws & {"head-order", f"head-order:{which}"}:
        return head % groups
    if "head-order:first" in flaws:
        return torch.zeros_like(head)
    if "head-order:clamped" in flaws:
        return head.clamp(max=groups - 1)
    if "head-order:reversed" in flaws:
        return groups - 1 - head // (heads // groups)
    if "head-order:by-number-of-groups" in flaws:  # h // G, the size of a group mistaken for their number
        return (head // groups).clamp(max=groups - 1)
    return head // (heads // groups)


HEADS = ((1, 1), (2, 1), (2, 2), (3, 1), (4, 2), (6, 2), (6, 3))
BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=grouped_query_attention,
    cases=(
        *sweep(
            "correct",
            arguments,
            mask=attention.MASKS,
            B=(1, 2, 3),
            heads=HEADS,
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
            heads=((8, 2),),
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
            heads=((2, 1), (4, 2)),
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
            mask=(None, "NM", "BHNM-empty"),
            B=(2,),
            heads=((2, 1), (4, 2)),
            N=(3, 4),
            M=(1, 5),
            D=(2, 4),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            mask=(None, "NM-empty"),
            B=(2,),
            heads=((2, 1), (4, 2)),
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
            heads=((4, 2),),
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
            heads=((4, 2),),
            N=(0, 3),
            M=(0, 4),
            D=(4,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        "head-order",
        "head-order:key",
        "head-order:value",
        "head-order:first",
        "head-order:clamped",
        "head-order:reversed",
        "head-order:by-number-of-groups",
        "head-order:output",
        "head-order:query",
        "wrong-reduction:mean-of-heads",
        "wrong-reduction:groups",
        "fixed-size",
        *attention.FLAWS,
        "wrong-scale:all-heads",
        "wrong-scale:groups",
        "mask-wrong-axis:groups",
        "wrong-source:value-from-key",
        "wrong-source:value-from-query",
        "wrong-source:key-from-query",
        "key-query-swapped",
        "detached-gradient:key",
        "detached-gradient:value",
        "wrong-shape",
        "wrong-shape:heads-last",
        "mutates-input",
    ),
    also={
        **attention.ALSO,
        "head-order:first": ("wrong-source",),
        "wrong-reduction:groups": ("wrong-shape",),
        "wrong-shape": ("heads-not-merged-back",),
    },
    forbidden=attention.FORBIDDEN,
    growths=(
        along("N", arguments, (64, 128, 256, 512), also=("M",), B=1, heads=(4, 2), D=16, mask="NM"),
        along("B", arguments, (2, 4, 8, 16), N=64, M=64, heads=(4, 2), D=16, mask="B1NM"),
        along("H", of_groups, (2, 4, 8, 16), N=64, M=64, B=2, D=16, mask="1HNM"),
    ),
)
