"""The trials of `causal_self_attention`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.exercises import multi_head_attention as multi_head
from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.growth import along
from reference_impl.heads import causal_self_attention
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(draw: Draw, B: int, H: int, N: int, D: int, logits: str = "plain") -> tuple[Any, ...]:
    """The input, both weights, the number of heads."""
    size = H * D
    x = draw.normal(B, N, size)
    w_qkv, w_o = draw.normal(3 * size, size, scale=size**-0.5), draw.normal(size, size, scale=size**-0.5)
    return x * 100 if logits == "huge" else x, w_qkv, w_o, H


def bent(flaws: frozenset[str], x: Tensor, w_qkv: Tensor, w_o: Tensor, n_heads: int) -> Tensor:
    """`causal_self_attention` with flaws: its own, and those of multi-head attention."""
    if "mutates-input" in flaws:
        x.mul_(0.5)
        x = x * 2
    weights = _weights(flaws, w_qkv, n_heads)
    if "detached-gradient:projection" in flaws:
        weights = [weight.detach() for weight in weights]
    mask = _mask(flaws, x.shape[1])
    inner = flaws
    if flaws & {"causal-off-by-one:nan", "mask-inverted:nan"}:
        inner = flaws | {"nan-on-fully-masked"}
    if "mask-inverted:nan" in flaws:
        inner = inner | {"mask-inverted"}
    w_q, w_k, w_v = weights
    return multi_head.bent(inner, x, x, x, w_q, w_k, w_v, w_o, n_heads, mask)


def _weights(flaws: frozenset[str], w_qkv: Tensor, n_heads: int) -> list[Tensor]:
    size = w_qkv.shape[-1]
    if "weight-not-transposed:fused" in flaws:  # as if it were [E, 3E]
        return [part.T for part in w_qkv.reshape(size, 3 * size).chunk(3, dim=-1)]
    if "head-order:heads-first" in flaws:  # the rows of a head together: its query, key and value
        apart = w_qkv.reshape(n_heads, 3, size // n_heads, size)
        return [apart[:, part].reshape(size, size) for part in range(3)]
    if "wrong-order:interleaved" in flaws:
        return [w_qkv[part::3] for part in range(3)]
    for flaw, order in ORDERS.items():
        if flaw in flaws:
            parts = w_qkv.chunk(3)
            return [parts[place] for place in order]
    return list(w_qkv.chunk(3))


# Which third of the rows serves as query, key and value.
ORDERS = {
    "wrong-order:key-query": (1, 0, 2),
    "wrong-order:value-key": (0, 2, 1),
    "wrong-order:reversed": (2, 1, 0),
    "wrong-order:value-query-key": (1, 2, 0),
    "wrong-order:key-value-query": (2, 0, 1),
}


def _mask(flaws: frozenset[str], length: int) -> Tensor | None:
    full = torch.ones(length, length, dtype=torch.bool)
    if "causal-missing" in flaws:
        return None
    if "causal-off-by-one" in flaws:
        return full.tril(1)
    if flaws & {"causal-off-by-one:strict", "causal-off-by-one:nan"}:
        return full.tril(-1)
    if "causal-transposed" in flaws:
        return full.triu()
    if "extra-term:window" in flaws:
        return full.tril() & full.triu(-1)
    if "extra-term:itself-only" in flaws:
        return torch.eye(length, dtype=torch.bool)
    if "extra-term:first-hidden" in flaws:
        return full.tril() & (torch.arange(length) > 0).logical_or(torch.arange(length)[:, None] == 0)
    return full.tril()


BOTH = ("float32", "float64")
ON_OFF = (False, True)
NOT_HERE = {
    "mask-ignored",
    "mask-wrong-axis:as-batch",
    "mask-wrong-axis:transposed",
    "mask-wrong-axis:first-head",
    "mask-wrong-axis:first-batch",
    "mask-wrong-axis:first-row",
    "nan-on-fully-masked",
    "nan-on-fully-masked:gradient",
    "uniform-on-fully-masked",
    "wrong-scale:n-query",
    "extra-term:causal",
    "extra-term:causal-top-left",
    "mask-inverted:before-only",
    "key-query-swapped",
    "key-query-swapped:weights",
    "parameter-reused:key-value-swapped",
}
EXERCISE = Exercise(
    function=causal_self_attention,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            H=(1, 2, 3),
            N=(1, 2, 3, 5, 8),
            D=(1, 2, 3, 5),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep("correct", arguments, B=(2,), H=(3, 4), N=(12, 17), D=(4, 5), dtype=BOTH, gradient=ON_OFF),
        *sweep(
            "robust",
            arguments,
            magnitude=1e4,
            logits=("huge",),
            B=(1, 2),
            H=(2,),
            N=(1, 3, 6),
            D=(2, 4),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(1, 2),
            H=(1, 2),
            N=(3, 9),
            D=(4, 8),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(1, 3),
            H=(2,),
            N=(3, 4),
            D=(2, 4),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep("robust", arguments, B=(0, 2), H=(2,), N=(0, 3), D=(4,), dtype=BOTH, gradient=ON_OFF),
    ),
    bent=bent,
    flaws=(
        "causal-missing",
        "causal-off-by-one",
        "causal-off-by-one:strict",
        "causal-off-by-one:nan",
        "causal-transposed",
        "mask-inverted:nan",
        "extra-term:window",
        *ORDERS,
        "wrong-order:interleaved",
        "head-order:heads-first",
        "weight-not-transposed:fused",
        "extra-term:itself-only",
        "extra-term:first-hidden",
        *(flaw for flaw in multi_head.OWN if flaw not in NOT_HERE and not flaw.startswith("wrong-source")),
        *(flaw for flaw in attention.FLAWS if flaw not in NOT_HERE),
        "detached-gradient:projection",
        "mutates-input",
    ),
    also={
        **attention.ALSO,
        "wrong-order:key-query": ("key-query-swapped", "parameter-reused"),
        "wrong-order:value-key": ("parameter-reused", "wrong-source"),
        "wrong-order:reversed": ("parameter-reused", "wrong-source"),
        "wrong-order:value-query-key": ("parameter-reused", "wrong-source"),
        "wrong-order:key-value-query": ("parameter-reused", "wrong-source"),
        "head-order:heads-first": ("wrong-order",),
        "wrong-order:interleaved": ("head-order",),
        "mask-additive-one:multiplied": ("causal-missing",),
        "mask-additive-one": ("causal-missing",),
        "causal-off-by-one:nan": ("nan-on-fully-masked",),
        "uniform-on-fully-masked:finite": ("softmax-unstable", "causal-missing"),
        "mask-inverted": ("causal-transposed",),
    },
    growths=(
        along("N", arguments, (64, 128, 256, 512), B=1, H=2, D=16),
        along("B", arguments, (2, 4, 8, 16), N=32, H=2, D=16),
        along("H", arguments, (2, 4, 8, 16), N=32, B=2, D=8),
    ),
)
