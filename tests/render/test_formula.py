"""Formulas as text: the meaning of the two-dimensional notation survives on one line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcli.render.formula import FormulaError, formula, split_formulas

GOLDEN = {
    # Fractions: parentheses exactly where precedence needs them.
    r"\frac{a+b}{c+d}": "(a + b) / (c + d)",
    r"\frac{a}{b}": "a/b",
    r"\frac{1}{2L}": "1 / (2L)",
    r"\frac{ab}{c}+d": "ab/c + d",
    r"\frac{a}{b}c": "(a/b)c",
    r"2\frac{a}{b}": "2(a/b)",
    r"a\cdot\frac{b}{c}": "a·(b/c)",
    r"x=\frac{a}{b}": "x = a/b",
    r"-\frac{a}{b}": "−a/b",
    r"\frac{\frac{a}{b}}{c}": "(a/b) / c",
    r"\frac{a}{\frac{b}{c}}": "a / (b/c)",
    r"\frac{a/b}{c}": "(a/b) / c",
    r"{\frac{a}{b}}^2": "(a/b)²",
    r"\log\frac{a}{b}": "log(a/b)",
    r"\sum_i\frac{a_i}{b}": "∑ᵢ (aᵢ/b)",
    r"\frac{\partial F}{\partial x}": "∂F/∂x",
    r"\frac{QK^\top}{\sqrt{d_k}}": "QKᵀ/√dₖ",
    r"\frac{QK^\top}{\sqrt{d_{model}}}V": "(QKᵀ / √d_model)V",
    r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}+M\right)V": "softmax(QKᵀ/√dₖ + M)V",
    r"\gamma\odot\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}+\beta": "γ ⊙ ((x − μ) / √(σ² + ε)) + β",
    r"\frac{f(x)}{\mathrm{Var}(x)}": "f(x) / Var(x)",
    r"\frac{e^{s_i}}{\sum_j e^{s_j}}": "e^(sᵢ) / (∑ⱼ e^(sⱼ))",
    # Roots.
    r"\sqrt{d}": "√d",
    r"\sqrt{131072}": "√131072",
    r"\sqrt{2L}": "√(2L)",
    r"\sqrt{x^2}": "√(x²)",
    r"\sqrt{d}x": "√d·x",
    r"\sqrt[3]{n}": "∛n",
    r"{\sqrt{d}}^3": "(√d)³",
    # Scripts: Unicode where every character has one, else a plain form that cannot be misread.
    r"x^2": "x²",
    r"10^{-9}": "10⁻⁹",
    r"W_i": "Wᵢ",
    r"d_k": "dₖ",
    r"K^\top": "Kᵀ",
    r"x_{l+1}": "xₗ₊₁",
    r"d_{model}": "d_model",
    r"4d_{ff}^2": "4d_ff²",
    r"d_{ff}d": "d_ff d",
    r"W_i^Q": "Wᵢ^Q",
    r"2^{8h/H}": "2^(8h/H)",
    r"e^{-x}": "e⁻ˣ",
    r"10000^{2i/d}": "10000^(2i/d)",
    r"\mathbb{R}^{N\times d_k}": "ℝ^(N×dₖ)",
    r"y_{<t}": "y_{<t}",
    r"(a+b)^2": "(a + b)²",
    r"{a+b}^2": "(a + b)²",
    r"x^10": "x¹ 0",
    r"m'": "m′",
    r"{x^2}^3": "(x²)³",
    # Operators and signs.
    r"a\le b": "a ≤ b",
    r"p\times q": "p × q",
    r"2\cdot L\cdot n": "2·L·n",
    r"-10^9": "−10⁹",
    r"[-1,1]": "[−1, 1]",
    r"a-b": "a − b",
    r"a=-b": "a = −b",
    r"\pm c": "±c",
    r"N=131{,}072": "N = 131,072",
    r"\approx 7.7\%": "≈ 7.7%",
    r"p(y_t\mid y_{<t},x)": "p(yₜ | y_{<t}, x)",
    # Functions, sums, faces, accents, delimiters, spaces.
    r"N\log N": "N log N",
    r"\log_k N": "logₖ N",
    r"\max(0,x)": "max(0, x)",
    r"\sum_{i=1}^{n}x_i": "∑ᵢ₌₁ⁿ xᵢ",
    r"\sum_{t=1}^{T}x_t": "∑ₜ₌₁^T xₜ",
    r"\prod_l(I+J_l)": "∏ₗ (I + Jₗ)",
    r"\mathrm{head}_1": "head₁",
    r"\operatorname{ReLU}(x)": "ReLU(x)",
    r"x\text{ if }y": "x if y",
    r"\mathbf{x}": "x",
    r"\mathcal{L}": "ℒ",
    r"\hat{x}": "x\u0302",
    r"\bar{x_i}": "x\u0304ᵢ",
    r"\left\lfloor\frac{n}{2}\right\rfloor": "⌊n/2⌋",
    r"\Vert x\Vert_2": "‖x‖₂",
    r"\{1,\ldots,n\}": "{1, …, n}",
    r"3\,d": "3 d",
    r"a\quad b": "a  b",
}


@pytest.mark.parametrize(("latex", "text"), GOLDEN.items())
def test_golden(latex: str, text: str) -> None:
    assert formula(latex) == text


@pytest.mark.parametrize(
    ("latex", "position", "reason"),
    [
        (r"\frac{a}{b", 8, "not closed"),
        ("a}", 1, "unbalanced"),
        (r"\foo{x}", 0, r"unknown command '\foo'"),
        (r"x+\\mathrm{a}", 2, r"unknown command '\\'"),
        ("x^", 2, "empty script"),
        ("x_{}", 2, "empty script"),
        ("x_a_b", 3, "a second '_'"),
        ("^2", 0, "without anything before it"),
        (r"\left(x", 5, "without '\\right'"),
        (r"x\right)", 1, "unbalanced"),
        (r"\frac{a}", 8, "without a denominator"),
        (r"\sqrt{}", 5, "empty root"),
        ("50%", 2, "write '\\%'"),
        ("", 0, "empty formula"),
        ("{" * 5000 + "}" * 5000, 39, "deeper"),
        (r"\sqrt" * 5000 + "x", None, "deeper"),
    ],
)
def test_faults_name_their_place(latex: str, position: int | None, reason: str) -> None:
    with pytest.raises(FormulaError) as caught:
        formula(latex)
    assert reason in caught.value.reason
    if position is not None:
        assert caught.value.position == position


def _spans(text: str) -> list[tuple[str, str]]:
    return [(span.kind, span.content) for span in split_formulas(text)]


def test_split_finds_inline_and_display_formulas() -> None:
    assert _spans("a $x$ b $$y$$.") == [
        ("text", "a "),
        ("inline", "x"),
        ("text", " b "),
        ("display", "y"),
        ("text", "."),
    ]


@pytest.mark.parametrize("text", ["`$x`", "``a ` $x``", "```\n$x\n```\n", r"\$5", "~~~ python\n$\n~~~", ""])
def test_split_leaves_code_and_escaped_dollars_alone(text: str) -> None:
    assert all(kind == "text" for kind, _ in _spans(text))


@pytest.mark.parametrize("text", ["a $x", "$x\n\ny$", "$$x$", "$a$ and $"])
def test_an_unclosed_dollar_is_a_fault_with_its_place(text: str) -> None:
    with pytest.raises(FormulaError, match="not closed") as caught:
        split_formulas(text)
    assert text[caught.value.position] == "$"


def test_span_positions_point_into_the_text() -> None:
    text = "Dies $a_1$ und $$b$$ `c` $d$"
    for span in split_formulas(text):
        assert text[span.start : span.start + len(span.content)] == span.content


_TOKENS = [
    *"abcxyz0123{}^_$%+-/=()[],. '|",
    "\\frac",
    "\\sqrt",
    "\\left",
    "\\right",
    "\\mathrm",
    "\\hat",
    "\\",
]
_LATEX = st.lists(st.sampled_from(_TOKENS)).map("".join)


@given(_LATEX | st.text())
def test_any_text_is_a_formula_or_a_formula_error(latex: str) -> None:
    fault = None
    text = "-"
    try:
        text = formula(latex)
    except FormulaError as error:
        fault = error
    assert text.strip() == text != ""
    assert fault is None or 0 <= fault.position <= len(latex)


_ATOM = st.sampled_from("abcxyzNKQ")


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: rf"\frac{{{p[0]}}}{{{p[1]}}}"),
        pair.map(lambda p: f"{p[0]}+{p[1]}"),
        pair.map(lambda p: rf"{p[0]}\cdot {p[1]}"),
        inner.map(lambda i: rf"\sqrt{{{i}}}"),
        inner.map(lambda i: f"({i})^2"),
    )


@given(st.recursive(_ATOM, _extend, max_leaves=8))
def test_precedence_survives(latex: str) -> None:
    """The text, read with ordinary precedence, has the value of the formula's structure."""
    values = {name: 1.0 + index / 7 for index, name in enumerate("abcxyzNKQ")}
    assert _value(formula(latex), values) == pytest.approx(_value(_nested(latex), values))


def _value(text: str, values: dict[str, float]) -> float:
    code = text.replace("·", "*").replace("²", "**2").replace(" ", "")
    code = re.sub(r"√(\w)", r"R(\1)", code).replace("√", "R")
    return float(eval(code, {"R": lambda x: x**0.5, **values}))


def _nested(latex: str) -> str:
    """The formula with every group in parentheses, as Python would need it."""
    text = latex.replace(r"\cdot ", "·").replace("^2", "²")
    previous = ""
    while previous != text:
        previous = text
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", text)
    return text
