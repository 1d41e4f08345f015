"""Positions by their definition, spelled out with Python's own numbers, and by what they are good for."""

from __future__ import annotations

import cmath
import math

import pytest
import torch

from reference_impl.positions import apply_rope, sinusoidal_positions

from .oracle import assert_equal_with_gradients, randn


@pytest.mark.parametrize("n", [0, 1, 5, 3000])
@pytest.mark.parametrize("size", [2, 6, 16])
def test_sinusoidal_positions_by_definition(n: int, size: int) -> None:
    table = sinusoidal_positions(n, size)
    assert (table.shape, table.dtype) == ((n, size), torch.float32)
    for position in {0, n // 2, n - 1} if n else ():
        for column in range(size):
            angle = position / 10000 ** ((column - column % 2) / size)
            expected = math.cos(angle) if column % 2 else math.sin(angle)
            assert math.isclose(float(table[position, column]), expected, abs_tol=1e-7)


@pytest.mark.parametrize("base", [10000.0, 50.0])
def test_rope_is_the_product_of_complex_numbers(base: float) -> None:
    x, positions = randn(2, 3, 4, 6), torch.tensor([5, 0, 1000, 5])
    turns = torch.tensor(
        [[cmath.exp(1j * p * base ** (-2 * i / 6)) for i in range(3)] for p in positions.tolist()],
        dtype=torch.complex128,
    )
    assert_equal_with_gradients(
        lambda x: apply_rope(x, positions, base),
        lambda x: torch.view_as_real(torch.view_as_complex(x.unflatten(-1, (3, 2))) * turns).flatten(-2),
        x,
    )


def test_products_depend_on_the_distance_only() -> None:
    query, key = randn(1, 1, 1, 8), randn(1, 1, 1, 8, seed=1)
    products = [
        float((apply_rope(query, torch.tensor([m])) * apply_rope(key, torch.tensor([m - 7]))).sum())
        for m in (7, 20, 5000)
    ]
    assert products == pytest.approx([products[0]] * 3, abs=1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_far_positions_keep_their_digits(dtype: torch.dtype) -> None:
    x, positions = randn(1, 2, 3, 8).to(dtype), torch.tensor([4095, 100001, 3])
    error = apply_rope(x, positions).double() - apply_rope(x.double(), positions)
    assert apply_rope(x, positions).dtype == dtype
    assert float(error.abs().max()) < 4 * torch.finfo(dtype).eps


def test_impossible_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="a size of 5"):
        sinusoidal_positions(3, 5)
    with pytest.raises(ValueError, match="a size of 3"):
        apply_rope(randn(1, 1, 2, 3), torch.arange(2))
    with pytest.raises(ValueError, match=r"\[3\]; expected \[2\]"):
        apply_rope(randn(1, 1, 2, 4), torch.arange(3))
