"""The vocabulary of trials: cases by rule, the same on every day."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from reference_impl import trial

ROOT = Path(__file__).parents[2]
FACTORS = st.dictionaries(
    st.sampled_from("ABCDE"), st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True), min_size=1
)


@given(FACTORS)
def test_every_pair_of_levels_occurs(factors: dict[str, list[int]]) -> None:
    rows = list(trial.covering(factors))
    assert all(row.keys() == factors.keys() for row in rows)
    for one, other in itertools.combinations(factors, 2):
        seen = {(row[one], row[other]) for row in rows}
        assert seen == set(itertools.product(factors[one], factors[other]))
    if len(factors) == 1:
        assert len(rows) == len(next(iter(factors.values())))


def numbers(value: Any) -> list[Any]:
    return [x.tolist() if isinstance(x, Tensor) else x for x in value]


def test_arguments_are_the_same_in_another_process() -> None:
    case = trial.load("scaled_dot_product_attention").cases[50]
    code = (
        "from reference_impl import trial; c = trial.load('scaled_dot_product_attention').cases[50]; "
        "print(c.name, [x.tolist() for x in c.arguments('scaled_dot_product_attention')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    drawn = numbers(case.arguments("scaled_dot_product_attention"))
    assert done.stdout.strip() == f"{case.name} {drawn}"


@pytest.mark.parametrize("layout", trial.LAYOUTS)
def test_layout_changes_the_memory_and_nothing_else(layout: str) -> None:
    values = torch.arange(12.0).reshape(3, 4)
    laid = trial.lay_out(values, layout)
    assert laid.shape == values.shape
    assert laid.is_contiguous() == (layout == "contiguous")
    assert torch.equal(laid, values[:1].expand(3, 4) if layout == "expanded" else values)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_mask_lets_every_row_see_something(seed: int, shape: list[int]) -> None:
    draw = trial.Draw(str(seed), {})
    assert bool(draw.mask(*shape).any(-1).all())
    assert not bool(torch.atleast_2d(draw.mask(*shape, empty_rows=True))[..., 0, :].any())


def test_plainer_cases_are_smaller_or_earlier() -> None:
    for case in trial.load("multi_head_attention").cases:
        for plainer in case.plainer():
            changed = [f for f in case.choice if case.choice[f] != plainer.choice[f]]
            assert len(changed) == 1
            assert plainer.size <= case.size


@pytest.mark.parametrize("name", ["nothing", "../trial", "", "__init__", "os"])
def test_unknown_exercise_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        trial.load(name)
