"""A right answer passes in whatever order of operations: variants of attention drawn at random."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from quizcli.grading.inside import mark_inside
from quizcli.grading.marking import Paper

ATTENTION = "scaled_dot_product_attention"
SCALES = ("query", "key", "both", "scores", "late")
PRODUCTS = ("matmul", "einsum", "by columns", "keys reversed")
SOFTMAXES = ("library", "by hand", "logsumexp", "base two", "upwards")
MASKS = ("lowest", "infinite", "where")
PRECISIONS = ("half in float32", "half as it is", "float64")


@dataclass(frozen=True)
class Variant:
    """One way to write attention."""

    scale: str
    product: str
    softmax: str
    mask: str
    precision: str

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
        dtype = query.dtype
        if self.precision == "float64":
            query, key, value = query.double(), key.double(), value.double()
        elif self.precision == "half in float32" and dtype in (torch.float16, torch.bfloat16):
            query, key, value = query.float(), key.float(), value.float()
        scores = self._scores(query, key)
        if mask is not None:
            scores = self._masked(scores, mask)
        weights = self._weights(scores)
        if mask is not None:
            weights = torch.where(mask, weights, torch.zeros((), dtype=weights.dtype))
        if self.product == "keys reversed":
            return (weights.flip(-1) @ value.flip(-2)).to(dtype)
        return (weights @ value).to(dtype)

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        size = query.shape[-1]
        factors = {"query": (size**-0.5, 1.0), "key": (1.0, size**-0.5), "both": (size**-0.25, size**-0.25)}
        left, right = factors.get(self.scale, (1.0, 1.0))
        query, key = query * left, key * right
        if self.product == "einsum":
            scores = torch.einsum("...nd,...md->...nm", query, key)
        elif self.product == "by columns":
            pairs = [query[..., :, None, i] * key[..., None, :, i] for i in range(size)]
            scores = torch.stack(pairs).sum(0)
        else:
            scores = query @ key.transpose(-2, -1)
        if self.scale == "scores":
            return scores / math.sqrt(size)
        return scores * size**-0.5 if self.scale == "late" else scores

    def _masked(self, scores: Tensor, mask: Tensor) -> Tensor:
        if self.mask == "infinite":  # a row without any key is made harmless first
            some = mask.expand(scores.shape).any(-1, keepdim=True)
            return scores.masked_fill(~mask & some, -math.inf)
        if self.mask == "where":
            return torch.where(mask, scores, torch.finfo(scores.dtype).min)
        return scores.masked_fill(~mask, torch.finfo(scores.dtype).min)

    def _weights(self, scores: Tensor) -> Tensor:
        if self.softmax == "library" or scores.shape[-1] == 0:
            return torch.softmax(scores, -1)
        if self.softmax == "logsumexp":
            return torch.exp(scores - torch.logsumexp(scores, -1, keepdim=True))
        shifted = scores - scores.amax(-1, keepdim=True).detach()
        powers = torch.exp2(shifted * math.log2(math.e)) if self.softmax == "base two" else torch.exp(shifted)
        if self.softmax == "upwards":  # from the smallest on, which is the most exact
            return powers / powers.sort(-1).values.cumsum(-1)[..., -1:]
        return powers / powers.sum(-1, keepdim=True)


VARIANTS = st.builds(
    Variant, *(st.sampled_from(ways) for ways in (SCALES, PRODUCTS, SOFTMAXES, MASKS, PRECISIONS))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(variant=VARIANTS)
def test_every_order_of_operations_passes(paper: Callable[[str], Paper], variant: Variant) -> None:
    report = mark_inside(paper(ATTENTION), variant)
    assert (report.verdict, report.robust.complete, report.mistakes) == ("pass", True, ())
