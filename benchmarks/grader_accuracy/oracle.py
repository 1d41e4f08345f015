"""Whether an accepted mutant is the reference after all: compared in float64 on inputs that the grader never
uses, drawn from all of the exercise's declared input space."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from quizcli.grading.calling import perform
from quizcli.grading.comparison import judge
from quizcli.grading.question import put
from reference_impl.trial import Case, Exercise, Tier

TRIES = 400


def differs(exercise: Exercise, function: Callable[..., Any], tiers: set[Tier]) -> str | None:
    """The first input on which a function is not right, or None."""
    for case in _cases(exercise, tiers):
        try:
            question = put(exercise, case)
        except Exception:  # sizes that do not fit together are no input
            continue
        try:
            answer = perform(function, question.fresh(), question.cotangents)
        except Exception as error:
            return f"{case.name}: {type(error).__name__}: {error}"
        difference = judge(question, answer)
        if difference is not None:
            return f"{case.name}: {difference.message}"
    return None


def _cases(exercise: Exercise, tiers: set[Tier]) -> Iterator[Case]:
    chance = random.Random(exercise.name)
    bases = [case for case in exercise.cases if case.tier in tiers]
    for _ in range(TRIES):
        base = chance.choice(bases)
        choice = dict(base.choice)
        for factor, levels in base.levels.items():
            if len(factor) == 1 and factor.isupper() and isinstance(choice[factor], int) and choice[factor]:
                choice[factor] = chance.randint(1, 12)
            else:
                choice[factor] = chance.choice(levels)
        yield replace(base, choice=choice)
