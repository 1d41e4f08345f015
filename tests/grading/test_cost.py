"""The third star: counted cost, compared with the reference's as the arguments grow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention as library_attention

from quizcli.grading.cost import exponent
from quizcli.grading.counting import Count, count
from quizcli.grading.marking import Paper

from .conftest import Grade

RIGHT = Path(__file__).parent / "right"
ATTENTION = "scaled_dot_product_attention"
HEAD = f"import math, torch\ndef {ATTENTION}(q, k, v, mask=None):\n"
WEIGHTS = """
    if mask is not None:
        s = s.masked_fill(~mask, torch.finfo(s.dtype).min)
    w = torch.softmax(s.float() if s.dtype in (torch.float16, torch.bfloat16) else s, -1).to(s.dtype)
    if mask is not None:
        w = w * mask
"""
PRODUCT = "    s = (q @ k.transpose(-2, -1)) / math.sqrt(q.shape[-1])"
BROADCAST = "    s = (q.unsqueeze(-2) * k.unsqueeze(-3)).sum(-1) / math.sqrt(q.shape[-1])"

WASTEFUL = {
    "list of lists": (
        "causal_mask",
        "import torch\ndef causal_mask(n, m=None):\n    m = n if m is None else m\n"
        "    rows = [[j <= i + m - n for j in range(m)] for i in range(n)]\n"
        "    return torch.tensor(rows, dtype=torch.bool).reshape(n, m)\n",
        "loop over the positions",
    ),
    "loop over the batch": (
        "padding_mask",
        "import torch\ndef padding_mask(tokens, pad_id):\n"
        "    rows = [row != pad_id for row in tokens]\n"
        "    flat = torch.stack(rows) if rows else tokens.bool()\n    return flat[:, None, None, :]\n",
        "loop over the batch",
    ),
    "each product of components kept": (
        ATTENTION,
        HEAD + BROADCAST + WEIGHTS + "    return w @ v\n",
        "memory grows as D^1.0",
    ),
    "a cubic product": (
        "causal_mask",
        "import torch\ndef causal_mask(n, m=None):\n    m = n if m is None else m\n"
        "    ones = torch.eye(n).repeat_interleave(2, 1)[:, ::2].triu().T @ torch.eye(n)\n"
        "    i, j = torch.arange(n)[:, None], torch.arange(m)\n"
        "    return (j <= i + m - n) & (ones.sum() > -1)\n",
        "arithmetic grows as N^3.0; the reference's as N^0.0",
    ),
    "wrong where it is large": (
        "softmax",
        "import torch\ndef softmax(x, dim=-1):\n    if x.numel() > 3000:\n        return x\n"
        "    e = torch.exp(x.double() - x.double().amax(dim, keepdim=True).detach())\n"
        "    return (e / e.sum(dim, keepdim=True)).to(x.dtype)\n",
        "8191 of 8192 numbers differ",
    ),
    "failing where it is large": (
        "causal_mask",
        "import torch\ndef causal_mask(n, m=None):\n    assert n < 100\n"
        "    m = n if m is None else m\n    return torch.ones(n, m, dtype=torch.bool).tril(m - n)\n",
        "AssertionError",
    ),
}


@pytest.mark.parametrize(("exercise", "source", "words"), WASTEFUL.values(), ids=WASTEFUL.keys())
def test_right_answer_that_wastes_gets_two_stars_and_the_reason(
    grade: Grade, exercise: str, source: str, words: str
) -> None:
    report = grade(exercise, source)
    assert (report.verdict, report.stars) == ("pass", 2)
    assert report.failure is not None
    assert report.failure.tier == "efficient"
    assert words in report.failure.message


EVERYTHING_KEPT = """
    dtype = q.dtype
    q, k, v = q.double(), k.double(), v.double()
    dots = q @ k.transpose(-2, -1)
    scaled = dots / math.sqrt(q.shape[-1])
    allowed = torch.ones_like(scaled).bool() if mask is None else mask.expand_as(scaled).clone()
    masked = scaled.masked_fill(~allowed, -1e300)
    shifted = masked - masked.amax(-1, keepdim=True).detach() if masked.shape[-1] else masked
    powers = shifted.exp()
    zeroed = powers.masked_fill(~allowed, 0.0)
    total = zeroed.sum(-1, keepdim=True)
    weights = zeroed / torch.where(total == 0, 1.0, total)
    return (weights.clone() @ v).to(dtype)
"""


def test_casting_up_and_keeping_everything_by_name_is_no_waste(grade: Grade) -> None:
    assert grade(ATTENTION, HEAD + EVERYTHING_KEPT).stars == 3


def test_report_holds_the_counts_at_the_largest_length(grade: Grade, paper: Callable[[str], Paper]) -> None:
    report = grade(ATTENTION, HEAD + PRODUCT + WEIGHTS + "    return w @ v\n")
    choice = paper(ATTENTION).exercise.growths[0].cases[-1].choice
    pairs = choice["B"] * choice["H"] * choice["N"] * choice["M"]
    assert report.cost.flops == 2 * pairs * (choice["D"] + choice["V"])
    assert report.cost.peak_bytes is not None
    assert pairs * 4 < report.cost.peak_bytes < pairs * 20
    assert report.cost.operators is not None
    assert 5 < report.cost.operators < 40
    assert report.cost.memory_exponent == pytest.approx(2.0, abs=0.1)


FORGERIES = [
    "Count = type('Count', (), {'checked': staticmethod(lambda *a: 1 / 0)})",
    "Count = lambda *a: module.Spent",
    "count = lambda function, arguments, own: (function(*arguments), 'cheap')",
    "astuple = lambda count: (-1, 0, 0, 0, 0, True)",
    "astuple = lambda count: (1 << 80, 0, 0, 0, 0, True)",
    "astuple = lambda count: (0.5, 'x', None, [], {}, 2)",
    "astuple = lambda count: None",
]


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_count_breaks_nothing(grade: Grade, forgery: str) -> None:
    name, _, value = forgery.partition(" = ")
    source = (RIGHT / "causal_mask/tril.py").read_text("utf-8")
    patch = (
        f"\nimport gc\nfor module in gc.get_objects():\n"
        f"    if isinstance(module, dict) and {name!r} in module and 'main' in module:\n"
        f"        module[{name!r}] = {value}\n"
    )
    report = grade("causal_mask", source + patch)
    assert (report.verdict, report.correct.complete) == ("pass", True)
    assert grade("causal_mask", source).stars == 3


def test_peak_is_of_what_lives_at_the_same_time() -> None:
    def one_after_the_other(x: torch.Tensor) -> torch.Tensor:
        for _ in range(10):
            x = x + 1
        return x

    def all_at_once(x: torch.Tensor) -> torch.Tensor:
        return torch.stack([x + number for number in range(10)]).sum(0)

    x = torch.zeros(1000)
    _, lean = count(one_after_the_other, (x,), lambda _: False)
    _, greedy = count(all_at_once, (x,), lambda _: False)
    assert lean.peak_bytes == 2 * 4000
    assert greedy.peak_bytes == 20 * 4000
    assert count(lambda x: x[1:].view(3, 333), (x,), lambda _: False)[1].peak_bytes == 0


def test_products_are_counted_through_every_form() -> None:
    a, b = torch.ones(4, 3, 5), torch.ones(4, 5, 7)
    forms: list[Callable[..., object]] = [
        torch.matmul,
        torch.bmm,
        lambda a, b: torch.einsum("bij,bjk->bik", a, b),
        lambda a, b: torch.stack([x.mm(y) for x, y in zip(a, b, strict=True)]),
        lambda a, b: torch.baddbmm(torch.zeros(3, 7), a, b),
        lambda a, b: torch.stack([torch.nn.functional.linear(x, y.T) for x, y in zip(a, b, strict=True)]),
    ]
    assert {count(form, (a, b), lambda _: False)[1].flops for form in forms} == {2 * 4 * 3 * 5 * 7}
    q = torch.ones(1, 2, 8, 4)
    assert count(library_attention, (q, q, q), lambda _: False)[1].flops == 2 * 2 * 8 * 8 * (4 + 4)


def test_exponent_of_a_power_law_is_found() -> None:
    assert exponent((n, 7 * n**3) for n in (10, 20, 40)) == pytest.approx(3)
    assert exponent((n, 0) for n in (10, 20)) is None
    assert exponent([(10, 5)]) is None


@pytest.mark.parametrize("values", [None, (), (1, 2, 3, 4, 5), (True, 0, 0, 0, 0, True), "abcdef", 7])
def test_what_is_no_count_is_refused(values: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        Count.checked(values)
