"""Grading reports on the terminal."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from quizcli.cards.card import Text
from quizcli.cards.reference import Mistake
from quizcli.grading.report import TIERS, Cost, Failure, Finding, Report, Tier
from quizcli.render.report import report, stars

from .screen import WIDTHS, coloured, lines

MISTAKES = {
    "causal-top-left": Mistake(
        what=Text(zh="三角形对齐在左上角。", en="The triangle is aligned at the top left."),
        why=Text(zh="$N<M$ 时最后一个 query 看不到全部 key。", en="With $N<M$ the last query misses keys."),
        mend=Text(zh="比较 $j\\le i+M-N$。", en="Compare $j\\le i+M-N$."),
    )
}


def tensor(values: Any, shape: list[int], dtype: str = "float32", truncated: bool = False) -> dict[str, Any]:
    return {"shape": shape, "dtype": dtype, "values": values, "truncated": truncated}


def failing(expected: Any, got: Any, **inputs: Any) -> Report:
    failure = Failure("the result differs", "correct", "N=2 M=3", inputs, expected, got)
    return Report("causal_mask", "fail", Tier(12, 37), failure=failure)


MASK = failing(
    tensor([[True, True, False], [True, True, True]], [2, 3], "bool"),
    tensor([[True, False, False], [True, True, False]], [2, 3], "bool"),
    n_query=2,
    n_key=3,
)


def test_stars() -> None:
    assert [stars(count) for count in range(4)] == ["☆☆☆", "★☆☆", "★★☆", "★★★"]


def test_the_first_line_is_the_verdict() -> None:
    passed = Report("softmax", "pass", Tier(5, 5), Tier(2, 2), Tier(0, 3))
    assert lines(report(passed, {}, "en")) == [
        "✓ softmax  ★★☆  pass · correct 5/5 · robust 2/2 · efficient 0/3"
    ]
    assert lines(report(MASK, {}, "zh"))[0] == "✗ causal_mask  ☆☆☆  未通过 · 正确 12/37"


@pytest.mark.parametrize(("language", "absent"), [("zh", "Compare"), ("en", "比较"), ("both", None)])
def test_the_named_mistake_is_explained_in_the_language(language: str, absent: str | None) -> None:
    graded = Report("causal_mask", "fail", mistakes=("causal-top-left", "not-in-the-table"))
    shown = "\n".join(lines(report(graded, MISTAKES, language)))
    for words in ("causal-top-left", "not-in-the-table", "j ≤ i + M − N"):
        assert words in shown
    assert absent is None or absent not in shown
    assert language != "both" or ("比较" in shown and "Compare" in shown)


def test_a_mask_is_a_heat_map_with_the_differing_cells_in_brackets() -> None:
    shown = lines(report(MASK, {}, "en"))
    start = next(index for index, line in enumerate(shown) if line.startswith("expected"))
    assert shown[start + 1].split("    ", 1)[0].split() == ["■", "[■]", "·"]
    assert [line.replace(" ", "") for line in shown[start + 1 : start + 3]] == ["■[■]·■[·]·", "■■[■]■■[·]"]
    assert shown[start + 3] == "[ ] differs   ■ True   · False"
    assert "  n_query = 2" in shown


def test_expected_and_got_are_beside_each_other_only_where_both_fit() -> None:
    assert any("expected" in line and "got" in line for line in lines(report(MASK, {}, "en"), 80))
    assert not any("expected" in line and "got" in line for line in lines(report(MASK, {}, "en"), 30))


def test_numbers_are_aligned_and_words_for_what_json_lacks_are_shown() -> None:
    x = tensor([[1.0, -20.5], ["nan", "-inf"]], [2, 2])
    shown = lines(report(failing(None, None, x=x), {}, "en"))
    place = shown.index("  x  [2, 2] float32")
    assert [line.split() for line in shown[place + 1 : place + 3]] == [["1.0", "-20.5"], ["nan", "-inf"]]
    assert len({cell_len(line) for line in shown[place + 1 : place + 3]}) == 1


def test_only_cells_beyond_rounding_are_marked() -> None:
    expected = tensor([1.5, 2.5, -3.5], [3])
    shown = lines(report(failing(expected, tensor([1.5000001, 2.5, 3.5], [3])), {}, "en"))
    text = "\n".join(shown)
    assert "[-3.500]" in text
    assert "[ 3.500]" in text or "[3.500]" in text
    assert text.count("[") == 2 + 2 + 1  # two shapes, two cells, the legend


def test_a_tiny_difference_is_written_with_digits_that_tell() -> None:
    one, other = 0.1234567890, 0.1234567891
    shown = "\n".join(
        lines(report(failing(tensor([one], [1], "float64"), tensor([other], [1], "float64")), {}, "en"))
    )
    assert "[0.1234567890]" in shown
    assert "[0.1234567891]" in shown


def test_nan_differs_from_a_number_but_not_from_nan() -> None:
    shown = "\n".join(
        lines(report(failing(tensor(["nan", 1.0], [2]), tensor(["nan", "nan"], [2])), {}, "en"))
    )
    assert shown.count("[nan]") == 1


def test_weights_have_shades_with_their_numbers_when_small() -> None:
    weights = tensor([[0.0, 0.25, 0.75], [1.0, 0.0, 0.0]], [2, 3])
    shown = "\n".join(lines(report(failing(None, None, w=weights), {}, "en")))
    assert "0.25░" in shown
    assert "1.00█" in shown
    big = tensor([[1 / (i + j + 1) for i in range(30)] for j in range(3)], [3, 30])
    shown = "\n".join(lines(report(failing(None, None, w=big), {}, "en")))
    assert "██" in shown
    assert "0.5" not in shown


def test_a_big_tensor_is_elided_but_the_differing_cell_is_shown() -> None:
    rows = [[float(100 * i + j) for j in range(40)] for i in range(30)]
    other = [list(row) for row in rows]
    other[17][23] = -7.0
    graded = failing(tensor(rows, [64, 128], truncated=True), tensor(other, [64, 128], truncated=True))
    shown = lines(report(graded, {}, "en"))
    text = "\n".join(shown)
    for sign in ("…", "⋮", "[1723.0]", "[  -7.0]", "only its beginning"):
        assert sign in text
    assert len(shown) < 45


def test_values_that_are_no_tensors_are_shown() -> None:
    graded = failing(
        [tensor([1], [1], "int64"), None], None, params={"w": tensor([], [0, 3])}, flag=True, s="x"
    )
    text = "\n".join(lines(report(graded, {}, "en")))
    for words in (
        "params.w  [0, 3] float32",
        "flag = True",
        "s = x",
        "expected[0]",
        "expected[1]",
        "got\n  None",
    ):
        assert words in text


def test_the_message_keeps_its_lines_and_cannot_steer_the_terminal() -> None:
    failure = Failure("NameError: no\x1b[2J\n    mine.py:2: return torh.exp(x)\n")
    graded = Report("softmax", "error", failure=failure, notice="it printed \x1b]0;x\x07")
    shown = lines(report(graded, {}, "en"))
    assert "    mine.py:2: return torh.exp(x)" in shown
    assert "\x1b[2J" not in coloured(report(graded, {}, "en"))
    assert "\x07" not in coloured(report(graded, {}, "en"))


def test_what_was_found_is_said_in_the_language_and_not_twice() -> None:
    found = (Finding("`mask` has no effect.", "`mask` 没有影响。"), Finding("the same\x1b[2J", "一样"))
    graded = Report("softmax", "fail", failure=Failure("the same\x1b[2J", findings=found))
    english, chinese, both = (lines(report(graded, {}, language)) for language in ("en", "zh", "both"))
    assert "· `mask` has no effect." in english
    assert sum("the same" in line for line in english) == 1
    assert {"· `mask` 没有影响。", "· 一样"} <= set(chinese)
    assert {"· `mask` has no effect.", "· `mask` 没有影响。"} <= set(both)
    assert "\x1b[2J" not in coloured(report(graded, {}, "both"))


def test_what_costs_a_star_is_no_failure() -> None:
    slow = Failure("5 operators at N = 2: there is a Python loop.", "efficient", "N=2…8")
    shown = "\n".join(lines(report(Report("softmax", "pass", Tier(1, 1), failure=slow), {}, "en")))
    assert "What costs a star" in shown
    assert "there is a Python loop" in shown
    assert "ailing" not in shown


def test_counted_cost_is_shown_as_far_as_it_is_known() -> None:
    graded = Report("softmax", "pass", Tier(1, 1), cost=Cost(1_234_567, 800, 14, 1.04))
    assert lines(report(graded, {}, "en"))[-1] == (
        "Cost: 1.23 MFLOPs · peak 800 B · 14 operators · memory exponent 1.04"
    )
    assert len(lines(report(Report("softmax", "pass", Tier(1, 1)), {}, "en"))) == 1


_NUMBER = st.floats(-1e6, 1e6) | st.floats(0, 1) | st.sampled_from(["nan", "inf", "-inf", 0.0, 1e-30, 1e30])
_CELLS = {"float32": _NUMBER, "int64": st.integers(-9, 10**12), "bool": st.booleans()}


@st.composite
def _tensors(draw: st.DrawFn, shape: list[int] | None = None, dtype: str | None = None) -> dict[str, Any]:
    size = draw(st.lists(st.integers(0, 6), max_size=4)) if shape is None else shape
    kind = draw(st.sampled_from(sorted(_CELLS))) if dtype is None else dtype
    count = math.prod(size)
    values: Any = draw(st.lists(_CELLS[kind], min_size=count, max_size=count))
    for length in reversed(size):
        values = [values[i : i + length] for i in range(0, len(values), length)] if length else []
    return tensor(values[0] if values else [], size, kind, draw(st.booleans()))


_WORDS = st.text(max_size=30)
_VALUE = st.recursive(
    _tensors() | st.none() | st.floats() | _WORDS, lambda v: st.lists(v, max_size=3), max_leaves=4
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_report_renders_within_any_width(data: st.DataObject) -> None:
    expected = data.draw(_VALUE)
    twin = isinstance(expected, dict) and data.draw(st.booleans())
    got = data.draw(_tensors(expected["shape"], expected["dtype"]) if twin else _VALUE)
    failure = Failure(
        data.draw(_WORDS),
        data.draw(st.sampled_from(TIERS)),
        data.draw(_WORDS | st.none()),
        data.draw(st.dictionaries(_WORDS, _VALUE, max_size=3)),
        expected,
        got,
        tuple(data.draw(st.lists(st.builds(Finding, _WORDS, _WORDS), max_size=2))),
    )
    verdict = data.draw(st.sampled_from(["pass", "fail", "error"]))
    graded = Report("softmax", verdict, Tier(1, 2), failure=failure, notice=data.draw(_WORDS | st.none()))
    for width in WIDTHS:
        lines(report(graded, MISTAKES, data.draw(st.sampled_from(["zh", "en", "both"]))), width)
