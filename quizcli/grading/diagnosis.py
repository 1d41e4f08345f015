"""Names the mistake by behaviour: which known wrong version answers every question as the submission does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from quizcli.grading.calling import Answer, tensors_in
from quizcli.grading.comparison import HALF, judge, off_by, tolerance
from quizcli.grading.counterexample import Record
from quizcli.grading.question import Question
from reference_impl.trial import Exercise

Flaws = tuple[str, ...]
TELLING = 8  # so many numbers are not the same by chance
SAMPLE = 12  # questions of each sort that are looked at where not all have to agree
MOSTLY = 0.75  # a version that agrees on so many of the wrong answers is named if none agrees on all


def diagnose(exercise: Exercise, records: Sequence[Record]) -> tuple[str, ...]:
    """The mistakes that explain the wrong answers, the best first; empty if nothing known does.

    Args:
        exercise: the exercise, with its known wrong versions.
        records: all questions put to the submission; at least one was answered wrong.
    """
    if all(record.difference is not None and record.difference.kind == "type" for record in records):
        return ()
    plain = _by_kind(records)
    if plain is not None:
        return (plain,)
    versions = _Versions(exercise, records)
    for flaws in versions.singles():
        if versions.agrees(flaws):
            return exercise.mistakes(flaws)
    if all(_is_float32_precision(record) for record in records if record.difference is not None):
        return ("wrong-dtype",)
    for flaws in versions.pairs():
        if versions.agrees(flaws):
            return exercise.mistakes(flaws)
    if all(record.answer.error is not None for record in records):
        return ()
    for lenient in ({"gradients": False}, {"raised": False}, {"gradients": False, "raised": False}):
        for candidates in (versions.singles(), versions.pairs()):
            for flaws in candidates:
                if versions.agrees(flaws, **lenient):
                    return exercise.mistakes(flaws)
    best = max(versions.singles(), key=versions.share, default=())
    if best and versions.share(best) >= MOSTLY:
        return exercise.mistakes(best)
    return _by_elimination(exercise, records)


def _by_kind(records: Sequence[Record]) -> str | None:
    """Mistakes that show in what is wrong rather than in the numbers."""
    wrong = [record for record in records if record.difference is not None]
    kinds = {record.difference.kind for record in wrong if record.difference is not None}
    if kinds == {"dtype"} and all(_right_but_for_dtype(record) for record in wrong):
        return "wrong-dtype"
    without = {r.difference.kind for r in wrong if r.difference and r.question.cotangents is None}
    # autograd itself refuses to change a leaf, so with gradients the same fault is an exception
    if without == {"mutated"} and kinds <= {"mutated", "error"}:
        return "mutates-input"
    if kinds == {"gradient-missing"}:
        return "detached-gradient"
    return None


def _by_elimination(exercise: Exercise, records: Sequence[Record]) -> tuple[str, ...]:
    wrong = [record for record in records if record.difference is not None]
    right = len(records) - len(wrong)
    kinds = {record.difference.kind for record in wrong if record.difference is not None}
    if "softmax-unstable" in exercise.flaws and all(record.question.case.magnitude > 1 for record in wrong):
        return ("softmax-unstable",)
    if kinds == {"shape"}:
        return ("wrong-shape",)
    if kinds == {"dtype"}:
        return ("wrong-dtype",)
    if kinds <= {"gradient", "gradient-missing"}:
        return ("detached-gradient",)
    if "mutated" in kinds:
        return ("mutates-input",)
    if kinds <= {"error", "shape"} and right:
        return ("fixed-size",)
    return ()


def _right_but_for_dtype(record: Record) -> bool:
    answer = record.answer
    expected, got = record.question.typed.result, answer.result
    if not (isinstance(expected, Tensor) and isinstance(got, Tensor)):
        return True
    cast = Answer(got.to(expected.dtype), arguments=answer.arguments, gradients=answer.gradients)
    difference = judge(record.question, cast)
    return difference is None or difference.error < 1e-5


def _is_float32_precision(record: Record) -> bool:
    difference = record.difference
    exact = any(tensor.dtype == torch.float64 for tensor in tensors_in(record.question.typed.result))
    return exact and difference is not None and difference.error < 1e-4  # a root near 0 magnifies it


class _Versions:
    """The known wrong versions of an exercise and their answers to the questions that were put."""

    def __init__(self, exercise: Exercise, records: Sequence[Record]) -> None:
        self._exercise = exercise
        wrong = [record for record in records if record.difference is not None]
        right = [record for record in records if record.difference is None]
        # What is cheap and still tells something comes first: it rules out nearly all versions.
        wrong.sort(key=_effort)
        right.sort(key=_effort)
        self._wrong, self._right, self._records = wrong, right, wrong + right
        self._answers: dict[tuple[Flaws, int], Answer] = {}
        self._verdicts: dict[tuple[Flaws, int, bool], bool] = {}

    def singles(self) -> Iterator[Flaws]:
        return ((flaw,) for flaw in self._exercise.flaws)

    def pairs(self) -> Iterator[Flaws]:
        return itertools.combinations(self._exercise.flaws, 2)

    def agrees(self, flaws: Flaws, gradients: bool = True, raised: bool = True) -> bool:
        """Whether a version answers every question as the submission did.

        Args:
            flaws: the version.
            gradients: whether gradients count.
            raised: whether the questions count to which the submission raised an exception.
        """
        counted = 0
        for record in self._records:
            if not raised and record.answer.error is not None:
                continue
            if not self._same(flaws, record, gradients):
                return False
            counted += record.difference is not None
        return counted > 0

    def share(self, flaws: Flaws) -> float:
        """In which share of the questions that one of the two gets wrong they give the same answer, as far as
        a sample shows."""
        agreed = [self._same(flaws, record, gradients=False) for record in _sampled(self._wrong)]
        apart = [not self._same(flaws, record, gradients=False) for record in _sampled(self._right)]
        return sum(agreed) / (len(agreed) + sum(apart))

    def _same(self, flaws: Flaws, record: Record, gradients: bool) -> bool:
        place = (flaws, id(record))
        if place not in self._answers:
            self._answers[place] = record.question.ask(self._exercise.wrong(*flaws))
        key = (*place, gradients)
        if key not in self._verdicts:
            self._verdicts[key] = same(record.question, self._answers[place], record.answer, gradients)
        return self._verdicts[key]


def _sampled(records: Sequence[Record]) -> Sequence[Record]:
    """Some of the records, from all over."""
    return records[:: max(1, len(records) // SAMPLE)]


def _effort(record: Record) -> tuple[bool, bool, bool, int]:
    """What a version's answer costs, those last that tell little: an exception, a handful of numbers."""
    question = record.question
    few = sum(tensor.numel() for tensor in tensors_in(question.typed.result)) < TELLING
    return record.answer.error is not None, few, question.cotangents is not None, question.size


def same(question: Question, one: Answer, other: Answer, gradients: bool = True) -> bool:
    """Whether two answers to a question are the same behaviour: equal within what rounding may do."""
    if one.error is not None or other.error is not None:
        return one.error is not None and other.error is not None
    if not _same_values(question, one.result, other.result):
        return False
    if not _same_values(question, one.arguments, other.arguments):  # one of them changed its input
        return False
    if not gradients or one.gradients is None or other.gradients is None:
        return True
    if not isinstance(other.gradients, list) or len(one.gradients) != len(other.gradients):
        return False
    pairs = zip(one.gradients, other.gradients, strict=True)
    return all(_same_gradient(question, first, second) for first, second in pairs)


def _same_gradient(question: Question, one: Tensor | None, other: Tensor | None) -> bool:
    if one is None or other is None:
        given = one if one is not None else other
        return given is None or not bool(given.any())
    return _same_values(question, one, other)


def _same_values(question: Question, one: object, other: object) -> bool:
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        one, other = one.detach(), other.detach()
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        if torch.equal(one, other):
            return True
        if not one.is_floating_point():
            return False
        error, size = off_by(one, other, 1.0 if one.dtype in HALF else 1e-2)
        return not bool((error > 4 * size * tolerance(question, one.dtype, gradient=True)).any())
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_same_values, itertools.repeat(question), one, other))
    return type(one) is type(other) and one == other
