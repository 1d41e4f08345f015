"""Every exercise that has trials, found without registration."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from quizcli.grading.inside import mark_inside
from quizcli.grading.marking import Paper
from quizcli.grading.report import TIERS
from reference_impl import trial

from .conftest import Grade

ROOT = Path(__file__).parents[2]
MISTAKES = set(yaml.safe_load((ROOT / "questions/mistakes.yaml").read_text("utf-8")))
FLAWS = [(name, flaw) for name in trial.names() for flaw in trial.load(name).flaws]
RIGHT = sorted((Path(__file__).parent / "right").glob("*/*.py"))


@pytest.mark.parametrize("name", trial.names())
def test_reference_earns_every_star(paper: Callable[[str], Paper], name: str) -> None:
    exercise = trial.load(name)
    report = mark_inside(paper(name), exercise.function)
    assert (report.verdict, report.mistakes, report.failure) == ("pass", (), None)
    assert report.stars == len(TIERS)


@pytest.mark.parametrize(("name", "flaw"), FLAWS)
def test_known_wrong_version_fails_under_its_own_name(
    paper: Callable[[str], Paper], name: str, flaw: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # wrong versions transpose what has no two dimensions, and the like
        report = mark_inside(paper(name), trial.load(name).wrong(flaw))
    assert report.failure is not None
    assert report.stars < 2
    assert report.mistakes[:1] == (flaw.partition(":")[0],)


@pytest.mark.parametrize("name", trial.names())
def test_trials_follow_the_contract(name: str) -> None:
    exercise = trial.load(name)
    named = {flaw.partition(":")[0] for flaw in exercise.flaws} | {
        also for ids in exercise.also.values() for also in ids
    }
    assert exercise.name == name
    assert named <= MISTAKES
    assert len(set(exercise.flaws)) >= (5 if name.endswith("mask") else 8)
    assert len({case.name for case in exercise.cases}) == len(exercise.cases)
    assert {case.tier for case in exercise.cases} == {"correct", "robust"}
    assert exercise.growths


@pytest.mark.parametrize("name", trial.names())
def test_stub_compiles_and_does_not_pass(grade: Grade, name: str) -> None:
    card = yaml.safe_load((ROOT / f"questions/coding/{name}.yaml").read_text("utf-8"))
    report = grade(name, card["stub"])
    assert (report.verdict, report.stars) == ("error", 0)
    assert report.failure is not None
    assert "NotImplementedError" in report.failure.message


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_right_answer_in_another_style_passes(grade: Grade, path: Path) -> None:
    report = grade(path.parent.name, path.read_text("utf-8"))
    assert (report.verdict, report.mistakes, report.notice) == ("pass", (), None)
    if path.stem.startswith("loop"):  # right, and slow for a reason that is said
        assert report.stars == 2
        assert report.failure is not None
        assert "loop" in report.failure.message
    else:
        assert (report.stars, report.failure) == (3, None)


@pytest.mark.parametrize("name", trial.names())
def test_each_exercise_has_four_styles(name: str) -> None:
    assert sum(path.parent.name == name for path in RIGHT) >= 4
