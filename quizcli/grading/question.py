"""A case of an exercise put as a question: the arguments, and what a right answer to them is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from quizcli.grading import calling
from quizcli.grading.calling import Answer, floats_in, perform, tensors_in
from quizcli.grading.counting import count
from reference_impl.trial import Case, Exercise

# The steps of these folders are not those of the function that calls them.
LIBRARIES = tuple(str(Path(module.__file__ or "").parent) for module in (torch, contextlib, calling))


@dataclass(frozen=True, slots=True)
class Question:
    """One input, with the right answer.

    Attributes:
        exercise: the exercise.
        case: its case.
        plain: whether the numbers are plain ones.
        arguments: the arguments.
        cotangents: one for each floating-point tensor in the result; None where no gradient is asked for.
        exact: the reference's answer to the same numbers in float64.
        typed: the reference's answer in the case's own dtype: what shape and dtype are right.
    """

    exercise: Exercise
    case: Case
    plain: bool
    arguments: tuple[Any, ...]
    cotangents: list[Tensor] | None
    exact: Answer
    typed: Answer

    @property
    def size(self) -> int:
        """How many numbers the arguments hold."""
        return sum(tensor.numel() for tensor in tensors_in(self.arguments)) + sum(
            argument for argument in self.arguments if isinstance(argument, int)
        )

    @property
    def length(self) -> int:
        """The longest dimension of an argument: no reduction is longer."""
        return max((max(tensor.shape, default=1) for tensor in tensors_in(self.arguments)), default=1)

    @property
    def counted(self) -> bool:
        """Whether what the call spends is counted."""
        return self.case.tier == "efficient"

    @property
    def names(self) -> list[str]:
        """The name of each floating-point tensor among the arguments, in order."""
        return [
            name
            for name, argument in zip(self.exercise.parameters, self.arguments, strict=False)
            for _ in floats_in(argument)
        ]

    def fresh(self) -> tuple[Any, ...]:
        """The arguments again, as new tensors."""
        return self.case.arguments(self.exercise.name, self.plain)

    def ask(self, function: Callable[..., Any]) -> Answer:
        """The answer of a trusted function; an exception is an answer, too."""
        arguments = self.fresh()
        try:
            if self.counted:
                result, spent = count(function, arguments, _trusted)
                return Answer(result, arguments=arguments, count=spent)
            return perform(function, arguments, self.cotangents)
        except Exception as error:
            return Answer(error=f"{type(error).__name__}: {error}", arguments=arguments)


def put(exercise: Exercise, case: Case, plain: bool = False) -> Question:
    """Draws the arguments of a case and works out the right answer.

    Raises:
        Exception: the reference cannot answer it, which is a fault of the exercise.
    """
    arguments = case.arguments(exercise.name, plain)
    typed = perform(exercise.function, case.arguments(exercise.name, plain), None)
    outputs = floats_in(typed.result)
    cotangents = None
    if case.gradient and outputs and floats_in(arguments):
        generator = torch.Generator().manual_seed(len(case.name))
        cotangents = [
            torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x.dtype) for x in outputs
        ]
        typed = perform(exercise.function, case.arguments(exercise.name, plain), cotangents)
    wide = None if cotangents is None else [cotangent.double() for cotangent in cotangents]
    exact = perform(exercise.function, _widened(case.arguments(exercise.name, plain)), wide)
    return Question(exercise, case, plain, arguments, cotangents, exact, typed)


def _trusted(filename: str) -> bool:
    """Whether a file is neither torch's nor the standard library's."""
    return not filename.startswith(LIBRARIES)


def _widened(value: Any) -> Any:
    """The value with its floating-point tensors in float64."""
    if isinstance(value, Tensor):
        return value.double() if value.is_floating_point() else value
    if isinstance(value, (tuple, list)):
        return type(value)(_widened(item) for item in value)
    if isinstance(value, dict):
        return {key: _widened(item) for key, item in value.items()}
    return value
