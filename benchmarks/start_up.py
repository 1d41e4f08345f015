"""The time to the first card, as a ratio to starting Python: whole processes, in turn, medians.

    python benchmarks/start_up.py [--runs 20]

Measured: ``quizcli due --json``, a scripted quiz of one card (shown, answered, committed to disk, summed
up), ``quizcli --help``, and the very first start in an empty home, which compiles the deck. Every round runs
each command once, one after the other, so that a machine whose speed drifts drifts for all of them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = 16.0


def seconds(command: list[str], home: Path, text: str = "") -> float:
    """How long one whole process takes; it must succeed."""
    environment = {**os.environ, "QUIZCLI_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without .pyc files every start compiles every module
    start = time.perf_counter()
    done = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr}")
    return took


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    python, program = [sys.executable, "-c", "pass"], [sys.executable, "-m", "quizcli"]
    folder = Path(tempfile.mkdtemp())
    home = folder / "home"
    times: dict[str, list[float]] = {}
    try:
        seconds([*program, "due", "--json"], home)  # compiles the deck and the .pyc files
        for number in range(runs):
            first = folder / f"first-{number}"
            rounds = [
                ("python -c pass", python, home, ""),
                ("quizcli --help", [*program, "--help"], home, ""),
                ("quizcli due --json", [*program, "due", "--json"], home, ""),
                (
                    "quizcli quiz, one card by script",
                    [*program, "quiz", "--limit", "1", "q09"],
                    home,
                    "\n4\n",
                ),
                ("quizcli due --json, first start", [*program, "due", "--json"], first, ""),
            ]
            for name, command, where, text in rounds:
                times.setdefault(name, []).append(seconds(command, where, text))
    finally:
        shutil.rmtree(folder)
    base = statistics.median(times["python -c pass"])
    print(f"{'command':36} {'median ms':>10} {'x python -c pass':>17}")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:36} {median * 1000:10.0f} {median / base:17.1f}")
    version = sys.version.split()[0]
    print(f"target: due and the one-card quiz at most {TARGET:g}; {runs} rounds, Python {version}")


if __name__ == "__main__":
    main()
