"""Experiments on a submission: an input is changed in one respect, and both it and the reference answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from quizcli.grading.calling import Answer, perform
from quizcli.grading.counterexample import Record
from quizcli.grading.question import Question, put
from quizcli.grading.report import Finding
from reference_impl.trial import DTYPES

Arguments = tuple[Any, ...]
Ask = Callable[[Question], Answer]
TELLING = 8  # numbers of a result: fewer show little
CLOSE = 1e-3  # relative: what is closer is the same
NOTHING = 1e-6  # relative: what moves less does not react at all


@dataclass(frozen=True, slots=True)
class Clue:
    """A finding, the mistake that it amounts to, if it has a name, and the argument that it is about."""

    finding: Finding
    mistake: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """An input with the right answer and the submission's, both in float64."""

    arguments: Arguments
    right: Tensor
    got: Tensor


def suited(records: Sequence[Record]) -> Question | None:
    """The question to vary: answered wrong with numbers of the right shape, with every optional argument,
    in a precision that shows small effects, and of moderate size."""
    wrong = [
        record.question
        for record in records
        if record.difference is not None
        and record.difference.kind == "value"
        and isinstance(record.question.typed.result, Tensor)
        and DTYPES[record.question.case.choice.get("dtype", "float32")].itemsize >= 4
        and record.question.case.magnitude == 1
    ]

    def preference(question: Question) -> tuple[bool, int, int]:
        sizes = [level for name, level in question.case.choice.items() if len(name) == 1]
        small = any(isinstance(size, int) and size < 2 for size in sizes)
        small = small or question.typed.result.numel() < TELLING
        return small, -len(question.arguments), question.size

    return min(wrong, key=preference, default=None)


class Subject:
    """The submission under experiment."""

    def __init__(self, base: Question, ask: Ask) -> None:
        self.exercise = base.exercise
        self.case = replace(base.case, choice={**base.case.choice, "gradient": False})
        self._ask = ask

    def sample(self, change: Callable[[Arguments], Arguments]) -> Sample | None:
        """Both answers to the changed input; None if there is no such input, or no comparable answer."""
        build = self.case.build
        try:
            question = put(
                self.exercise,
                replace(self.case, build=lambda draw, **choice: change(build(draw, **choice))),
            )
        except Exception:  # the changed arguments are no input of the exercise
            return None
        got, right = self._ask(question).result, question.exact.result
        if not isinstance(got, Tensor) or got.shape != right.shape:
            return None
        return Sample(question.arguments, right.detach().double(), got.detach().double())

    def right(self, arguments: Arguments) -> Tensor:
        """The right answer to some arguments in float64."""
        result: Tensor = perform(self.exercise.function, arguments, None).result
        return result

    def named(self, *kinds: str) -> Iterator[tuple[int, str, Any]]:
        """The place, name and value of the arguments of some kinds: float, mask, number."""
        for place, (name, value) in enumerate(
            zip(self.exercise.parameters, self.case.arguments(self.exercise.name), strict=False)
        ):
            if kind(value) in kinds:
                yield place, name, value


def kind(value: Any) -> str:
    if isinstance(value, Tensor):
        return "float" if value.is_floating_point() else "mask" if value.dtype == torch.bool else "integers"
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else "other"


def at(place: int, change: Callable[[Any], Any]) -> Callable[[Arguments], Arguments]:
    return lambda arguments: (*arguments[:place], change(arguments[place]), *arguments[place + 1 :])


def moved(one: Tensor, other: Tensor, close: float = CLOSE) -> Tensor:
    """Which numbers differ by more than some share of the largest."""
    scale = max(1e-6, float(one.nan_to_num(posinf=0.0, neginf=0.0).abs().max()) if one.numel() else 0.0)
    return ~torch.isclose(one, other, rtol=0.0, atol=close * scale, equal_nan=True)
