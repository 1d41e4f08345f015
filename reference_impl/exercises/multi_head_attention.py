"""The trials of `multi_head_attention`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from reference_impl.attention import multi_head_attention
from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.growth import along
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
    """Query, key, value, the four weights, the number of heads, and a mask unless it is None."""
    size = H * D
    query, key, value = draw.normal(B, N, size), draw.normal(B, M, size), draw.normal(B, M, size)
    weights = [draw.normal(size, size, scale=size**-0.5) for _ in range(4)]
    if logits == "huge":
        query, key = query * 100, key * 100
    if mask is None:
        return query, key, value, *weights, H
    kind, _, empty = mask.partition("-")
    drawn = attention.draw_mask(draw, kind, {"B": B, "H": H, "N": N, "M": M}, empty_rows=empty == "empty")
    return query, key, value, *weights, H, drawn


def bent(
    flaws: frozenset[str],
    query: Tensor,
    key: Tensor,
    value: Tensor,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
    mask: Tensor | None = None,
) -> Tensor:
    """`multi_head_attention` with flaws: its own, and those of the attention inside."""
    query, key, value = _sources(flaws, query, key, value)
    w_q, w_k, w_v = bent_parameters(flaws, w_q, w_k, w_v)
    dtype = query.dtype
    if flaws & {"wrong-dtype:float32", "wrong-dtype:through-float32"}:
        query, key, value, w_q, w_k, w_v, w_o = (x.float() for x in (query, key, value, w_q, w_k, w_v, w_o))
    heads = 1 if "heads-not-split" in flaws else n_heads
    q = bent_split(flaws, bent_projection(flaws, query, w_q, "query"), heads)
    if "heads-view-without-transpose:key-value" in flaws:
        flaws = flaws | {"heads-view-without-transpose:split-only"}
    k = bent_split(flaws, bent_projection(flaws, key, w_k, "key"), heads)
    v = bent_split(
        flaws, value if "value-not-projected" in flaws else bent_projection(flaws, value, w_v, "value"), heads
    )
    if "wrong-scale:all-heads" in flaws:
        q = q / heads**0.5
    result = bent_merge(flaws, attention.bent(flaws & INSIDE, q, k, v, mask))
    if "output-not-projected" not in flaws:
        result = bent_projection(flaws, result, w_o, "result")
    if "extra-term:residual" in flaws:
        result = result + query
    if "detached-gradient" in flaws:
        result = result.detach()
    return result if "wrong-dtype:float32" in flaws else result.to(dtype)


def _sources(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    if "wrong-source:self" in flaws:
        return query, query, query
    if "wrong-source:value-from-key" in flaws:
        return query, key, key
    if "wrong-source:value-from-query" in flaws:
        return query, key, query
    if "wrong-source:key-from-query" in flaws:
        return query, query, value
    if "wrong-source:key-from-value" in flaws:
        return query, value, value
    if "wrong-source:query-from-key" in flaws:
        return key, key, value
    if "key-query-swapped" in flaws:
        return key, query, value
    return query, key, value


def bent_parameters(
    flaws: frozenset[str], w_q: Tensor, w_k: Tensor, w_v: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The weights of the inputs, with flaws."""
    if "parameter-reused:all-query" in flaws:
        return w_q, w_q, w_q
    if "parameter-reused:key-by-query" in flaws:
        return w_q, w_q, w_v
    if "parameter-reused:value-by-key" in flaws:
        return w_q, w_k, w_k
    if "key-query-swapped:weights" in flaws:
        return w_k, w_q, w_v
    if "parameter-reused:key-value-swapped" in flaws:
        return w_q, w_v, w_k
    return w_q, w_k, w_v


def bent_projection(flaws: frozenset[str], x: Tensor, weight: Tensor, which: str) -> Tensor:
    """One projection with flaws; `which` says of what."""
    if f"output-not-projected:{which}" in flaws:
        return x
    part = "weight-not-transposed:output" if which == "result" else "weight-not-transposed:inputs"
    return x @ (weight if flaws & {"weight-not-transposed", part} else weight.T)


def bent_split(flaws: frozenset[str], x: Tensor, heads: int) -> Tensor:
    """The last dimension cut into heads, with flaws."""
    batch, length, width = x.shape
    size = width // heads
    if flaws & {"heads-view-without-transpose", "heads-view-without-transpose:split-only"}:
        return x.reshape(batch, heads, length, size)
    if flaws & {"head-order", "head-order:split-only"}:
        return x.reshape(batch, length, size, heads).permute(0, 3, 1, 2)
    return x.reshape(batch, length, heads, size).transpose(1, 2)


def bent_merge(flaws: frozenset[str], x: Tensor) -> Tensor:
    """The heads side by side again, with flaws."""
    batch, heads, length, size = x.shape
    if flaws & {"heads-not-merged-back", "heads-view-without-transpose"}:
        return x.reshape(batch, length, heads * size)
    if flaws & {"head-order", "head-order:output"}:
        return x.permute(0, 2, 3, 1).reshape(batch, length, heads * size)
    return x.transpose(1, 2).reshape(batch, length, heads * size)


OWN = (
    "heads-not-split",
    "heads-view-without-transpose",
    "heads-view-without-transpose:split-only",
    "heads-view-without-transpose:key-value",
    "heads-not-merged-back",
    "head-order",
    "head-order:output",
    "head-order:split-only",
    "value-not-projected",
    "output-not-projected",
    "output-not-projected:query",
    "output-not-projected:key",
    "weight-not-transposed",
    "weight-not-transposed:output",
    "weight-not-transposed:inputs",
    "wrong-scale:all-heads",
    "wrong-source:self",
    "wrong-source:value-from-key",
    "wrong-source:value-from-query",
    "wrong-source:key-from-query",
    "wrong-source:key-from-value",
    "wrong-source:query-from-key",
    "key-query-swapped",
    "key-query-swapped:weights",
    "parameter-reused:all-query",
    "parameter-reused:key-by-query",
    "parameter-reused:value-by-key",
    "parameter-reused:key-value-swapped",
    "extra-term:residual",
)
# What the attention inside is to know of; sources and dtypes of the same name are this function's.
INSIDE = frozenset(attention.FLAWS) - {"detached-gradient"} | {"pad-rows-masked"}
BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=multi_head_attention,
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
            gradient=ON_OFF,
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
            mask=(None, "NM-empty", "BHNM"),
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
            B=(2,),
            H=(2,),
            N=(0, 3),
            M=(0, 4),
            D=(4,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            mask=(None, "BHNM"),
            B=(0,),
            H=(2,),
            N=(3,),
            M=(4,),
            D=(4,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(*OWN, *attention.FLAWS),
    also=attention.ALSO,
    forbidden=(
        "multi_head_attention_forward",
        "_native_multi_head_attention",
        "_triton_multi_head_attention",
    ),
    growths=(
        along("N", arguments, (64, 128, 256, 512), also=("M",), B=1, H=2, D=16, mask="NM"),
        along("B", arguments, (2, 4, 8, 16), N=32, M=32, H=2, D=16, mask="B1NM"),
        along("H", arguments, (2, 4, 8, 16), N=32, M=32, B=2, D=8, mask="1HNM"),
    ),
)
