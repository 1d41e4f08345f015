"""A failed submission makes the card due that teaches its mistake."""

from __future__ import annotations

from .conftest import Program

UNSCALED = """
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, -1).nan_to_num() @ value
"""


def test_the_card_that_teaches_the_mistake_is_asked_first_until_it_is_rated(program: Program) -> None:
    (program.work / "mine.py").write_text(UNSCALED, "utf-8")
    assert program.run("review", "q09", "--rating", "easy").returncode == 0
    assert "q09" not in [entry["item"] for entry in program.json("due")["queue"]]
    report = program.run("code", "check", "scaled_dot_product_attention", "mine.py", "--json")
    assert report.returncode == 1
    assert '"missing-scale"' in report.stdout
    assert program.json("due")["queue"][0]["item"] == "q09"
    assert program.json("due")["counts"]["due"] == 1
    program.run("review", "q09", "--rating", "easy")
    assert "q09" not in [entry["item"] for entry in program.json("due")["queue"]]
    program.run("undo")
    assert program.json("due")["queue"][0]["item"] == "q09"
    program.run("undo")
    assert program.json("due")["counts"]["due"] == 0
