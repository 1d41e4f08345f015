"""When a submission is wrong: the condition on the cases that tells its right answers from its wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from quizcli.grading.counterexample import Record
from quizcli.grading.report import Finding
from reference_impl.trial import Case, Choice

PLAIN = {"dtype": "float32", "layout": "contiguous"}  # the levels that go without saying


@dataclass(frozen=True, slots=True)
class _Condition:
    """Something that holds for some cases, in words after "exactly when"; a plain one is worth saying even
    if it tells only a part of the truth."""

    holds: Callable[[Choice], bool]
    en: str
    zh: str
    plain: bool = False


def circumstances(records: Sequence[Record]) -> Finding | None:
    """When it is wrong and when it is right, if one condition tells; None if none does or all are wrong.

    Args:
        records: questions with their answers.
    """
    wrong = [record.question.case for record in records if record.difference is not None]
    right = [record.question.case for record in records if record.difference is None]
    if not wrong or not right:
        return None
    necessary = (
        (condition, sum(condition.holds(case.choice) for case in right))
        for condition in _conditions([*wrong, *right])
        if all(condition.holds(case.choice) for case in wrong)
    )
    plainest: tuple[_Condition, int] | None = None
    for condition, kept in necessary:
        if kept == 0:
            return _said(condition, "exactly", "恰好", len(right))
        if plainest is None and condition.plain and 2 * kept <= len(right):
            plainest = condition, kept
    return None if plainest is None else _said(plainest[0], "only", "只", len(right) - plainest[1])


def _said(condition: _Condition, en: str, zh: str, right: int) -> Finding:
    return Finding(
        en=f"It is wrong {en} when {condition.en}; the other {right} cases are right.",
        zh=f"{zh}在{condition.zh}时出错；其余 {right} 个用例都对。",
    )


def raised(records: Sequence[Record]) -> Finding | None:
    """How many cases end in an exception, in which and where; None if none does."""
    messages = [record.answer.error for record in records if record.answer.error is not None]
    if not messages:
        return None
    first = messages[0].splitlines()
    kind = first[0].partition(":")[0]
    place = first[-1].strip() if len(first) > 1 else ""
    return Finding(
        en=f"{len(messages)} of {len(records)} cases end in {kind}{f', at {place}' if place else '.'}",
        zh=f"{len(records)} 个用例中有 {len(messages)} 个以 {kind} 结束{f'，在 {place}' if place else '。'}",
    )


def _conditions(cases: Sequence[Case]) -> Iterator[_Condition]:
    """Conditions from the plainest on: a factor has one level, or has not, is above a size, differs from
    another, and two such at once."""
    levels: dict[str, list[object]] = {}
    for case in cases:
        for factor, level in case.choice.items():
            seen = levels.setdefault(factor, [])
            if level not in seen:
                seen.append(level)
    sizes = [factor for factor in levels if len(factor) == 1 and factor.isupper()]
    single = [*_optional(levels), *_levels(levels), *_thresholds(levels, sizes), *_unequal(sizes)]
    yield from single
    for number, one in enumerate(single):
        for other in single[number + 1 :]:
            yield _Condition(
                lambda choice, one=one, other=other: one.holds(choice) and other.holds(choice),  # type: ignore[misc]
                f"{one.en} and {other.en}",
                f"{one.zh}且{other.zh}",
            )


def _optional(levels: dict[str, list[object]]) -> Iterator[_Condition]:
    """Factors that may be missing: an optional argument."""
    for factor, seen in levels.items():
        if None in seen or factor == "mask":

            def given(choice: Choice, factor: str = factor) -> bool:
                return choice.get(factor) is not None

            yield _Condition(given, f"`{factor}` is given", f"给出 `{factor}` ", plain=True)
            yield _Condition(
                lambda choice, given=given: not given(choice),  # type: ignore[misc]
                f"`{factor}` is left out",
                f"省略 `{factor}` ",
                plain=True,
            )


def _levels(levels: dict[str, list[object]]) -> Iterator[_Condition]:
    for factor, seen in levels.items():
        for level in seen:
            if level is None or factor == "gradient":
                continue

            def equal(choice: Choice, factor: str = factor, level: object = level) -> bool:
                return bool(choice.get(factor, PLAIN.get(factor)) == level)

            yield _Condition(equal, f"{factor} = {level}", f" {factor} = {level} ", plain=True)
            yield _Condition(
                lambda choice, equal=equal: not equal(choice),  # type: ignore[misc]
                f"{factor} is not {level}",
                f" {factor} 不是 {level} ",
                plain=True,
            )


def _thresholds(levels: dict[str, list[object]], sizes: Sequence[str]) -> Iterator[_Condition]:
    for factor in sizes:
        for least in sorted(level for level in levels[factor] if isinstance(level, int))[1:]:

            def above(choice: Choice, factor: str = factor, least: int = least) -> bool:
                level = choice.get(factor)
                return isinstance(level, int) and level >= least

            yield _Condition(above, f"{factor} is {least} or more", f" {factor} 至少为 {least} ")


def _unequal(sizes: Sequence[str]) -> Iterator[_Condition]:
    for number, one in enumerate(sizes):
        for other in sizes[number + 1 :]:

            def differ(choice: Choice, one: str = one, other: str = other) -> bool:
                first, second = choice.get(one), choice.get(other)
                return first is not None and second is not None and first != second

            yield _Condition(differ, f"{one} differs from {other}", f" {one} 与 {other} 不等")
