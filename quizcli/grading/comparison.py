"""Whether an answer is right, and if not, what is wrong with it.

Tolerances come from the dtype, the length of the reductions and the size of the numbers inside of the
formula, so that a right answer in another order of operations always passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from quizcli.grading.calling import Answer, tensors_in
from quizcli.grading.question import Question
from quizcli.grading.wire import Foreign

Kind = Literal["error", "type", "shape", "dtype", "value", "mutated", "gradient-missing", "gradient"]
HALF = (torch.float16, torch.bfloat16)


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with an answer.

    Attributes:
        kind: the sort of fault.
        message: the fault in words.
        expected: the right value, or None.
        got: the value given instead, or None.
        error: how far off it is relative to the size of the right value, for the kinds value and gradient.
    """

    kind: Kind
    message: str
    expected: Any = None
    got: Any = None
    error: float = math.inf


def judge(question: Question, answer: Answer) -> Difference | None:
    """The first fault of an answer, or None if it is right."""
    if answer.error is not None:
        return Difference("error", answer.error)
    for difference in _results(question, answer):
        return difference
    for index, (before, after) in enumerate(zip(question.arguments, answer.arguments, strict=False)):
        if not _unchanged(before, after):
            message = f"it changed its argument `{question.exercise.parameters[index]}` in place"
            return Difference("mutated", message, before, after)
    return _gradients(question, answer)


def tolerance(question: Question, dtype: torch.dtype, gradient: bool = False) -> float:
    """How far off a right answer may be, relative to the largest right number."""
    epsilon = torch.finfo(dtype).eps
    if dtype in HALF:
        base = epsilon * (8 + 2 * math.sqrt(question.length)) * (2 if gradient else 1)
    else:
        base = max({torch.float32: 2e-4, torch.float64: 1e-9}[dtype], 8 * epsilon * question.length)
    if question.case.magnitude > 1:
        base = max(base, 8 * epsilon * question.case.magnitude)
    return base


def off_by(expected: Tensor, got: Tensor, floor: float) -> tuple[Tensor, float]:
    """How far each number is off, and the size that this is to be measured by. Equal infinities and NaN in
    the same place are no difference; one that stands alone is an infinite one."""
    expected, got = expected.detach().double(), got.detach().double()
    same = (expected == got) | (expected.isnan() & got.isnan())
    error = torch.where(same, 0.0, (got - expected).abs()).nan_to_num(nan=math.inf)
    finite = expected[expected.isfinite()]
    size = float(finite.abs().max()) if finite.numel() else 0.0
    return error, max(size, floor)


def _results(question: Question, answer: Answer) -> Iterator[Difference]:
    exact = tensors_in(question.exact.result)
    yield from _trees("the result", question, question.typed.result, answer.result, exact)


def _trees(
    where: str, question: Question, typed: Any, got: Any, exact: Iterator[Tensor]
) -> Iterator[Difference]:
    """The differences between nested values, in order; `exact` yields the exact numbers of each tensor."""
    if isinstance(typed, Tensor):
        yield from _tensor(where, question, typed, got, next(exact))
    elif isinstance(typed, (tuple, list)):
        if not isinstance(got, (tuple, list)) or len(got) != len(typed):
            yield Difference("type", f"{where} is {_kind(got)}; expected {len(typed)} values", typed, got)
            return
        for index, item in enumerate(typed):
            yield from _trees(f"{where}[{index}]", question, item, got[index], exact)
    elif isinstance(typed, dict):
        if not isinstance(got, dict) or set(got) != set(typed):
            yield Difference(
                "type", f"{where} is {_kind(got)}; expected the keys {sorted(typed)}", typed, got
            )
            return
        for key, item in typed.items():
            yield from _trees(f"{where}[{key!r}]", question, item, got[key], exact)
    else:
        yield from _number(where, typed, got)


def _number(where: str, expected: Any, got: Any) -> Iterator[Difference]:
    if isinstance(expected, float) and isinstance(got, (int, float)) and not isinstance(got, bool):
        if not math.isclose(expected, got, rel_tol=1e-9):
            yield Difference("value", f"{where} is {got!r}; expected {expected!r}", expected, got)
    elif type(expected) is not type(got):
        yield Difference("type", f"{where} is {_kind(got)}; expected {_kind(expected)}", expected, got)
    elif expected != got:
        yield Difference("value", f"{where} is {got!r}; expected {expected!r}", expected, got)


def _tensor(where: str, question: Question, typed: Tensor, got: Any, exact: Tensor) -> Iterator[Difference]:
    if not isinstance(got, Tensor):
        yield Difference("type", f"{where} is {_kind(got)}; expected a tensor", typed, _shown(got))
    elif got.shape != typed.shape:
        message = f"{where} has the shape {list(got.shape)}; expected {list(typed.shape)}"
        yield Difference("shape", message, typed, got)
    elif got.dtype != typed.dtype:
        yield Difference("dtype", f"{where} is {_name(got)}; expected {_name(typed)}", typed, got)
    elif not typed.is_floating_point():
        wrong = typed != got
        if bool(wrong.any()):
            message = f"{where}: {_count(wrong)} differ, the first {_place(wrong)}"
            yield Difference("value", message, typed, got)
    else:
        difference = _floats("value", where, question, typed, got, exact)
        if difference is not None:
            yield difference


def _floats(
    kind: Kind, where: str, question: Question, typed: Tensor, got: Tensor, exact: Tensor
) -> Difference | None:
    gradient = kind == "gradient"
    # A number that cancels to nothing is measured by what it cancels from.
    floor = 1.0 if typed.dtype in HALF else 1e-2
    if gradient:
        floor = max(floor, math.sqrt(question.case.magnitude) if question.case.magnitude > 1 else 0.0)
    # Most answers are right and finite, and then this is all there is to work out.
    if exact.numel() and float((got.detach() - exact.detach()).abs().max()) <= floor * tolerance(
        question, typed.dtype, gradient
    ):
        return None
    error, size = off_by(exact, got, floor)
    own, _ = off_by(exact, typed, floor)  # the reference in this dtype shows how well the question is posed
    own_worst = float(own.max()) if own.numel() else 0.0
    allowed = size * tolerance(question, typed.dtype, gradient)
    if math.isfinite(own_worst):
        allowed = max(allowed, 16 * own_worst)
    wrong = error > allowed
    if not bool(wrong.any()):
        return None
    worst = float(error.max())
    strange = ~got.isfinite() & exact.isfinite()
    if bool(strange.any()):
        message = f"{where}: {_count(strange)} are NaN or infinite, the first {_place(strange)}"
    else:
        message = f"{where}: {_count(wrong)} differ, by up to {worst:.3g} {_place(error == error.max())}"
        if typed.dtype == torch.float64 and worst < 1e-5 * size:
            message += "; it is right to the precision of float32 only"
    return Difference(kind, message, exact.to(typed.dtype), got, worst / size)


def _gradients(question: Question, answer: Answer) -> Difference | None:
    expected = question.exact.gradients
    if expected is None or question.typed.gradients is None:
        return None
    got = answer.gradients
    if not isinstance(got, list) or len(got) != len(expected):
        return Difference("type", "it interfered with the computation of gradients")
    for index, right in enumerate(expected):
        typed = question.typed.gradients[index]
        if right is None or typed is None:
            continue
        given = got[index]
        where = f"the gradient of `{question.names[index]}`"
        if given is None and float(right.abs().sum()) > 0:
            return Difference(
                "gradient-missing", f"{where} is missing: it was detached", right.to(typed.dtype)
            )
        if given is None:
            continue
        if not isinstance(given, Tensor) or given.shape != typed.shape:
            return Difference("type", "it interfered with the computation of gradients")
        difference = _floats("gradient", where, question, typed, given, right)
        if difference is not None:
            return difference
    return None


def _unchanged(before: Any, after: Any) -> bool:
    pairs = zip(tensors_in(before), tensors_in(after), strict=False)
    return all(_identical(one, other) for one, other in pairs)


def _identical(before: Tensor, after: Tensor) -> bool:
    if before.shape != after.shape or before.dtype != after.dtype:
        return False
    before, after = before.detach(), after.detach()
    return bool(((before == after) | ((before != before) & (after != after))).all())


def _kind(value: Any) -> str:
    if value is None:
        return "None (is a `return` missing?)"
    if isinstance(value, Foreign):
        return value.description
    if isinstance(value, Tensor):
        return f"a tensor of shape {list(value.shape)}"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    return (
        f"{type(value).__name__} {value!r:.80}"
        if isinstance(value, (int, float, str))
        else type(value).__name__
    )


def _shown(value: Any) -> Any:
    return value.description if isinstance(value, Foreign) else value


def _name(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _count(wrong: Tensor) -> str:
    return f"{int(wrong.sum())} of {wrong.numel()} numbers"


def _place(wrong: Tensor) -> str:
    position = wrong.nonzero()[0].tolist()
    return f"at {position}" if position else "(the only one)"
