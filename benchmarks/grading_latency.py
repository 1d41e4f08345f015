"""How long a cold grading takes, as a ratio to ``python -c 'import torch'``.

Cold: a new Python process that grades one right answer and ends. The runs of the two alternate, so that
whatever else the machine does falls on both; the medians are compared. Run it from a checkout or anywhere
else: ``python benchmarks/grading_latency.py [RUNS]``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = 1.6
ANSWER = """
import math
import torch

def scaled_dot_product_attention(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is None:
        return torch.softmax(scores, -1) @ value
    weights = torch.softmax(scores.masked_fill(~mask, torch.finfo(scores.dtype).min), -1)
    return weights.masked_fill(~mask, 0.0) @ value
"""
GRADE = (
    "from quizcli.grading.client import grade; "
    f"assert grade('scaled_dot_product_attention', {ANSWER!r}, 'answer.py').passed"
)


def seconds(code: str) -> float:
    """The wall time of a Python process that executes the code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    return time.perf_counter() - start


def main() -> int:
    """Prints both medians and their ratio; 1 if it exceeds the target."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    pairs = [(seconds("import torch"), seconds(GRADE)) for _ in range(runs + 1)][1:]  # the first fills caches
    torch, grading = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(grading / torch for torch, grading in pairs)
    print(f"import torch    {torch:6.2f} s (median of {runs})")
    print(f"cold grading    {grading:6.2f} s (median of {runs})")
    print(f"ratio           {ratio:6.2f}   (target: at most {TARGET})")
    return int(ratio > TARGET)


if __name__ == "__main__":
    sys.exit(main())
