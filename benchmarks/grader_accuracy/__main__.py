"""How often the grader is fooled, how often it rejects a right answer, how often it names the mistake.

    python benchmarks/grader_accuracy [--only EXERCISE]... [--write RESULTS.md]

For every exercise: its known wrong versions; mutants of the reference, made by machine, the equivalent
ones sorted out by a float64 oracle on other inputs and listed; right solutions in other styles; and a set
of wrong and right submissions that was written from the contract alone (``independent/``).
"""

from __future__ import annotations

import argparse
import ast
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

import torch  # noqa: E402
from bundle import bundle  # noqa: E402
from mutation import mutants  # noqa: E402
from oracle import differs  # noqa: E402

from quizcli.grading.client import Session  # noqa: E402
from quizcli.grading.inside import mark_inside  # noqa: E402
from quizcli.grading.limits import Limits  # noqa: E402
from quizcli.grading.marking import Paper  # noqa: E402
from reference_impl import trial  # noqa: E402

RIGHT = ROOT / "tests" / "grading" / "right"
INDEPENDENT = HERE / "independent"


@dataclass
class Tally:
    """What came out for one exercise."""

    exercise: str
    known: int = 0
    known_named: int = 0
    mutants: int = 0
    costs_a_star: int = 0
    equivalent: list[str] = field(default_factory=list)
    wrong: int = 0
    wrong_named: int = 0
    right: int = 0
    accepted: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)


def measure(name: str) -> Tally:
    """Everything about one exercise."""
    tally = Tally(name)
    torch.set_num_threads(1)  # one a process, as in the judge
    warnings.simplefilter("ignore")
    _known(tally)
    with Session() as session:
        _right(tally, session)
        _independent(tally, session)
        _mutants(tally, session)
    return tally


def _known(tally: Tally) -> None:
    exercise = trial.load(tally.exercise)
    paper = Paper(exercise)
    for flaw in exercise.flaws:
        report = mark_inside(paper, exercise.wrong(flaw))
        tally.known += 1
        if report.failure is None:
            tally.accepted.append(f"known {flaw}")
        elif report.mistakes[:1] == (flaw.partition(":")[0],):
            tally.known_named += 1
        else:
            tally.misnamed.append(f"known {flaw}: {', '.join(report.mistakes) or 'no name'}")


def _right(tally: Tally, session: Session) -> None:
    for folder in (RIGHT / tally.exercise, INDEPENDENT / tally.exercise / "right"):
        for path in sorted(folder.glob("*.py")):
            report = session.grade(tally.exercise, path.read_text("utf-8"), path.name)
            tally.right += 1
            if not report.passed:
                tally.rejected.append(f"{path.relative_to(ROOT)}: {_why(report)}")


def _independent(tally: Tally, session: Session) -> None:
    for path in sorted((INDEPENDENT / tally.exercise / "wrong").glob("*.py")):
        source = path.read_text("utf-8")
        report = session.grade(tally.exercise, source, path.name)
        tally.wrong += 1
        names = set(path.stem.partition("--")[0].split("+"))
        if source.startswith("# also:"):
            names |= {name.strip() for name in source.split("\n")[0].removeprefix("# also:").split(",")}
        if report.passed:
            tally.accepted.append(f"{path.relative_to(INDEPENDENT)}, {report.stars} stars")
        elif report.mistakes and report.mistakes[0] in names:
            tally.wrong_named += 1
        else:
            tally.misnamed.append(
                f"{path.relative_to(INDEPENDENT)}: {', '.join(report.mistakes) or 'no name'}"
            )


def _mutants(tally: Tally, session: Session) -> None:
    exercise = trial.load(tally.exercise)
    full = {case.tier for case in exercise.cases}
    for label, source in mutants(bundle(exercise.function)):
        report = session.grade(tally.exercise, source, "mutant.py", limits=Limits(seconds=20))
        tally.mutants += 1
        if not report.passed:
            continue
        whole = report.stars >= len(full)
        namespace: dict[str, Any] = {}
        exec(compile(ast.parse(source), "mutant.py", "exec"), namespace)
        tiers: set[trial.Tier] = {"correct", "robust"} if whole else {"correct"}
        difference = differs(exercise, namespace[tally.exercise], tiers & full)
        if difference is not None:
            tally.accepted.append(f"mutant {label} ({difference})")
        elif whole:
            tally.equivalent.append(label)
        else:
            tally.costs_a_star += 1


def _why(report: Any) -> str:
    return f"{report.verdict}, {report.failure.message if report.failure else 'no reason'}"


HEAD = (
    "| exercise | known wrong | named | mutants | equivalent | cost a star | independent wrong | named "
    "| right | wrong accepted | right rejected |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
)


def table(tallies: list[Tally]) -> str:
    """The results as Markdown, with everything that is not as it should be, and the equivalent mutants."""
    lines = [_row(tally.exercise, [tally]) for tally in tallies]
    text = HEAD + "".join([*lines, _row("**all**", tallies)])
    for title, attribute in (
        ("Wrong and accepted", "accepted"),
        ("Right and rejected", "rejected"),
        ("Named otherwise", "misnamed"),
        ("Equivalent mutants", "equivalent"),
    ):
        found = [f"- {tally.exercise}: {entry}\n" for tally in tallies for entry in getattr(tally, attribute)]
        text += f"\n## {title}: {len(found)}\n\n" + "".join(found)
    return text


def _row(name: str, tallies: list[Tally]) -> str:
    def total(attribute: str) -> int:
        values = [getattr(tally, attribute) for tally in tallies]
        return sum(value if isinstance(value, int) else len(value) for value in values)

    columns = ("known", "known_named", "mutants", "equivalent", "costs_a_star", "wrong", "wrong_named")
    columns += ("right", "accepted", "rejected")
    return f"| {name} | " + " | ".join(str(total(column)) for column in columns) + " |\n"


def main() -> None:
    """Measure, print, and write the table where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", default=[], help="this exercise; may be repeated")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--write", type=Path, help="write the results to this file")
    options = parser.parse_args()
    names = options.only or list(trial.names())
    tallies = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for tally in pool.map(measure, names):
            print(_row(tally.exercise, [tally]), end="", flush=True)
            tallies.append(tally)
    text = "# How good the grader is\n\n" + table(tallies)
    if options.write:
        options.write.write_text(text, "utf-8")
    print(text)
    sys.exit(any(tally.accepted or tally.rejected for tally in tallies))


if __name__ == "__main__":
    main()
