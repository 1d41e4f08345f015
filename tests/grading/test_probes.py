"""What is said about a submission that is wrong in no known way: facts found by trying, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from quizcli.grading.inside import mark_inside
from quizcli.grading.marking import Paper
from quizcli.grading.report import Report
from reference_impl import trial
from reference_impl.attention import multi_head_attention, scaled_dot_product_attention

from .conftest import Grade

Papers = Callable[[str], Paper]
ATTENTION = "scaled_dot_product_attention"
right = scaled_dot_product_attention


def weights(query: Tensor, key: Tensor, mask: Tensor | None, scale: float) -> Tensor:
    scores = query @ key.transpose(-2, -1) * scale
    return torch.softmax(scores if mask is None else scores.masked_fill(~mask, -1e9), -1)


def too_large(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return right(q * 3.25, k, v, mask)


def unnormalised(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return weights(q, k, mask, q.shape[-1] ** -0.5).square() @ v


def same_factor(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return right(q, k, v, mask) * 1.37


def same_offset(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return right(q, k, v, mask) + 0.5


def deaf(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    blurred = weights(q, k, None, 1.0).sqrt()
    return torch.tanh(blurred @ torch.ones_like(v))


def first_key_of_the_batch(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return right(q, k[:1] if k.dim() == 4 else k, v, mask).mul(1 + 0 * k.sum())


def absolute_key(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    return right(q, k.abs(), v, mask)


PROBED: list[tuple[Callable[..., Tensor], str]] = [
    (too_large, "scores are 3.25 times too large"),
    (unnormalised, "weights of a query sum to 0."),
    (same_factor, "Every number is 1.37 times what it should be"),
    (same_offset, "off by the same 0.5"),
    (deaf, "`value` has no effect"),
    (deaf, "`mask` has no effect"),
    (
        first_key_of_the_batch,
        "Batch element 1 of the result reacts to batch element 0 of `key`, which it must not",
    ),
    (first_key_of_the_batch, "wrong only when B is not 1"),
    (absolute_key, "Adding 1 to every number of `key` changes the result"),
    (absolute_key, "weights of a query do sum to 1"),
]


def found(papers: Papers, exercise: str, function: Callable[..., Any]) -> tuple[Report, str]:
    report = mark_inside(papers(exercise), function)
    assert report.failure is not None
    assert all(finding.zh and finding.en for finding in report.failure.findings)
    return report, "\n".join(finding.en for finding in report.failure.findings)


@pytest.mark.parametrize(("function", "words"), PROBED)
def test_fact_is_said(paper: Papers, function: Callable[..., Tensor], words: str) -> None:
    assert words in found(paper, ATTENTION, function)[1]


def test_factor_is_said_in_terms_of_the_head_size(paper: Papers) -> None:
    def scaled_twice(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
        return right(q / q.shape[-1], k, v, mask)

    report, said = found(paper, ATTENTION, scaled_twice)
    assert "times too small (D = " in said
    assert report.mistakes == ("wrong-scale",)


def test_one_idle_weight_is_named_though_the_rest_is_wrong_as_well(paper: Papers) -> None:
    def wrong(query: Tensor, key: Tensor, value: Tensor, *rest: Any) -> Tensor:
        w_q, w_k, w_v, w_o, heads, *mask = rest
        return multi_head_attention(
            query * 2, key, value * 3, w_q, w_k, w_v, torch.eye(len(w_o)).to(w_o), heads, *mask
        )

    report, said = found(paper, "multi_head_attention", wrong)
    assert "`w_o` has no effect" in said
    assert report.mistakes == ("output-not-projected",)


def test_more_keys_than_queries_are_tried_as_well(paper: Papers) -> None:
    def wrong(x: Tensor, memory: Tensor, *rest: Any) -> Tensor:
        w_q, w_k, w_v, w_o, heads, *mask = rest
        scale = (w_q.shape[0] / heads / max(1, x.shape[0])) ** 0.5
        return multi_head_attention(x * scale, memory, memory, w_q, w_k, w_v, w_o, heads, *mask)

    report, said = found(paper, "cross_attention", wrong)
    assert report.stars == 0
    assert "times" in said


def test_what_is_wrong_only_for_a_dtype_or_a_size_says_so(paper: Papers) -> None:
    softmax = trial.load("softmax").function
    _, said = found(paper, "softmax", lambda x, dim=-1: softmax(x, dim) + 0.1 * (x.dtype == torch.float64))
    assert "It is wrong exactly when dtype = float64" in said

    def square(n: int, m: int | None = None) -> Tensor:
        m = n if m is None else m
        mask = torch.ones(n, m, dtype=torch.bool).tril(m - n)
        return mask if n < 16 else ~mask | mask.T

    _, said = found(paper, "causal_mask", square)
    assert "N is 16 or more" in said


def test_exceptions_are_counted_in_one_line(grade: Grade) -> None:
    source = (
        f"import torch\ndef {ATTENTION}(q, k, v, mask=None):\n"
        "    s = torch.softmax(q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5, -1)\n"
        "    return (s * q) @ v\n"
    )
    report = grade(ATTENTION, source)
    assert report.failure is not None
    first = report.failure.findings[0].en
    assert "cases end in RuntimeError, at mine.py:4: return (s * q) @ v" in first


def test_findings_travel_in_the_json(paper: Papers) -> None:
    report, _ = found(paper, ATTENTION, same_factor)
    document = report.as_json()
    assert set(document["failure"]["findings"][0]) == {"en", "zh"}
    assert Report.from_json(document) == report


def test_a_submission_that_stops_answering_under_experiment_is_still_reported(grade: Grade) -> None:
    source = f"""
import os, torch
calls = 0
def {ATTENTION}(q, k, v, mask=None):
    global calls
    calls += 1
    if calls > 200:
        os._exit(0)
    s = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return torch.sin(torch.softmax(s, -1) @ v)
"""
    report = grade(ATTENTION, source)
    assert (report.verdict, report.stars) in {("fail", 0), ("crashed", 0)}
    assert report.failure is not None
