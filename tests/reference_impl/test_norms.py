"""The norms against torch's own, in float64, with gradients."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from reference_impl.norms import layer_norm, rms_norm

from .oracle import assert_equal_with_gradients, randn

SHAPES = [(5,), (1, 1), (3, 4), (2, 3, 7), (2, 1, 3, 8)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("eps", [1e-5, 0.1])
@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (1e-3, 0.0), (1e4, 0.0), (1.0, 100.0)])
def test_norms(shape: tuple[int, ...], eps: float, scale: float, shift: float) -> None:
    x = randn(*shape) * scale + shift
    weight, bias = randn(shape[-1], seed=1), randn(shape[-1], seed=2)
    size = shape[-1:]
    assert_equal_with_gradients(
        lambda x, weight, bias: layer_norm(x, weight, bias, eps),
        lambda x, weight, bias: F.layer_norm(x, size, weight, bias, eps),
        x,
        weight,
        bias,
    )
    assert_equal_with_gradients(
        lambda x, weight: rms_norm(x, weight, eps),
        lambda x, weight: F.rms_norm(x, size, weight, eps),
        x,
        weight,
    )


def test_default_eps() -> None:
    x, one, zero = randn(3, 4) * 1e-3, torch.ones(4).double(), torch.zeros(4).double()
    assert torch.equal(layer_norm(x, one, zero), layer_norm(x, one, zero, 1e-5))
    assert torch.equal(rms_norm(x, one), rms_norm(x, one, 1e-6))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_does_not_overflow(dtype: torch.dtype) -> None:
    x = (randn(3, 8) * 1000).to(dtype)
    weight, bias = randn(8, seed=1).to(dtype), randn(8, seed=2).to(dtype)
    for result, exact in (
        (layer_norm(x, weight, bias), F.layer_norm(x.double(), (8,), weight.double(), bias.double())),
        (rms_norm(x, weight), F.rms_norm(x.double(), (8,), weight.double(), 1e-6)),
    ):
        assert result.dtype == dtype
        assert float((result.double() - exact).abs().max()) < 4 * torch.finfo(dtype).eps


def test_a_token_with_equal_features_is_the_bias() -> None:
    bias = randn(4)
    assert torch.equal(
        layer_norm(torch.full((2, 4), 3.0).double(), randn(4, seed=1), bias), bias.expand(2, 4)
    )


def test_parameters_of_another_size_are_named() -> None:
    x, five, six = randn(2, 5), randn(5), randn(6)
    with pytest.raises(ValueError, match=r"weight has the shape \[6\]; expected \[5\]"):
        rms_norm(x, six)
    with pytest.raises(ValueError, match=r"bias has the shape \[6\]; expected \[5\]"):
        layer_norm(x, five, six)
