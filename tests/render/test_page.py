"""Help for keys on lines of a width, long answers on pages of a height."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from quizcli.render.page import SEPARATOR, key_lines, page_size

KEYS = st.lists(
    st.text("ab 换行语言", min_size=1, max_size=12).filter(lambda key: key.strip() == key), min_size=1
)


@given(KEYS, st.integers(24, 60))
def test_every_key_stands_whole_on_a_line_that_fits(keys: list[str], width: int) -> None:
    lines = key_lines(SEPARATOR.join(keys), width).split("\n")
    assert [key for line in lines for key in line.split(SEPARATOR)] == keys
    assert all(cell_len(line) <= width for line in lines)


@given(st.lists(st.sampled_from(["", "text"])), st.integers(-3, 30))
def test_a_page_fits_and_is_never_empty(lines: list[str], rows: int) -> None:
    size = page_size(lines, rows)
    assert 0 < size <= max(rows, 1) or not lines
    if len(lines) <= rows:
        assert size == len(lines)


def test_a_page_ends_between_paragraphs() -> None:
    assert page_size(["a", "a", "a", "", "b", "b", "b"], 6) == 4
    assert page_size(["a", "", "b", "b", "b", "b", "b", "b"], 6) == 6
