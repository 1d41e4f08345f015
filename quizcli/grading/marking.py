"""From one submission to its report: puts the questions tier by tier, and explains what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from quizcli.grading import cost
from quizcli.grading.attempt import Attempt, Ended
from quizcli.grading.comparison import Difference, judge
from quizcli.grading.cost import Spent
from quizcli.grading.counterexample import Record
from quizcli.grading.counting import Count
from quizcli.grading.explanation import AGAIN, explain, failure_at
from quizcli.grading.question import Question, put
from quizcli.grading.report import TIERS, Cost, Failure, Finding, Report, Tier, TierName, Verdict
from reference_impl.growth import Growth
from reference_impl.trial import Case, Exercise


class Paper:
    """An exercise with its questions and their right answers, worked out once for all submissions."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self._questions: dict[str, Question] = {}
        self._reference: dict[str, tuple[Count, int]] = {}

    def questions(self, tier: TierName) -> Iterator[Question]:
        """The questions of one tier, the smallest first; worked out when they are asked for, so that the
        candidate answers one while the next is made."""
        cases = [case for case in self.exercise.cases if case.tier == tier]
        for case in sorted(cases, key=lambda case: (case.size, case.gradient, case.name)):
            yield self.question(case)

    def question(self, case: Case) -> Question:
        """The question of one case."""
        key = f"{case.tier}: {case.name}"
        if key not in self._questions:
            self._questions[key] = put(self.exercise, case)
        return self._questions[key]

    def spent(self, case: Case, size: int, own: Count) -> Spent:
        """What a call spent, beside what the reference does."""
        if case.name not in self._reference:
            self._reference[case.name] = cost.reference(self.question(case))
        return Spent(size, own, *self._reference[case.name])

    def count(self, tier: TierName) -> int:
        """How many cases a tier has; those of the last one are the axes along which cost is counted."""
        if tier == "efficient":
            return len(self.exercise.growths)
        return sum(case.tier == tier for case in self.exercise.cases)


@dataclass
class Marks:
    """What is known about a submission so far."""

    verdict: Verdict = "pass"
    passed: dict[TierName, int] = field(default_factory=dict)
    failure: Failure | None = None
    mistakes: tuple[str, ...] = ()
    notices: list[str] = field(default_factory=list)
    cost: Cost = field(default_factory=Cost)


def mark(paper: Paper, attempt: Attempt) -> Report:
    """Puts all questions of an exercise to a submission.

    A pass needs a right answer to every question of the first tier: nothing the submission says or does
    about being done counts.
    """
    marks = Marks()
    try:
        notice = attempt.load()
        if notice:
            marks.notices.append(notice)
        for tier in TIERS:
            if not MARKERS[tier](paper, tier, attempt, marks):
                break
    except Ended as ended:
        marks.verdict, marks.failure = ended.verdict, Failure(ended.message)
    if attempt.printed:
        first = attempt.printed.strip().splitlines()
        marks.notices.append(f"it printed: {first[0][:80]}" if first else "it printed")
    marks.notices += attempt.lacking
    correct, robust, efficient = (Tier(marks.passed.get(tier, 0), paper.count(tier)) for tier in TIERS)
    return Report(
        paper.exercise.name,
        marks.verdict,
        correct,
        robust,
        efficient,
        mistakes=marks.mistakes,
        failure=marks.failure,
        cost=marks.cost,
        notice="; ".join(marks.notices) or None,
    )


def _mark_tier(paper: Paper, tier: TierName, attempt: Attempt, marks: Marks) -> bool:
    """Marks one tier; False if it did not hold. Only the first tier decides the verdict, except that a
    forbidden call is refused wherever it shows."""
    records: list[Record] = []
    asked: list[Question] = []
    try:
        for answer in attempt.ask_all(_noted(paper.questions(tier), asked)):
            question = asked[len(records)]
            records.append(Record(question, answer, judge(question, answer)))
        _ask_again(attempt, records)
    except Ended as ended:
        question = asked[len(records)] if len(records) < len(asked) else asked[0]
        if tier == "correct" or ended.verdict == "refused":
            marks.verdict = ended.verdict
        if ended.verdict == "refused":
            marks.mistakes = ("forbidden-call",)
            marks.passed.clear()
        else:
            marks.passed[tier] = sum(record.difference is None for record in records)
        marks.failure = failure_at(question, ended.message)
        return False
    marks.passed[tier] = sum(record.difference is None for record in records)
    wrong = [record for record in records if record.difference is not None]
    if not wrong:
        return True
    if tier == "correct":
        marks.verdict = "error" if wrong[0].answer.error is not None else "fail"
    marks.failure, marks.mistakes = explain(records, attempt)
    return False


def _mark_cost(paper: Paper, tier: TierName, attempt: Attempt, marks: Marks) -> bool:
    """Marks the tier of counted cost, one axis after the other; stops at the first on which it does not hold.
    On each the sizes rise, so that what grows beyond measure is found out while it is small."""
    for growth in paper.exercise.growths:
        points: list[Spent] = []
        fault: Finding | Difference | None = None
        for case, size in zip(growth.cases, growth.sizes, strict=True):
            question = paper.question(case)
            try:
                answer = attempt.ask(question)
            except Ended as ended:
                marks.failure = replace(failure_at(question, ended.message), case=growth.name)
                return False
            if answer.count is not None:
                points.append(paper.spent(case, size, answer.count))
            if answer.count is None or answer.count.complete:
                fault = judge(question, answer)
            fault = fault or (cost.fault(growth, points) if points else None)
            if fault is not None:
                break
        if growth is paper.exercise.growths[0] and points:
            marks.cost = cost.summary(points)
        if fault is not None:
            marks.failure = _costly(growth, question, fault)
            return False
        marks.passed[tier] = marks.passed.get(tier, 0) + 1
    return True


def _costly(growth: Growth, question: Question, fault: Finding | Difference) -> Failure:
    if isinstance(fault, Finding):
        return Failure(fault.en, "efficient", growth.name, findings=(fault,))
    return failure_at(question, fault.message, fault)


MARKERS = {"correct": _mark_tier, "robust": _mark_tier, "efficient": _mark_cost}


def _noted(questions: Iterator[Question], asked: list[Question]) -> Iterator[Question]:
    for question in questions:
        asked.append(question)
        yield question


def _ask_again(attempt: Attempt, records: list[Record]) -> None:
    """Repeats questions that were answered right, the last first: the answer must not depend on what has
    been called before."""
    places = [
        place
        for place in reversed(range(len(records)))
        if records[place].difference is None and records[place].question.cotangents is None
    ]
    questions = [records[place].question for place in places]
    for place, answer in zip(places, attempt.ask_all(questions), strict=True):
        again = judge(records[place].question, answer)
        if again is not None:
            records[place] = Record(records[place].question, answer, _changed(again))


def _changed(difference: Difference) -> Difference:
    message = AGAIN + difference.message
    return Difference(difference.kind, message, difference.expected, difference.got, difference.error)
