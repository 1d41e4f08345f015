"""The trials of `chunked_attention`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from reference_impl.exercises import scaled_dot_product_attention as attention
from reference_impl.flash import chunked_attention
from reference_impl.growth import along
from reference_impl.trial import LAYOUTS, Draw, Exercise, sweep


def arguments(
    draw: Draw,
    B: int,
    H: int,
    N: int,
    M: int,
    D: int,
    V: int,
    chunk: int,
    mask: str | None = None,
    logits: str = "plain",
) -> tuple[Any, ...]:
    """Query, key, value, the chunk, and a mask unless it is None."""
    kind = None if mask == "late" else mask
    query, key, value, *rest = attention.arguments(draw, N, M, D, V, B, H, 4, kind, logits)
    if mask == "late":  # whole chunks are hidden before the first key that is seen
        rest = [(torch.arange(M) >= M - 1).expand(N, M)]
    if logits == "rising":  # every chunk brings a new maximum, far above the one before
        key = torch.linspace(1, 40, M, dtype=key.dtype)[:, None] * torch.ones_like(key)
        query = query.abs() + 0.5
    return query, key, value, chunk, *rest


@dataclass
class Carried:
    """What goes from chunk to chunk: the largest score, the sum of the powers, the mixed values."""

    largest: Tensor
    total: Tensor
    mixed: Tensor


def bent(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor, chunk: int, mask: Tensor | None = None
) -> Tensor:
    """`chunked_attention` with flaws: those of the recurrence, or those of attention as a whole."""
    if flaws & RECURRENCE:
        query, key, value = attention.bent_sources(flaws, query, key, value)
        return _recurrence(flaws, query, key, value, chunk, mask)
    return attention.bent(flaws, query, key, value, mask)


def _recurrence(
    flaws: frozenset[str], query: Tensor, key: Tensor, value: Tensor, chunk: int, mask: Tensor | None
) -> Tensor:
    dtype, n_key = query.dtype, key.shape[-2]
    if "wrong-dtype:float32" in flaws:
        query, key, value = query.float(), key.float(), value.float()
    scale = attention.bent_scale(flaws, query, key, value)
    if "wrong-scale:chunk" in flaws:
        scale = chunk**-0.5
    lead = (*query.shape[:-1], 1)
    carried = Carried(
        query.new_full(lead, -math.inf), query.new_zeros(lead), query.new_zeros(*lead[:-1], value.shape[-1])
    )
    for part in _parts(flaws, n_key, chunk):
        scores = query @ key[..., part, :].transpose(-2, -1) * scale
        allowed = _allowed(flaws, attention.bent_mask(flaws, mask, scores), part, n_key)
        if allowed is not None:
            hidden = torch.finfo(scores.dtype).min if "uniform-on-fully-masked" in flaws else -math.inf
            scores = scores.masked_fill(~allowed, hidden)
        _absorb(flaws, carried, scores, value[..., part, :])
    return _result(flaws, carried, n_key, chunk).to(query.dtype if "wrong-dtype:float32" in flaws else dtype)


def _parts(flaws: frozenset[str], n_key: int, chunk: int) -> list[slice]:
    if "wrong-order:chunks-by-number" in flaws:  # so many chunks, not chunks of so many
        chunk = -(-n_key // chunk)
    end = n_key - n_key % chunk if "tail-chunk-dropped" in flaws else n_key
    if "tail-chunk-dropped:even-if-whole" in flaws:
        end = max(n_key - chunk, 0)
    if "tail-chunk-dropped:range" in flaws:  # as range(0, n_key - 1, chunk) does
        end = n_key - 1
        return [slice(start, start + chunk) for start in range(0, end, chunk)]
    step = chunk + 1 if "tail-chunk-dropped:gaps" in flaws else chunk
    overlap = 1 if "extra-term:overlap" in flaws else 0
    parts = [slice(start, min(start + chunk + overlap, n_key)) for start in range(0, end, step)]
    if "tail-chunk-dropped:first" in flaws:
        return parts[1:]
    if "tail-chunk-dropped:only-one" in flaws:
        return parts[:1]
    if "tail-chunk-dropped:shifted" in flaws and n_key % chunk:  # the last chunk is moved back to be whole
        parts[-1] = slice(max(n_key - chunk, 0), n_key)
    return parts


def _allowed(flaws: frozenset[str], mask: Tensor | None, part: slice, n_key: int) -> Tensor | None:
    if mask is None:
        return None
    size = part.stop - part.start if part.stop <= n_key else n_key - part.start
    if "chunk-mask-misaligned" in flaws:
        return mask[..., :size]
    if "chunk-mask-misaligned:from-the-end" in flaws:
        return mask[..., n_key - part.start - size : n_key - part.start]
    if "chunk-mask-misaligned:shifted" in flaws:
        return torch.roll(mask, 1, -1)[..., part]
    if "chunk-mask-misaligned:last" in flaws:
        return mask[..., n_key - size :]
    if "chunk-mask-misaligned:first-only" in flaws and part.start:
        return None
    if "chunk-mask-misaligned:rows" in flaws and mask.dim() > 1:
        return mask[..., part, :].transpose(-2, -1)
    return mask[..., part]


def _absorb(flaws: frozenset[str], carried: Carried, scores: Tensor, value: Tensor) -> None:
    new = scores.amax(-1, keepdim=True).detach()
    largest = torch.maximum(carried.largest, new)
    if "chunk-not-rescaled:maximum-of-chunk" in flaws:
        largest = new
    if "softmax-unstable:first-maximum" in flaws:
        largest = torch.where(carried.largest == -math.inf, new, carried.largest)
    if "softmax-unstable" in flaws:
        largest = torch.zeros_like(new)
    base = largest
    if "nan-on-fully-masked:early-chunk" not in flaws:
        base = largest.masked_fill(largest == -math.inf, 0.0)
    rescale, powers = torch.exp(carried.largest - base), torch.exp(scores - base)
    if "softmax-unstable" in flaws:
        rescale = torch.ones_like(rescale)
    if "chunk-not-rescaled:upwards" in flaws:
        rescale = torch.exp(base - carried.largest).masked_fill(carried.largest == -math.inf, 0.0)
    if "chunks-independent" in flaws or "chunks-independent:averaged" in flaws:
        sums = powers.sum(-1, keepdim=True)
        carried.mixed = carried.mixed + powers / sums.masked_fill(sums == 0, 1.0) @ value
        return
    if "chunks-independent:last" in flaws:
        rescale = torch.zeros_like(rescale)
    none, kept = torch.ones_like(rescale), rescale
    total = none if flaws & {"chunk-not-rescaled", "chunk-not-rescaled:total"} else kept
    mixed = none if flaws & {"chunk-not-rescaled", "chunk-not-rescaled:values"} else kept
    carried.total = carried.total * total + powers.sum(-1, keepdim=True)
    if "wrong-denominator:last-chunk" in flaws:
        carried.total = powers.sum(-1, keepdim=True)
    carried.mixed = carried.mixed * mixed + powers @ value
    if "chunk-not-rescaled:normalised-early" in flaws:
        carried.mixed = carried.mixed / carried.total.masked_fill(carried.total == 0, 1.0)
    carried.largest = largest


def _result(flaws: frozenset[str], carried: Carried, n_key: int, chunk: int) -> Tensor:
    if "chunks-independent" in flaws or "wrong-denominator:never" in flaws:
        return carried.mixed
    if "chunk-not-rescaled:normalised-early" in flaws:
        return carried.mixed
    if "chunks-independent:averaged" in flaws:
        return carried.mixed / max(1, -(-n_key // chunk))
    if "nan-on-fully-masked:zero-divided" in flaws:
        return carried.mixed / carried.total
    if "extra-term:epsilon" in flaws:
        return carried.mixed / (carried.total + 1e-6)
    if "extra-term:epsilon-large" in flaws:
        return carried.mixed / (carried.total + 1e-3)
    return carried.mixed / carried.total.masked_fill(carried.total == 0, 1.0)


OWN = (
    "chunk-not-rescaled",
    "chunk-not-rescaled:total",
    "chunk-not-rescaled:values",
    "chunk-not-rescaled:upwards",
    "chunk-not-rescaled:maximum-of-chunk",
    "chunk-not-rescaled:normalised-early",
    "chunks-independent",
    "chunks-independent:averaged",
    "chunks-independent:last",
    "tail-chunk-dropped",
    "tail-chunk-dropped:even-if-whole",
    "tail-chunk-dropped:range",
    "tail-chunk-dropped:gaps",
    "tail-chunk-dropped:first",
    "tail-chunk-dropped:only-one",
    "tail-chunk-dropped:shifted",
    "chunk-mask-misaligned",
    "chunk-mask-misaligned:from-the-end",
    "chunk-mask-misaligned:shifted",
    "chunk-mask-misaligned:last",
    "chunk-mask-misaligned:first-only",
    "chunk-mask-misaligned:rows",
    "wrong-denominator:last-chunk",
    "wrong-denominator:never",
    "wrong-scale:chunk",
    "extra-term:overlap",
    "extra-term:epsilon",
    "extra-term:epsilon-large",
    "nan-on-fully-masked:early-chunk",
    "nan-on-fully-masked:zero-divided",
    "softmax-unstable:first-maximum",
)
RECURRENCE = frozenset(OWN)
BOTH = ("float32", "float64")
ON_OFF = (False, True)
EXERCISE = Exercise(
    function=chunked_attention,
    cases=(
        *sweep(
            "correct",
            arguments,
            chunk=(1, 2, 3, 4, 50),
            mask=(*attention.MASKS, "late"),
            B=(1, 2, 3),
            H=(1, 3),
            N=(1, 3, 4, 5),
            M=(1, 3, 5, 7, 8),
            D=(2, 3, 8),
            V=(2, 4, 6),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "correct",
            arguments,
            chunk=(8, 11),
            mask=(None, "BHNM"),
            B=(2,),
            H=(3,),
            N=(17,),
            M=(33,),
            D=(16,),
            V=(11,),
            dtype=BOTH,
            gradient=(True,),
        ),
        *sweep(
            "robust",
            arguments,
            chunk=(1, 2, 9),
            mask=("NM-empty", "HNM-empty", "B1NM-empty", "BHNM-empty", "M-empty"),
            B=(1, 2),
            H=(1, 3),
            N=(1, 4),
            M=(1, 5),
            D=(4,),
            V=(4, 5),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
        *sweep(
            "robust",
            arguments,
            magnitude=1e4,
            logits=("huge", "rising"),
            chunk=(1, 2, 9),
            mask=(None, "NM", "NM-empty"),
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
            chunk=(3, 16),
            mask=(None, "NM", "NM-empty"),
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
            chunk=(2, 3),
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
            chunk=(2,),
            mask=(None, "NM"),
            B=(0, 2),
            H=(2,),
            N=(0, 3),
            M=(0, 4),
            D=(4,),
            V=(3,),
            dtype=BOTH,
            gradient=ON_OFF,
        ),
    ),
    bent=bent,
    flaws=(
        # First what only the second tier sees: others look the same where nothing but NaN comes out.
        "softmax-unstable",
        *OWN,
        *(flaw for flaw in attention.FLAWS if flaw not in ("softmax-unstable", "nan-on-fully-masked")),
        "wrong-scale:value-size",
        "wrong-source:value-from-key",
        "wrong-source:key-from-query",
        "detached-gradient:query",
        "detached-gradient:key",
        "detached-gradient:value",
        "mutates-input",
    ),
    also={
        **attention.ALSO,
        "chunks-independent:last": ("chunk-not-rescaled",),
        "chunk-not-rescaled:normalised-early": ("wrong-denominator", "chunks-independent"),
        "tail-chunk-dropped:first": ("chunks-independent",),
        "tail-chunk-dropped:shifted": ("extra-term",),
        "wrong-denominator:last-chunk": ("chunk-not-rescaled",),
        "chunk-mask-misaligned:first-only": ("mask-ignored",),
    },
    forbidden=attention.FORBIDDEN,
    growths=(
        along(
            "N",
            arguments,
            (128, 256, 512),
            also=("M",),
            counted=("flops", "memory"),
            chunk=64,
            B=1,
            H=1,
            D=8,
            V=8,
        ),
        along("B", arguments, (2, 4, 8, 16), N=32, M=32, chunk=8, H=2, D=8, V=8, mask="B1NM"),
        along("H", arguments, (2, 4, 8, 16), N=32, M=32, chunk=8, B=2, D=8, V=8, mask="1HNM"),
    ),
)
