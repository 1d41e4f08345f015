"""Whether what a submission spends grows no faster than what the reference spends, and is no order more.

The bounds are generous on purpose: another style, every intermediate result kept by name, everything cast
up to float64, or masks built from integers is no fault. A loop over batch, heads or positions is, and so
is memory or arithmetic of a higher order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from quizcli.grading.calling import tensors_in
from quizcli.grading.counting import Count
from quizcli.grading.question import Question
from quizcli.grading.report import Cost, Finding
from reference_impl.growth import Growth

WIDEST = 8  # bytes of a number: float64 and int64 are no fault
TIMES = 4  # so many times what the reference needs is still the same order
FASTER = 0.35  # by so much a larger exponent is no rounding
AXES = {
    "B": ("the batch", "批次"),
    "H": ("the heads", "头"),
    "G": ("the key heads", "键的头"),
    "N": ("the positions", "位置"),
    "M": ("the keys", "键"),
    "L": ("the layers", "层"),
    "D": ("the components", "分量"),
    "E": ("the features", "特征"),
}


@dataclass(frozen=True, slots=True)
class Spent:
    """What one call spent, and what the reference did.

    Attributes:
        size: how far along the axis.
        own: the submission's count.
        reference: the reference's.
        touched: how many numbers the arguments and the result hold; nobody can do with less work.
    """

    size: int
    own: Count
    reference: Count
    touched: int

    @property
    def memory(self) -> float:
        """The peak as a multiple of what the reference needs if each of its numbers takes the widest type."""
        return self.own.peak_bytes / (WIDEST * max(1, self.reference.peak_numbers + self.touched))

    @property
    def arithmetic(self) -> float:
        """The floating-point operations as a multiple of the reference's, a few for each number included."""
        least = self.reference.flops + WIDEST * (self.reference.peak_numbers + self.touched)
        return self.own.flops / max(1, least)


def reference(question: Question) -> tuple[Count, int]:
    """What the reference spends on a question, and how many numbers go in and out."""
    count = question.ask(question.exercise.function).count
    assert count is not None
    every = (*tensors_in(question.arguments), *tensors_in(question.typed.result))
    return count, sum(tensor.numel() for tensor in every)


def fault(growth: Growth, points: Sequence[Spent]) -> Finding | None:
    """What is spent without need along one axis, or None.

    Args:
        growth: the axis.
        points: what was spent at each of its sizes, as far as it was counted.
    """
    if "operators" in growth.counted and (looping := _loop(growth.axis, points)):
        return looping
    if not points[-1].own.complete:
        if "operators" in growth.counted or len(points) < 3:
            return _endless(growth.axis, points[-1])
        points = points[:-1]  # a loop is allowed, and the sizes before this one tell enough
    elif len(points) < len(growth.sizes):
        return None  # at small sizes other terms outweigh the leading one
    if "memory" in growth.counted and _grows(points, [p.memory for p in points], least=1 / TIMES):
        ours = exponent((p.size, p.own.peak_bytes) for p in points)
        theirs = exponent((p.size, p.reference.peak_bytes) for p in points)
        return _growing(growth.axis, ("memory", "内存"), ours, theirs)
    if "memory" in growth.counted and points[-1].memory > TIMES:
        last = points[-1]
        return _excess(growth.axis, last.size, "memory", last.own.peak_bytes, last.reference.peak_bytes)
    if "flops" in growth.counted and _grows(points, [p.arithmetic for p in points], least=1.0):
        ours = exponent((p.size, p.own.flops) for p in points)
        theirs = exponent((p.size, p.reference.flops) for p in points)
        return _growing(growth.axis, ("arithmetic", "运算量"), ours, theirs)
    if "flops" in growth.counted and points[-1].arithmetic > TIMES:
        last = points[-1]
        return _excess(growth.axis, last.size, "flops", last.own.flops, last.reference.flops)
    return None


def summary(points: Sequence[Spent]) -> Cost:
    """What the report shows of an axis: the counts at its largest size, and how the memory grows."""
    last = points[-1].own
    rate = exponent((point.size, point.own.peak_bytes) for point in points)
    return Cost(last.flops, last.peak_bytes, last.operators, None if rate is None else round(rate, 2))


def exponent(points: Iterable[tuple[int, int]]) -> float | None:
    """The e of the power law amount = c * size^e that fits the last three points best; None for nothing."""
    last = list(points)[-3:]
    if len(last) < 2 or any(amount <= 0 for _, amount in last):
        return None
    xs, ys = [math.log(size) for size, _ in last], [math.log(amount) for _, amount in last]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x0) * (y - y0) for x, y in zip(xs, ys, strict=True)) / sum((x - x0) ** 2 for x in xs)


def _loop(axis: str, points: Sequence[Spent]) -> Finding | None:
    """Whether operators, or lines of Python, come on top with every step along the axis, as in a loop."""
    if len(points) < 2:
        return None
    first, last = points[0], points[-1]
    steps = last.size - first.size
    kinds: tuple[tuple[Literal["operators", "steps"], str, str], ...] = (
        ("operators", "operators", "个算子"),
        ("steps", "lines of Python executed", "行 Python 代码"),
    )
    for kind, en, zh in kinds:
        ours = getattr(last.own, kind) - getattr(first.own, kind)
        theirs = getattr(last.reference, kind) - getattr(first.reference, kind)
        if ours >= steps > 2 * theirs:
            number = f"{getattr(last.own, kind):,}"
            what_en, what_zh = AXES.get(axis, (axis, axis))
            return Finding(
                en=f"{number} {en} at {axis} = {last.size}: there is a Python loop over {what_en}.",
                zh=f"{axis} = {last.size} 时执行了 {number} {zh}：有一个对{what_zh}的 Python 循环。",
            )
    return None


def _grows(points: Sequence[Spent], ratios: Sequence[float], least: float) -> bool:
    """Whether a multiple of the reference's cost itself grows, and has become worth a word."""
    if len(points) < 2 or ratios[-1] < least or ratios[-2] <= 0:
        return False
    rate = math.log(ratios[-1] / ratios[-2]) / math.log(points[-1].size / points[-2].size)
    return rate > FASTER


def _endless(axis: str, last: Spent) -> Finding:
    number, rows = f"{last.own.operators:,}", f"{last.own.steps:,}"
    return Finding(
        en=f"{number} operators and {rows} lines of Python at {axis} = {last.size}, and no end of it.",
        zh=f"{axis} = {last.size} 时已有 {number} 个算子和 {rows} 行 Python 代码，仍未结束。",
    )


def _growing(axis: str, what: tuple[str, str], ours: float | None, theirs: float | None) -> Finding:
    mine = f"{axis}^{ours or 0:.1f}"
    right = f"{axis}^{theirs or 0:.1f}"
    return Finding(
        en=f"Your {what[0]} grows as {mine}; the reference's as {right}.",
        zh=f"你的{what[1]}按 {mine} 增长；参考实现按 {right} 增长。",
    )


def _excess(axis: str, size: int, what: Literal["memory", "flops"], ours: int, theirs: int) -> Finding:
    unit = "bytes" if what == "memory" else "floating-point operations"
    unit_zh = "字节内存" if what == "memory" else "次浮点运算"
    return Finding(
        en=f"At {axis} = {size} it takes {ours:,} {unit}; the reference takes {theirs:,}.",
        zh=f"{axis} = {size} 时用了 {ours:,} {unit_zh}；参考实现只用 {theirs:,}。",
    )
