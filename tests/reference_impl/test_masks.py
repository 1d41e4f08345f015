"""The masks against their definitions, position by position."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from reference_impl import masks, patterns

SIZE = st.integers(0, 9)
TOKENS = st.integers(0, 4).flatmap(
    lambda length: st.lists(
        st.lists(st.integers(0, 3), min_size=length, max_size=length), min_size=1, max_size=3
    )
)


def by_position(n: int, m: int, allowed: Callable[[int, int], bool]) -> Tensor:
    return torch.tensor([[allowed(i, j) for j in range(m)] for i in range(n)], dtype=torch.bool).reshape(n, m)


def each(rows: list[list[int]], n: int, allowed: Callable[[list[int], int, int], bool]) -> Tensor:
    """``[B, 1, N, M]`` from one row of numbers a batch element."""
    width = len(rows[0])
    return torch.stack([by_position(n, width, lambda i, j, row=row: allowed(row, i, j)) for row in rows])[
        :, None
    ]


@given(TOKENS, st.integers(0, 5))
def test_masks_of_tokens(rows: list[list[int]], n_query: int) -> None:
    tokens, n = torch.tensor(rows, dtype=torch.int64), len(rows[0])
    assert torch.equal(masks.padding_mask(tokens, 2), each(rows, 1, lambda row, i, j: row[j] != 2))
    assert torch.equal(masks.decoder_mask(tokens, 2), each(rows, n, lambda row, i, j: j <= i and row[j] != 2))
    assert torch.equal(
        masks.cross_attention_mask(tokens, 2, n_query), each(rows, n_query, lambda row, i, j: row[j] != 2)
    )
    assert torch.equal(
        masks.document_mask(tokens), each(rows, n, lambda row, i, j: j <= i and row[i] == row[j])
    )


@given(st.lists(st.integers(0, 6), min_size=1, max_size=3), SIZE)
def test_length_mask(lengths: list[int], size: int) -> None:
    expected = torch.stack(
        [by_position(1, size, lambda i, j, length=length: j < length) for length in lengths]
    )
    assert torch.equal(masks.length_mask(torch.tensor(lengths), size), expected[:, None])


@given(SIZE, st.integers(0, 12))
def test_causal_and_prefix(n: int, m: int) -> None:
    assert torch.equal(masks.causal_mask(n, m), by_position(n, m, lambda i, j: j - (m - n) <= i))
    assert torch.equal(masks.prefix_lm_mask(n, m), by_position(n, n, lambda i, j: j <= i or j < m))


@given(SIZE, st.integers(1, 12), st.sets(st.integers(0, 8)))
def test_windows(n: int, window: int, everywhere: set[int]) -> None:
    expected = by_position(n, n, lambda i, j: i - window < j <= i)
    assert torch.equal(patterns.sliding_window_mask(n, window), expected)
    positions = torch.tensor(sorted(place for place in everywhere if place < n), dtype=torch.int64)
    expected = by_position(n, n, lambda i, j: abs(i - j) <= window or bool(everywhere & {i, j}))
    assert torch.equal(patterns.global_local_mask(n, window, positions), expected)


@given(SIZE, st.integers(1, 4), st.integers(0, 1 << 20))
def test_block_sparse_mask(n: int, block: int, seed: int) -> None:
    blocks = -(-n // block)
    layout = torch.rand(blocks, blocks, generator=torch.Generator().manual_seed(seed)) < 0.5
    expected = by_position(n, n, lambda i, j: bool(layout[i // block, j // block]))
    assert torch.equal(patterns.block_sparse_mask(n, block, layout), expected)


@given(st.lists(st.integers(0, 1 << 20), max_size=9), st.permutations(range(9)))
def test_tree_mask(draws: list[int], order: list[int]) -> None:
    n = len(draws)
    place = [label for label in order if label < n]
    parent = [-1] * n
    for node, number in enumerate(draws):
        above = number % (node + 1) - 1
        parent[place[node]] = place[above] if above >= 0 else -1

    def ancestors(node: int) -> set[int]:
        return {node} | (ancestors(parent[node]) if parent[node] >= 0 else set())

    expected = by_position(n, n, lambda i, j: j in ancestors(i))
    assert torch.equal(patterns.tree_mask(torch.tensor(parent, dtype=torch.int64)), expected)


@pytest.mark.parametrize("parent", [[0], [1, 0], [-1, 2, 3, 1]])
def test_parents_that_form_a_cycle_are_named(parent: list[int]) -> None:
    with pytest.raises(ValueError, match=r"the parents \[.*\] form a cycle"):
        patterns.tree_mask(torch.tensor(parent))
