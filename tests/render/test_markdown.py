"""Markdown on the terminal: structure, formulas that stay formulas, lines that break as Chinese is broken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from quizcli.render.markdown import markdown, plain

from .screen import WIDTHS, coloured, lines

TABLE = r"""
| layer | cost |
|:------|-----:|
| **attention** | $O(N^2|d|)$ |
| `a\|b` | 中文，可以换行 |
"""


def test_paragraphs_keep_their_blank_lines() -> None:
    assert lines(markdown("one\ntwo\n\nthree")) == ["one two", "", "three"]


def test_a_line_break_between_chinese_characters_is_no_space() -> None:
    assert lines(markdown("缩放\n点积 QK\n乘")) == ["缩放点积 QK 乘"]


def test_marks_are_removed_and_words_kept() -> None:
    assert lines(markdown("**bold** *em* `x_y*z` ***both*** __b__")) == ["bold em x_y*z both b"]


@pytest.mark.parametrize("text", ["2 * 3 * 4", "snake_case_name", "a ** b", "**open", "a * b*", r"**"])
def test_what_is_no_mark_stays(text: str) -> None:
    assert plain(text) == text


def test_emphasis_works_right_beside_chinese_punctuation() -> None:
    """CommonMark leaves these asterisks standing."""
    assert plain("**公式。**后面的字，再**加粗（重点）**了") == "公式。后面的字，再加粗（重点）了"


def test_escapes() -> None:
    assert plain(r"\*not\* \$5 \\ \`x\`") == "*not* $5 \\ `x`"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$a_i*c*d_q$ and *x*", "aᵢ*c*d_q and x"),
        ("**$W_1$ bold**", "W₁ bold"),
        (r"$\frac{a+b}{c}$", "(a + b) / c"),
        ("`$x$`", "$x$"),
        (r"bad $\foo{x}$ stays", r"bad $\foo{x}$ stays"),
        (r"bad **$\foo*x*$** stays", r"bad $\foo*x*$ stays"),
        ("price $5 only", "price $5 only"),
    ],
)
def test_formulas_are_converted_and_never_read_as_markdown(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_display_formula_stands_on_its_own_indented_line() -> None:
    assert lines(markdown("Before $$a=b$$ after.")) == ["Before", "    a = b", "after."]
    assert lines(markdown("- item\n\n  $$\n  x^2\n  $$")) == ["• item", "", "      x²"]


def test_lists() -> None:
    text = "- one\n- two\n  - nested\n    1. deep\n\n3. three\n4. four"
    assert lines(markdown(text)) == ["• one", "• two", "  • nested", "    1. deep", "", "3. three", "4. four"]


def test_a_list_item_wraps_under_its_words() -> None:
    shown = lines(markdown("- 一二三四五六七八九十一二三四五六"), 20)
    assert shown == ["• 一二三四五六七八九", "  十一二三四五六"]


def test_table_cells_hold_formulas_with_pipes() -> None:
    shown = lines(markdown(TABLE))
    assert shown[0].split() == ["layer", "cost"]
    assert set(shown[1]) == {"─"}
    assert shown[2].split() == ["attention", "O(N²|d|)"]
    assert shown[3].startswith("a|b")


def test_a_table_that_does_not_fit_becomes_a_list_with_nothing_lost() -> None:
    words = ["alphabetical", "betatesting", "gammaradiation", "deltaforces"]
    text = f"|{'|'.join(words)}|\n|-|-|-|-|\n|{'|'.join(reversed(words))}|"
    shown = lines(markdown(text), 20)
    assert shown[0] == "• alphabetical:"
    assert all(" ".join(shown).count(word) == 2 for word in words)


def test_fenced_code_is_left_as_it_is() -> None:
    text = "Code:\n```python\ndef f(x):\n    return x * 2  # $no$ *formula*\n```\nafter"
    assert lines(markdown(text)) == [
        "Code:",
        "  def f(x):",
        "      return x * 2  # $no$ *formula*",
        "after",
    ]


def test_wrapping_of_chinese() -> None:
    text = "自注意力的计算量随长度平方增长，因此（在长序列上）很贵。模型 GPT-4 有 65 GiB 显存，共 32 层。"
    for width in range(10, 60):
        for line in lines(markdown(text), width):
            assert not line.startswith(tuple("，。）」、"))
            assert not line.endswith(("（", "65", "32"))
        joined = " ".join(lines(markdown(text), width))
        assert "GPT-4" in joined
        assert "65 GiB" in joined


def test_chinese_lines_are_filled() -> None:
    shown = lines(markdown("模型" + "甲乙丙丁" * 30), 40)
    assert all(cell_len(line) == 40 for line in shown[:-1])


def test_a_short_formula_is_never_broken() -> None:
    for width in range(16, 60):
        shown = lines(markdown(r"其中的方差是 $\mathrm{Var}(q\cdot k) = d_k$，所以除以它的平方根。"), width)
        assert any("Var(q·k) = dₖ" in line for line in shown)


def test_a_long_formula_breaks_after_an_operator() -> None:
    shown = lines(markdown(r"so $aaaa+bbbb=cccc(x+y)+dddd=eeee+ffff$ holds"), 20)
    assert all(not line.startswith(("=", "+")) for line in shown)
    assert any("cccc(x + y)" in line for line in shown)


def test_control_characters_never_reach_the_terminal() -> None:
    shown = coloured(markdown("a\x1b[2Jb\x07 \u202ec \x9b1m `\x1b]0;x\x07`"))
    assert "\x1b[2J" not in shown
    assert not re.search("[\x07\x9b\u202e]", shown)
    assert coloured(markdown("\ud800")).encode("utf-8")


def test_only_named_colours_are_used_that_suit_dark_and_light() -> None:
    codes = re.findall(
        "\x1b\\[([0-9;]*)m", coloured(markdown(f"# h\n**b** *e* `c` $x$\n{TABLE}\n```\ncode\n```"))
    )
    used = {int(code) for group in codes for code in group.split(";") if code}
    assert used
    assert used <= {0, 1, 2, 3, 4, *range(31, 37), *range(91, 97)}


def test_plain_is_one_line() -> None:
    assert plain(f"**Title**\n\n- a\n- $x^2$\n\n1. z\n{TABLE}") == (
        "Title a x² 1. z layer | cost; attention | O(N²|d|); a|b | 中文，可以换行"
    )


_BITS = [
    "*",
    "**",
    "_",
    "`",
    "```\n",
    "$",
    "$$",
    "|",
    "\n",
    "\n\n",
    "- ",
    "1. ",
    "|-|-|\n",
    "\\",
    "  ",
    "# ",
    "x_1",
]
_BITS += [
    "中文字，",
    "（括号）",
    "word ",
    "12 GiB",
    r"$\frac{a}{b}$",
    r"$\bad$",
    "👩‍👩‍👧",
    "e\u0301",
    "🇩🇪",
    "\u3000",
    "\t",
]
_BITS += ["a-long-word-that-exceeds-twenty-cells", "“引号”", "\U000f0000", "\x1b[31m", "❤️", "ﷺ", "각"]
_TEXTS = st.lists(st.sampled_from(_BITS), max_size=25).map("".join) | st.text(max_size=80)


@settings(max_examples=250, deadline=None)
@given(_TEXTS, st.sampled_from((*WIDTHS, 8, 13)))
def test_any_text_renders_within_any_width(text: str, width: int) -> None:
    lines(markdown(text), width)
    assert "\n" not in plain(text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["word", "中文", "，", "（", "x1", " ", "。", "12 ms"]), max_size=40).map(
        "".join
    )
)
def test_wrapping_loses_nothing(text: str) -> None:
    for width in (20, 40):
        assert "".join("".join(lines(markdown(text), width)).split()) == "".join(text.split())
