"""The trials of `kv_cache_step`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from reference_impl.decoding import kv_cache_step
from reference_impl.exercises import multi_head_attention as multi_head
from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep

Cache = tuple[Tensor, Tensor]


def arguments(
    draw: Draw, B: int, H: int, D: int, T: int, logits: str = "plain", fresh: bool = False
) -> tuple[Any, ...]:
    """The token, a cache of T tokens or none if `fresh`, the four weights, the number of heads."""
    size = H * D
    x = draw.normal(B, 1, size)
    keys, values = draw.normal(B, H, T, D), draw.normal(B, H, T, D)
    weights = [draw.normal(size, size, scale=size**-0.5) for _ in range(4)]
    if logits == "huge":
        x, keys = x * 100, keys * 100
    return x, None if fresh else (keys, values), *weights, H


def bent(
    flaws: frozenset[str],
    x: Tensor,
    cache: Cache | None,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    w_o: Tensor,
    n_heads: int,
) -> Any:
    """`kv_cache_step` with flaws: its own, and those of multi-head attention."""
    _mutate(flaws, x, cache)
    dtype = x.dtype
    if flaws & {"wrong-dtype:float32", "wrong-dtype:through-float32"}:
        x, w_q, w_k, w_v, w_o = (y.float() for y in (x, w_q, w_k, w_v, w_o))
        cache = None if cache is None else (cache[0].float(), cache[1].float())
    w_q, w_k, w_v = multi_head.bent_parameters(flaws, w_q, w_k, w_v)
    query, key, value = (
        multi_head.bent_split(flaws, part, n_heads)
        for part in (
            multi_head.bent_projection(flaws, x, w_q, "query"),
            multi_head.bent_projection(flaws, x, w_k, "key"),
            x if "value-not-projected" in flaws else multi_head.bent_projection(flaws, x, w_v, "value"),
        )
    )
    if "parameter-ignored:cache" in flaws:
        cache = None
    keys, values = _extended(flaws, cache, key, value)
    if "mutates-input:overwritten" in flaws and cache is not None:
        cache[0][:, :, -1:], cache[1][:, :, -1:] = key, value
        keys, values = cache
    seen = _seen(flaws, cache, (key, value), (keys, values))
    mixed = attention.bent(flaws - NOT_INSIDE, query, *seen)
    y = multi_head.bent_merge(flaws, mixed)
    if "output-not-projected" not in flaws:
        y = multi_head.bent_projection(flaws, y, w_o, "result")
    if "extra-term:residual" in flaws:
        y = y + x
    if "detached-gradient" in flaws:
        y, keys, values = y.detach(), keys.detach(), values.detach()
    if "wrong-dtype:float32" not in flaws:
        y, keys, values = y.to(dtype), keys.to(dtype), values.to(dtype)
    if "wrong-shape:flat" in flaws:
        y = y[:, 0]
    return y, _returned(flaws, cache, (key, value), (keys, values))


def _mutate(flaws: frozenset[str], x: Tensor, cache: Cache | None) -> None:
    if "mutates-input" in flaws and cache is not None:  # the last place of the old cache is written to
        cache[0][..., -1:, :] *= 0.5
        cache[1][..., -1:, :] *= 0.5
    if "mutates-input:token" in flaws:
        x.mul_(2)


def _extended(flaws: frozenset[str], cache: Cache | None, key: Tensor, value: Tensor) -> Cache:
    if cache is None:
        return key, value
    if "detached-gradient:cache" in flaws:
        cache = cache[0].detach(), cache[1].detach()
    if "wrong-source:cache-exchanged" in flaws:
        cache = cache[1], cache[0]
    keys, values = torch.cat((cache[0], key), dim=2), torch.cat((cache[1], value), dim=2)
    if flaws & {"cache-order", "cache-order:keys"}:
        keys = torch.cat((key, cache[0]), dim=2)
    if flaws & {"cache-order", "cache-order:values"}:
        values = torch.cat((value, cache[1]), dim=2)
    if (
        "cache-not-updated:overwritten" in flaws and keys.shape[2] > 1
    ):  # the newest takes the last one's place
        keys = torch.cat((cache[0][:, :, :-1], key), dim=2)
        values = torch.cat((cache[1][:, :, :-1], value), dim=2)
    if "cache-not-updated:oldest-dropped" in flaws:
        keys, values = keys[:, :, 1:], values[:, :, 1:]
    if "cache-not-updated:values" in flaws:
        values = cache[1]
    return keys, values


def _seen(flaws: frozenset[str], cache: Cache | None, new: Cache, whole: Cache) -> Cache:
    """What the query looks at."""
    if "wrong-source:new-token-only" in flaws:
        return new
    if "causal-off-by-one" in flaws and cache is not None:
        return cache
    if "causal-top-left" in flaws:
        return whole[0][:, :, :1], whole[1][:, :, :1]
    if "wrong-source:old-values" in flaws and cache is not None:
        return whole[0], torch.cat((cache[1], cache[1][:, :, -1:]), dim=2)
    return whole


def _returned(flaws: frozenset[str], cache: Cache | None, new: Cache, whole: Cache) -> Any:
    if "cache-not-updated" in flaws:
        return whole if cache is None else cache
    if "cache-not-updated:new-only" in flaws:
        return new
    if "cache-not-updated:keys-only" in flaws:
        return whole[0], whole[1] if cache is None else cache[1]
    if "wrong-order:values-first" in flaws:
        return whole[1], whole[0]
    if "cache-order:reversed" in flaws:
        return whole[0].flip(2), whole[1].flip(2)
    if "cache-order:output-only" in flaws:
        return torch.cat((new[0], whole[0][:, :, :-1]), dim=2), torch.cat(
            (new[1], whole[1][:, :, :-1]), dim=2
        )
    if "wrong-shape:heads-last" in flaws:
        return whole[0].transpose(1, 2), whole[1].transpose(1, 2)
    if "wrong-shape:merged" in flaws:
        return multi_head.bent_merge(frozenset(), whole[0]), multi_head.bent_merge(frozenset(), whole[1])
    if "detached-gradient:returned" in flaws:
        return whole[0].detach(), whole[1].detach()
    if "wrong-order:twice" in flaws:  # the new token is put in twice
        return torch.cat((whole[0], new[0]), dim=2), torch.cat((whole[1], new[1]), dim=2)
    return whole


BOTH = ("float32", "float64")
ON_OFF = (False, True)
NOT_INSIDE = {"detached-gradient", "mutates-input"}
# With one query and no mask these are right, or the same as another.
NOT_HERE = {
    "heads-view-without-transpose",
    "heads-view-without-transpose:split-only",
    "heads-not-split",
    "heads-not-merged-back",
    "wrong-scale:n-query",
    "extra-term:causal",
    "extra-term:causal-top-left",
    "heads-view-without-transpose:key-value",
    "key-query-swapped",
}
EXERCISE = Exercise(
    function=kv_cache_step,
    cases=(
        *sweep(
            "correct",
            arguments,
            B=(1, 2, 3),
            H=(1, 2, 3),
            D=(1, 2, 3, 5),
            T=(1, 2, 3, 5, 8),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            B=(1, 3),
            H=(1, 3),
            D=(1, 2, 4),
            T=(1,),
            fresh=(True,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep("correct", arguments, B=(2,), H=(3, 4), D=(5, 8), T=(19,), dtype=BOTH, gradient=ON_OFF),
        *sweep(
            "robust",
            arguments,
            magnitude=1e4,
            logits=("huge",),
            B=(1, 2),
            H=(2,),
            D=(2, 4),
            T=(1, 5),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(1, 2),
            H=(1, 2),
            D=(4, 8),
            T=(3, 9),
            dtype=("bfloat16", "float16"),
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            B=(1, 3),
            H=(2,),
            D=(2, 4),
            T=(3, 4),
            dtype=BOTH,
            layout=LAYOUTS[1:],
            gradient=ON_OFF,
        ),
        *sweep("robust", arguments, B=(0, 2), H=(2,), D=(4,), T=(0, 3), dtype=BOTH, gradient=ON_OFF),
    ),
    bent=bent,
    flaws=(
        "cache-order",
        "cache-order:keys",
        "cache-order:values",
        "cache-order:reversed",
        "cache-order:output-only",
        "cache-not-updated",
        "cache-not-updated:new-only",
        "cache-not-updated:keys-only",
        "cache-not-updated:overwritten",
        "cache-not-updated:oldest-dropped",
        "cache-not-updated:values",
        "parameter-ignored:cache",
        "wrong-source:new-token-only",
        "wrong-source:cache-exchanged",
        "wrong-source:old-values",
        "wrong-order:values-first",
        "wrong-order:twice",
        "causal-off-by-one",
        "causal-top-left",
        "wrong-shape:flat",
        "wrong-shape:heads-last",
        "wrong-shape:merged",
        *(flaw for flaw in multi_head.OWN if flaw not in NOT_HERE and not flaw.startswith("wrong-source")),
        *(flaw for flaw in attention.FLAWS if flaw not in NOT_HERE and "mask" not in flaw),
        "detached-gradient:cache",
        "detached-gradient:returned",
        "mutates-input",
        "mutates-input:token",
        "mutates-input:overwritten",
    ),
    also={
        **attention.ALSO,
        "parameter-ignored:cache": ("cache-not-updated",),
        "cache-not-updated:new-only": ("parameter-ignored",),
        "wrong-source:new-token-only": ("parameter-ignored", "cache-not-updated"),
        "wrong-source:cache-exchanged": ("wrong-order",),
        "wrong-order:values-first": ("wrong-source", "cache-order"),
        "causal-off-by-one": ("cache-not-updated",),
        "wrong-order:twice": ("cache-order",),
        "wrong-shape:heads-last": ("heads-not-split",),
        "wrong-shape:merged": ("heads-not-split",),
    },
    growths=(
        along("T", arguments, (64, 256, 1024), B=1, H=2, D=16),
        along("B", arguments, (2, 4, 8, 16), T=64, H=2, D=16),
        along("H", arguments, (2, 4, 8, 16), T=64, B=2, D=8),
    ),
)
