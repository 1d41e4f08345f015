"""The textbook against what this project did not write: torch's own functions, in float64, with gradients."""

from __future__ import annotations

import doctest
import importlib
import io
import math
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
import yaml
from torch import Tensor

from reference_impl import attention, masks, trial

from .oracle import assert_equal_with_gradients, randn

ROOT = Path(__file__).parents[2]
TRIALS = {"trial", "growth"}  # how exercises are tried, and no part of the textbook
MODULES = sorted({path.stem for path in (ROOT / "reference_impl").glob("[!_]*.py")} - TRIALS)


@pytest.mark.parametrize("dim", [-1, 0, 1, -2])
@pytest.mark.parametrize("height", [0.0, 1e4, -1e4])
def test_softmax(dim: int, height: float) -> None:
    x = randn(3, 5, 2) * 3 + height
    assert_equal_with_gradients(lambda x: attention.softmax(x, dim), lambda x: torch.softmax(x, dim), x)


@pytest.mark.parametrize("lead", [(), (3,), (2, 3)])
@pytest.mark.parametrize(("n", "m", "d", "v"), [(1, 1, 1, 1), (5, 7, 3, 4), (8, 2, 6, 1)])
def test_scaled_dot_product_attention(lead: tuple[int, ...], n: int, m: int, d: int, v: int) -> None:
    inputs = randn(*lead, n, d), randn(*lead, m, d, seed=1), randn(*lead, m, v, seed=2)
    mask = randn(n, m, seed=3) > 0
    mask[:, 0] = True
    for given in (None, mask):
        assert_equal_with_gradients(
            lambda q, k, x, given=given: attention.scaled_dot_product_attention(q, k, x, given),
            lambda q, k, x, given=given: F.scaled_dot_product_attention(q, k, x, given),
            *inputs,
        )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_query_that_sees_nothing_gets_zeros_and_no_gradient(dtype: torch.dtype) -> None:
    inputs = [randn(2, 3, 4, seed=s, dtype=torch.float64).to(dtype).requires_grad_() for s in range(3)]
    mask = torch.tensor([[True, False, True], [False, False, False], [True, True, True]])
    result = attention.scaled_dot_product_attention(*inputs, mask)
    assert result.dtype == dtype
    assert bool((result[:, 1] == 0).all())
    gradients = torch.autograd.grad(result.sum(), inputs)
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)
    assert bool((gradients[0][:, 1] == 0).all())


def test_no_keys_give_zeros_and_no_queries_nothing() -> None:
    assert (
        attention.scaled_dot_product_attention(randn(2, 3), randn(0, 3), randn(0, 4)).tolist()
        == [[0.0] * 4] * 2
    )
    assert attention.scaled_dot_product_attention(randn(0, 3), randn(5, 3), randn(5, 4)).shape == (0, 4)


@pytest.mark.parametrize("n_heads", [1, 2, 3, 6])
@pytest.mark.parametrize("masked", [False, True])
def test_multi_head_attention(n_heads: int, masked: bool) -> None:
    batch, n, m, size = 2, 5, 7, 6
    inputs = [randn(batch, n, size), randn(batch, m, size, seed=1), randn(batch, m, size, seed=2)]
    weights = [randn(size, size, seed=10 + i) / math.sqrt(size) for i in range(4)]
    mask = randn(batch, n_heads, n, m, seed=5) > 0
    mask[..., 0] = True

    def theirs(*tensors: Tensor) -> Tensor:
        query, key, value, w_q, w_k, w_v, w_o = tensors
        turned = (x.transpose(0, 1) for x in (query, key, value))
        result, _ = F.multi_head_attention_forward(
            *turned, size, n_heads, torch.cat([w_q, w_k, w_v]), None, None, None, False, 0.0, w_o, None,
            need_weights=False, attn_mask=~mask.flatten(0, 1) if masked else None,
        )  # fmt: skip
        return result.transpose(0, 1)

    assert_equal_with_gradients(
        lambda *x: attention.multi_head_attention(*x, n_heads, *([mask] if masked else [])),
        theirs,
        *inputs,
        *weights,
    )


def test_impossible_heads_are_named() -> None:
    x, w = randn(1, 2, 6), randn(6, 6)
    for n_heads in (4, 0):
        with pytest.raises(ValueError, match=rf"6 is not a multiple of n_heads = {n_heads}"):
            attention.multi_head_attention(x, x, x, w, w, w, w, n_heads)


def test_heads_split_and_merge_are_inverse() -> None:
    x = randn(2, 3, 8)
    assert torch.equal(attention.merge_heads(attention.split_heads(x, 4)), x)
    assert torch.equal(attention.split_heads(x, 4)[:, 1], x[..., 2:4])


@pytest.mark.parametrize("n", [0, 1, 4])
@pytest.mark.parametrize("m", [0, 1, 3, 6])
def test_causal_mask_by_its_definition(n: int, m: int) -> None:
    mask = masks.causal_mask(n, m)
    assert (mask.shape, mask.dtype) == ((n, m), torch.bool)
    assert all(bool(mask[i, j]) == (j <= i + m - n) for i in range(n) for j in range(m))
    assert torch.equal(masks.causal_mask(n), masks.causal_mask(n, n))


def test_padding_mask_broadcasts_over_heads_and_queries() -> None:
    mask = masks.padding_mask(torch.tensor([[7, 5, 0], [0, 0, 3]]), 0)
    assert mask.shape == (2, 1, 1, 3)
    assert mask.flatten().tolist() == [True, True, False, False, False, True]


@pytest.mark.parametrize("name", trial.names())
def test_example_of_the_stub_holds_for_the_reference(name: str) -> None:
    card = yaml.safe_load((ROOT / f"questions/coding/{name}.yaml").read_text("utf-8"))
    names: dict[str, object] = {}
    exec(card["stub"], names)
    text = getattr(names[name], "__doc__", None)
    assert text is not None
    test = doctest.DocTestParser().get_doctest(
        text, {"torch": torch, name: trial.load(name).function}, name, None, None
    )
    assert test.examples
    with redirect_stdout(io.StringIO()) as said:
        failed = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed
    assert failed == 0, said.getvalue()


@pytest.mark.parametrize("module", MODULES)
def test_every_function_tells_its_shapes_cost_and_source(module: str) -> None:
    loaded = importlib.import_module(f"reference_impl.{module}")
    functions = [f for name, f in vars(loaded).items() if callable(f) and f.__module__ == loaded.__name__]
    for function in (f for f in functions if not f.__name__.startswith("_")):
        text = str(function.__doc__)
        assert all(word in text for word in ("Args:", "Returns:", "Source:", "arXiv")), function.__name__
        assert "Cost:" in text or "no arithmetic" in text, function.__name__
