"""The report as data: the same for the same source, valid JSON, and small counterexamples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizcli.grading.report import Failure, Report, Tier

from .conftest import Grade

FOLDER = Path(__file__).parent / "right"
SDPA = (FOLDER / "scaled_dot_product_attention/masked_then_zeroed.py").read_text("utf-8")
UNSCALED = SDPA.replace(" / math.sqrt(Q.size(-1))", "")
KEYS = {"exercise", "verdict", "stars", "tiers", "mistakes", "failure", "cost", "notice"}


def strict_json(report: Report) -> object:
    return json.loads(json.dumps(report.as_json(), allow_nan=False))


@pytest.mark.parametrize(
    "source",
    [
        SDPA,
        UNSCALED,
        SDPA.replace(".masked_fill(~mask, 0.0)", "") + "\nprint(id(math))",
        "def scaled_dot_product_attention(*a): raise ValueError(object())",
        SDPA.replace("~mask", "mask").replace("@ V", "@ V * float('nan')"),
    ],
)
def test_regrading_gives_the_equal_report(grade: Grade, source: str) -> None:
    if "print" in source:
        source = source.replace("id(math)", "'id'")
    first = grade("scaled_dot_product_attention", source)
    again = grade("scaled_dot_product_attention", source)
    assert strict_json(first) == strict_json(again)
    assert Report.from_json(json.loads(json.dumps(first.as_json()))) == first
    assert set(first.as_json()) == KEYS


def test_counterexample_is_shrunk_to_plain_numbers(grade: Grade) -> None:
    report = grade("scaled_dot_product_attention", UNSCALED)
    assert report.failure is not None
    # One query and two keys are the least that the scale can change, in two dimensions or more.
    assert list(report.failure.inputs) == ["query", "key", "value"]
    assert report.failure.inputs["query"]["shape"][-2:] == [1, 2]
    assert report.failure.inputs["key"]["shape"][-2:] == [2, 2]
    numbers = json.dumps([report.failure.inputs[name]["values"] for name in report.failure.inputs])
    assert all(
        float(x) * 2 == int(float(x) * 2) for x in numbers.replace("[", "").replace("]", "").split(",")
    )
    assert report.failure.expected["shape"] == report.failure.got["shape"]
    assert report.failure.expected != report.failure.got


def test_nan_travels_as_a_word(grade: Grade) -> None:
    report = grade("softmax", "import torch\ndef softmax(x, dim=-1): return x * float('nan')")
    assert report.failure is not None
    assert "nan" in json.dumps(report.failure.got, allow_nan=False)


def test_stars_need_every_tier_below(grade: Grade) -> None:
    full, half, none = Tier(3, 3), Tier(2, 3), Tier(0, 0)
    assert Report("x", "pass", full, full, full).stars == 3
    assert Report("x", "pass", full, full, none).stars == 2
    assert Report("x", "pass", full, half, full).stars == 1
    assert Report("x", "fail", half, full, full).stars == 0
    failure = Failure("m", case="c", inputs={"n": 3})
    assert Report.from_json(Report("x", "fail", half, failure=failure).as_json()).failure == failure


def test_only_the_first_tier_decides_the_verdict(grade: Grade) -> None:
    fragile = SDPA.replace(".masked_fill(~mask, 0.0)", "").replace(
        "torch.finfo(scores.dtype).min", "-math.inf"
    )
    report = grade("scaled_dot_product_attention", fragile)
    assert (report.verdict, report.stars, report.mistakes) == ("pass", 1, ("nan-on-fully-masked",))
    assert report.failure is not None
    assert report.failure.tier == "robust"
