"""How long grading takes: cold, as a ratio to ``python -c 'import torch'``; in watch mode, as a share of it.

Cold: a new Python process that grades one right answer and ends. The runs of the two alternate, so that
whatever else the machine does falls on both; the medians are compared. Watch mode: the real
``quizcli code watch`` at a terminal; from the moment the file is saved until the verdict is on the screen,
the median of 20 saves. Run it from a checkout: ``python benchmarks/grading_latency.py [RUNS]``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

ROOT = Path(__file__).resolve().parents[1]
COLD_TARGET = 1.6
WATCH_TARGET = 0.1
SAVES = 20
EXERCISE = "scaled_dot_product_attention"
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


def watched() -> list[float]:
    """From save to verdict, for saves of right and wrong answers in turn."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mine.py"
        file.write_text(ANSWER)
        screen = pexpect.spawn(
            sys.executable,
            ["-m", "quizcli", "code", "watch", EXERCISE, str(file)],
            env={**os.environ, "QUIZCLI_HOME": folder, "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"},
            cwd=folder,
            timeout=60,
            dimensions=(200, 100),
            encoding="utf-8",
        )
        screen.expect_exact("q quit")
        taken = []
        for number in range(SAVES + 1):
            answer = ANSWER if number % 2 else ANSWER.replace("math.sqrt", "float")
            start = time.perf_counter()
            file.write_text(f"{answer}\n# save {number}\n")
            screen.expect_exact("★  pass" if number % 2 else "☆  fail")
            taken.append(time.perf_counter() - start)
            screen.expect_exact("q quit")
        screen.send("q")
        screen.expect(pexpect.EOF)
        return taken[1:]  # the first one prepares the exercise's diagnosis


def main() -> int:
    """Prints the medians and their ratios; 1 if one exceeds its target."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    pairs = [(seconds("import torch"), seconds(GRADE)) for _ in range(runs + 1)][1:]  # the first fills caches
    torch, cold = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(grading / torch for torch, grading in pairs)
    saves = watched()
    share = statistics.median(saves) / cold
    print(f"import torch      {torch:6.2f} s (median of {runs})")
    print(f"cold grading      {cold:6.2f} s (median of {runs})")
    print(f"  to import torch {ratio:6.2f}   (target: at most {COLD_TARGET})")
    print(f"save to verdict   {statistics.median(saves):6.3f} s (median of {len(saves)})")
    print(f"  right answers   {statistics.median(saves[0::2]):6.3f} s")
    print(f"  wrong, named    {statistics.median(saves[1::2]):6.3f} s")
    print(f"  to cold grading {share:6.3f}   (target: at most {WATCH_TARGET})")
    return int(ratio > COLD_TARGET or share > WATCH_TARGET)


if __name__ == "__main__":
    sys.exit(main())
