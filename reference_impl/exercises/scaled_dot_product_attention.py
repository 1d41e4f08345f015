"""The trials of `scaled_dot_product_attention`; its flaws are also those of everything built on it."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from reference_impl.attention import masked_softmax, scaled_dot_product_attention
from reference_impl.growth import Growth, along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep

MASKS = (None, "M", "NM", "1M", "HNM", "1NM", "B11M", "B1NM", "1HNM", "BHNM", "11NM")


def draw_mask(
    draw: Draw, kind: str, sizes: dict[str, int], rank: int = 4, empty_rows: bool = False
) -> Tensor:
    """A mask with the dimensions that `kind` names, "1" for one that broadcasts. Scores of a lower rank have
    no H, or neither B nor H, and their masks neither."""
    letters = kind if rank == 4 else (kind[0] + kind[2:] if len(kind) == 4 else kind)[-rank:]
    return draw.mask(*(sizes.get(letter, 1) for letter in letters), empty_rows=empty_rows)


def arguments(
    draw: Draw,
    N: int,
    M: int,
    D: int,
    V: int,
    B: int = 1,
    H: int = 1,
    rank: int = 4,
    mask: str | None = None,
    logits: str = "plain",
) -> tuple[Any, ...]:
    """Query, key, value of one rank, and a mask unless it is None."""
    lead = (B, H)[: rank - 2]
    query, key = draw.normal(*lead, N, D), draw.normal(*lead, M, D)
    if logits == "huge":  # scores of +-1e4 after the scaling
        query, key = query * 100, key * 100
    value = draw.normal(*lead, M, V)
    if mask is None:
        return query, key, value
    kind, _, empty = mask.partition("-")
    return query, key, value, draw_mask(draw, kind, {"B": B, "H": H, "N": N, "M": M}, rank, empty == "empty")


def bent(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None
) -> Tensor:
    """`scaled_dot_product_attention` with flaws."""
    if "mutates-input" in flaws:
        query.mul_(query.shape[-1] ** -0.5)
        flaws = flaws | {"missing-scale"}
    query, key, value = bent_sources(flaws, query, key, value)
    dtype = query.dtype
    if flaws & {"wrong-dtype:float32", "wrong-dtype:through-float32"}:
        query, key, value = query.float(), key.float(), value.float()
    result = bent_weights(flaws, query, key, value, mask).to(value.dtype) @ value
    if "detached-gradient" in flaws:
        result = result.detach()
    if "wrong-shape" in flaws:
        result = result.transpose(-2, -1)
    return result if "wrong-dtype:float32" in flaws else result.to(dtype)


def bent_weights(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
) -> Tensor:
    """The weights with flaws; the value is there for flaws that look at its size."""
    scores = query @ key.transpose(-2, -1) * bent_scale(flaws, query, key, value)
    if "key-query-swapped" in flaws:
        scores = scores.transpose(-2, -1)
    weights = _weights(flaws, scores, bent_mask(flaws, mask, scores))
    return weights.detach() if "detached-gradient:weights" in flaws else weights


def bent_sources(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Query, key and value, some taken from the wrong place."""
    if "wrong-source:value-from-key" in flaws:
        value = key
    if "wrong-source:value-from-query" in flaws:
        value = query
    if "wrong-source:key-from-query" in flaws:
        key = query
    if "wrong-source:query-from-key" in flaws:
        query = key
    if "detached-gradient:query" in flaws:
        query = query.detach()
    if "detached-gradient:key" in flaws:
        key = key.detach()
    if "detached-gradient:value" in flaws:
        value = value.detach()
    return query, key, value


def bent_scale(flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor) -> float:
    """What the scores are multiplied by, with flaws."""
    size = query.shape[-1]
    if "missing-scale" in flaws:
        return 1.0
    if "wrong-scale:d" in flaws:
        return 1.0 / size
    if "wrong-scale:multiplied" in flaws:
        return math.sqrt(size)
    if "wrong-scale:value-size" in flaws:
        return 1.0 / math.sqrt(value.shape[-1])
    if "wrong-scale:n-key" in flaws:
        return 1.0 / math.sqrt(key.shape[-2])
    if "wrong-scale:n-query" in flaws:
        return 1.0 / math.sqrt(query.shape[-2])
    if "wrong-scale:all-heads" in flaws and query.dim() == 4:
        return 1.0 / math.sqrt(size * query.shape[1])
    return 1.0 / math.sqrt(size)


def bent_mask(flaws: frozenset[str], mask: Tensor | None, scores: Tensor) -> Tensor | None:
    """The mask for these scores, with flaws."""
    if "extra-term:causal" in flaws:
        size = scores.shape[-2:]
        causal = torch.ones(size, dtype=torch.bool).tril(size[1] - size[0])
        mask = causal if mask is None else mask & causal
    if "extra-term:causal-top-left" in flaws:
        causal = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        mask = causal if mask is None else mask & causal
    if mask is None or "mask-ignored" in flaws:
        return None
    if "mask-inverted" in flaws:
        return ~mask
    if "mask-wrong-axis:as-batch" in flaws and mask.dim() == 3:
        return mask[:, None]
    if "mask-wrong-axis:transposed" in flaws and mask.dim() >= 2:
        return mask.transpose(-2, -1)
    if "mask-wrong-axis:first-head" in flaws and mask.dim() >= 3:
        return mask[..., :1, :, :]
    if "mask-wrong-axis:first-batch" in flaws and mask.dim() == 4:
        return mask[:1]
    if "mask-wrong-axis:first-row" in flaws and mask.dim() >= 2:
        return mask[..., :1, :]
    if "pad-rows-masked" in flaws and mask.dim() >= 2 and scores.shape[-2] == scores.shape[-1]:
        return mask & mask.transpose(-2, -1)
    return mask


def _weights(flaws: frozenset[str], scores: Tensor, mask: Tensor | None) -> Tensor:
    if mask is None:
        mask = torch.ones((), dtype=torch.bool)
    added = {
        "mask-additive-one": scores + mask,
        "mask-additive-one:inverted": scores - (~mask).to(scores.dtype),
        "mask-additive-one:multiplied": scores * mask,
    }
    for flaw in (flaw for flaw in added if flaw in flaws):
        weights = _normalised(flaws, added[flaw])
        return weights * mask if "mask-after-softmax" in flaws else weights
    if "mask-after-softmax" in flaws:
        return _normalised(flaws, scores) * mask
    if "mask-inverted:before-only" in flaws and mask.dim():  # and the right way round after the softmax
        return _normalised(flaws, scores.masked_fill(mask, torch.finfo(scores.dtype).min)) * mask
    if "mask-after-softmax:infinite" in flaws:
        return _normalised(flaws, scores).masked_fill(~mask, -math.inf)
    if "nan-on-fully-masked" in flaws:
        return _normalised(flaws, scores.masked_fill(~mask, -math.inf))
    if "nan-on-fully-masked:gradient" in flaws:  # the NaN is covered up, but not on the way back
        added_mask = torch.zeros(mask.shape, dtype=scores.dtype).masked_fill(~mask, -math.inf)
        return _normalised(flaws, scores + added_mask).masked_fill(~mask, 0.0)
    if "uniform-on-fully-masked" in flaws:
        return _normalised(flaws, scores.masked_fill(~mask, torch.finfo(scores.dtype).min))
    if "uniform-on-fully-masked:finite" in flaws:
        return _normalised(flaws, scores.masked_fill(~mask, -1e4))
    if flaws.isdisjoint(_NORMALISATIONS):
        return masked_softmax(scores, mask)
    weights = _normalised(flaws, scores.masked_fill(~mask, -math.inf))
    return weights.masked_fill(~mask, 0.0)


_NORMALISATIONS = {
    "no-softmax",
    "no-softmax:linear",
    "no-softmax:sigmoid",
    "no-softmax:relu",
    "softmax-unstable",
    "softmax-wrong-dim:queries",
    "softmax-wrong-dim:heads",
    "softmax-wrong-dim:batch",
    "wrong-denominator:one-more",
    "wrong-denominator:everything",
    "wrong-reduction:maximum",
}


def _normalised(flaws: frozenset[str], scores: Tensor) -> Tensor:
    if "no-softmax" in flaws:
        return scores.masked_fill(scores == -math.inf, 0.0)
    if "no-softmax:linear" in flaws:
        scores = scores.masked_fill(scores == -math.inf, 0.0)
        return scores / scores.sum(-1, keepdim=True)
    if "no-softmax:sigmoid" in flaws:
        return torch.sigmoid(scores)
    if "no-softmax:relu" in flaws:
        return torch.relu(scores)
    if "softmax-unstable" in flaws:
        powers = torch.exp(scores)
        return powers / powers.sum(-1, keepdim=True)
    if "softmax-wrong-dim:queries" in flaws:
        return torch.softmax(scores, -2)
    if "softmax-wrong-dim:heads" in flaws:
        return torch.softmax(scores, min(1, scores.dim() - 1))
    if "softmax-wrong-dim:batch" in flaws:
        return torch.softmax(scores, 0)
    if "wrong-denominator:one-more" in flaws:
        powers = torch.exp(scores)
        return powers / (powers.sum(-1, keepdim=True) + 1)
    if "wrong-denominator:everything" in flaws:
        powers = torch.exp(scores)
        return powers / powers.sum()
    if "wrong-reduction:maximum" in flaws:
        return (scores == scores.amax(-1, keepdim=True)).to(scores.dtype)
    return torch.softmax(scores, -1)


# Flaws of the attention itself; multi-head attention and the layers offer them too.
FLAWS = (
    "missing-scale",
    "wrong-scale:d",
    "wrong-scale:multiplied",
    "wrong-scale:n-key",
    "wrong-scale:n-query",
    "softmax-wrong-dim:queries",
    "softmax-wrong-dim:heads",
    "softmax-wrong-dim:batch",
    "no-softmax",
    "no-softmax:linear",
    "no-softmax:sigmoid",
    "no-softmax:relu",
    "mask-ignored",
    "mask-inverted",
    "mask-inverted:before-only",
    "mask-after-softmax",
    "mask-after-softmax:infinite",
    "mask-additive-one",
    "mask-additive-one:inverted",
    "mask-additive-one:multiplied",
    "mask-wrong-axis:as-batch",
    "mask-wrong-axis:transposed",
    "mask-wrong-axis:first-head",
    "mask-wrong-axis:first-batch",
    "mask-wrong-axis:first-row",
    "nan-on-fully-masked",
    "nan-on-fully-masked:gradient",
    "uniform-on-fully-masked",
    "uniform-on-fully-masked:finite",
    "softmax-unstable",
    "wrong-denominator:one-more",
    "wrong-denominator:everything",
    "wrong-reduction:maximum",
    "extra-term:causal",
    "extra-term:causal-top-left",
    "wrong-dtype:through-float32",
    "wrong-dtype:float32",
    "detached-gradient",
    "detached-gradient:weights",
)
ALSO = {
    "wrong-denominator:everything": ("softmax-wrong-dim",),
    "mask-additive-one:multiplied": ("mask-ignored",),
    "uniform-on-fully-masked:finite": ("softmax-unstable",),
    "wrong-scale:all-heads": ("missing-scale",),
}
# Nothing but the library's own attention is forbidden, by whatever name it is reached.
FORBIDDEN = (
    "scaled_dot_product_attention",
    "_scaled_dot_product_attention_math",
    "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_efficient_attention",
    "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_fused_attention_overrideable",
    "_scaled_dot_product_attention_math_for_mps",
    "multi_head_attention_forward",
    "_native_multi_head_attention",
    "_triton_multi_head_attention",
    "_triton_scaled_dot_attention",
    "flex_attention",
)

BOTH = ("float32", "float64")
ON_OFF = (False, True)
GROWTHS: tuple[Growth, ...] = (
    along("N", arguments, (64, 128, 256, 512), also=("M",), B=1, H=2, D=16, V=16, mask="NM"),
    along("B", arguments, (2, 4, 8, 16), N=64, M=64, H=2, D=16, V=16, mask="B1NM"),
    along("H", arguments, (2, 4, 8, 16), N=64, M=64, B=2, D=16, V=16, mask="1HNM"),
    along("D", arguments, (8, 32, 128), also=("V",), N=64, M=64, B=1, H=2, mask=None),
)
EXERCISE = Exercise(
    function=scaled_dot_product_attention,
    cases=(
        *sweep(
            "correct",
            arguments,
            rank=(2,),
            mask=(None, "M", "NM"),
            N=(1, 2, 5),
            M=(1, 2, 3, 7),
            D=(1, 2, 5),
            V=(1, 3),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            rank=(3,),
            mask=(None, "M", "NM", "HNM", "1NM"),
            B=(1, 3),
            N=(1, 3, 4),
            M=(1, 3, 5),
            D=(2, 3),
            V=(2, 5),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            mask=MASKS,
            B=(1, 2, 3),
            H=(1, 3),
            N=(1, 3, 4, 5),
            M=(1, 3, 5, 7),
            D=(2, 3, 8),
            V=(2, 4, 6),
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
            V=(11,),
            dtype=BOTH,
            gradient=ON_OFF,
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
            V=(4, 5),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            magnitude=1e4,
            logits=("huge",),
            mask=(None, "NM", "BHNM", "NM-empty"),
            B=(2,),
            H=(2,),
            N=(3, 4),
            M=(1, 5),
            D=(2, 4),
            V=(3,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            mask=(None, "NM", "BHNM", "NM-empty"),
            B=(2,),
            H=(2,),
            N=(3, 16),
            M=(5, 40),
            D=(4, 32),
            V=(4, 5),
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
            V=(4, 5),
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
            V=(3,),
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
            V=(3,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        *FLAWS,
        "wrong-scale:value-size",
        "key-query-swapped",
        "wrong-source:value-from-key",
        "wrong-source:value-from-query",
        "wrong-source:key-from-query",
        "wrong-source:query-from-key",
        "detached-gradient:query",
        "detached-gradient:key",
        "detached-gradient:value",
        "pad-rows-masked",
        "wrong-shape",
        "mutates-input",
    ),
    also=ALSO,
    forbidden=FORBIDDEN,
    growths=GROWTHS,
)
