"""The multi-head family, chunked attention and the cache, against torch's own attention."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from reference_impl.decoding import kv_cache_step
from reference_impl.flash import chunked_attention
from reference_impl.heads import causal_self_attention, cross_attention, grouped_query_attention

from .oracle import assert_equal_with_gradients, randn

HALVES = [torch.bfloat16, torch.float16]


def library(
    query: Tensor, key: Tensor, weights: tuple[Tensor, ...], n_heads: int, mask: Tensor | None = None
) -> Tensor:
    """torch's multi-head attention; a mask here is True where attention is allowed, torch's the opposite."""
    w_q, w_k, w_v, w_o = weights
    result, _ = F.multi_head_attention_forward(
        query.transpose(0, 1), key.transpose(0, 1), key.transpose(0, 1), query.shape[-1], n_heads,
        torch.cat([w_q, w_k, w_v]), None, None, None, False, 0.0, w_o, None,
        need_weights=False, attn_mask=None if mask is None else ~mask,
    )  # fmt: skip
    return result.transpose(0, 1)


@pytest.mark.parametrize("n_heads", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 4, 7])
def test_causal_self_attention(n_heads: int, n: int) -> None:
    x, w_qkv, w_o = randn(2, n, 6), randn(18, 6, seed=1) / 2, randn(6, 6, seed=2)
    mask = torch.ones(n, n, dtype=torch.bool).tril()
    assert_equal_with_gradients(
        lambda x, w_qkv, w_o: causal_self_attention(x, w_qkv, w_o, n_heads),
        lambda x, w_qkv, w_o: library(x, x, (*w_qkv.split(6), w_o), n_heads, mask),
        x,
        w_qkv,
        w_o,
    )


def test_nothing_of_the_future_reaches_a_position() -> None:
    x = randn(1, 5, 4).requires_grad_()
    result = causal_self_attention(x, randn(12, 4, seed=1), randn(4, 4, seed=2), 2)
    for position in range(5):
        (gradient,) = torch.autograd.grad(result[0, position].sum(), x, retain_graph=True)
        seen = gradient[0].abs().sum(-1) > 0
        assert seen.tolist() == [other <= position for other in range(5)]


@pytest.mark.parametrize("n_heads", [1, 2])
@pytest.mark.parametrize("masked", [False, True])
def test_cross_attention(n_heads: int, masked: bool) -> None:
    x, memory = randn(2, 3, 4), randn(2, 5, 4, seed=1)
    weights = [randn(4, 4, seed=10 + i) for i in range(4)]
    mask = randn(3, 5, seed=5) > 0
    mask[:, 0] = True
    given = mask if masked else None
    assert_equal_with_gradients(
        lambda x, memory, *weights: cross_attention(x, memory, *weights, n_heads, given),
        lambda x, memory, *weights: library(x, memory, weights, n_heads, given),
        x,
        memory,
        *weights,
    )


@pytest.mark.parametrize(("heads", "groups"), [(1, 1), (6, 1), (6, 2), (6, 3), (6, 6)])
@pytest.mark.parametrize("masked", [False, True])
def test_grouped_query_attention(heads: int, groups: int, masked: bool) -> None:
    mask = randn(heads, 3, 5, seed=5) > 0
    mask[..., 0] = True
    given = mask if masked else None
    assert_equal_with_gradients(
        lambda q, k, v: grouped_query_attention(q, k, v, given),
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, given, enable_gqa=True),
        randn(2, heads, 3, 4),
        randn(2, groups, 5, 4, seed=1),
        randn(2, groups, 5, 4, seed=2),
    )


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_chunked_attention(chunk: int, masked: bool, scale: float) -> None:
    mask = randn(2, 1, 4, 7, seed=5) > 0
    mask[..., 6] = True
    given = mask if masked else None
    assert_equal_with_gradients(
        lambda q, k, v: chunked_attention(q, k, v, chunk, given),
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, given),
        randn(2, 3, 4, 5) * scale,
        randn(2, 3, 7, 5, seed=1),
        randn(2, 3, 7, 2, seed=2),
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, *HALVES])
@pytest.mark.parametrize("chunk", [1, 2, 9])
def test_chunked_query_that_sees_nothing_gets_zeros_and_no_gradient(dtype: torch.dtype, chunk: int) -> None:
    inputs = [randn(1, 2, 5, 4, seed=s).to(dtype).requires_grad_() for s in range(3)]
    mask = torch.ones(5, 5, dtype=torch.bool).tril(-1)
    result = chunked_attention(*inputs, chunk, mask)
    gradients = torch.autograd.grad(result.sum(), inputs)
    assert result.dtype == dtype
    assert not bool(result[:, :, 0].any())
    assert not bool(gradients[0][:, :, 0].any())
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)


def test_chunked_attention_makes_no_array_of_queries_by_keys() -> None:
    n, chunk = 300, 8
    sizes: list[int] = []

    class Sizes(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            result = func(*args, **(kwargs or {}))
            sizes.append(result.numel() if isinstance(result, Tensor) else 0)
            return result

    inputs = [randn(1, 1, n, 4, seed=s) for s in range(3)]
    with Sizes():
        chunked_attention(*inputs, chunk)
    assert max(sizes) == n * chunk


def test_no_keys_give_zeros() -> None:
    nothing = torch.zeros(1, 2, 0, 4)
    assert not bool(chunked_attention(randn(1, 2, 3, 4), nothing, nothing, 2).any())


@pytest.mark.parametrize("n_heads", [1, 3])
@pytest.mark.parametrize("n", [1, 4])
def test_steps_with_a_cache_are_causal_self_attention(n_heads: int, n: int) -> None:
    x = randn(2, n, 6)
    weights = [randn(6, 6, seed=10 + i) / 2 for i in range(4)]

    def step_by_step(x: Tensor, *weights: Tensor) -> Tensor:
        outputs, caches = [], [None]
        for position in range(n):
            output, cache = kv_cache_step(x[:, position : position + 1], caches[-1], *weights, n_heads)
            outputs.append(output)
            caches.append(cache)
        for old, new in pairwise(caches[1:]):  # each cache begins with the one before it
            assert all(torch.equal(a, b[:, :, :-1]) for a, b in zip(old, new, strict=True))
        return torch.cat(outputs, dim=1)

    mask = torch.ones(n, n, dtype=torch.bool).tril()
    assert_equal_with_gradients(
        step_by_step, lambda x, *weights: library(x, x, weights, n_heads, mask), x, *weights
    )


@pytest.mark.parametrize("dtype", HALVES)
def test_half_precision_is_scored_in_float32(dtype: torch.dtype) -> None:
    q, k, v = (randn(1, 4, 6, 8, seed=s).to(dtype) * scale for s, scale in ((0, 30), (1, 30), (2, 1)))
    exact = F.scaled_dot_product_attention(q.double(), k.double(), v.double())
    for result in (chunked_attention(q, k, v, 4), grouped_query_attention(q, k, v)):
        assert float((result.double() - exact).abs().max()) < 4 * torch.finfo(dtype).eps


def test_impossible_arguments_are_named() -> None:
    x, w = randn(1, 2, 6), randn(6, 6)
    with pytest.raises(ValueError, match=r"12 rows; 3 \* 6 = 18"):
        causal_self_attention(x, randn(12, 6), w, 2)
    with pytest.raises(ValueError, match="6 is not a multiple of n_heads = 4"):
        cross_attention(x, x, w, w, w, w, 4)
    with pytest.raises(ValueError, match="4 query heads cannot share 3 key heads"):
        grouped_query_attention(randn(1, 4, 2, 3), randn(1, 3, 2, 3), randn(1, 3, 2, 3))
    with pytest.raises(ValueError, match="2 key heads and 1 value heads"):
        grouped_query_attention(randn(1, 4, 2, 3), randn(1, 2, 2, 3), randn(1, 1, 2, 3))
    with pytest.raises(ValueError, match="chunk = 0"):
        chunked_attention(x, x, x, 0)
    with pytest.raises(ValueError, match="one token, not 2"):
        kv_cache_step(x, None, w, w, w, w, 2)


def test_results_are_on_the_device_of_the_inputs() -> None:
    def on_meta(*shape: int) -> Tensor:
        return torch.zeros(shape, device="meta")

    heads, w = on_meta(1, 2, 3, 4), on_meta(6, 6)
    assert causal_self_attention(on_meta(1, 5, 6), on_meta(18, 6), w, 2).device.type == "meta"
    assert chunked_attention(heads, heads, heads, 2).device.type == "meta"
    assert math.prod(kv_cache_step(on_meta(1, 1, 6), None, w, w, w, w, 2)[0].shape) == 6
