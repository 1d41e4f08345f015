"""The smallest input that still shows the fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quizcli.grading.calling import Answer
from quizcli.grading.comparison import Difference
from quizcli.grading.question import Question
from reference_impl.trial import Case

MOST_QUESTIONS = 80  # a count and not a time, so that the same submission gets the same counterexample


@dataclass(frozen=True, slots=True)
class Record:
    """A question, the submission's answer, and what is wrong with it."""

    question: Question
    answer: Answer
    difference: Difference | None


def shrink(record: Record, ask: Callable[[Case, bool], Record]) -> Record:
    """Goes to plainer cases, one level and one step at a time, as long as the same kind of fault shows.

    Args:
        record: a question that was answered wrong.
        ask: puts a case to the submission, with plain numbers or not.
    """
    assert record.difference is not None
    kind = record.difference.kind
    asked = 0

    def still_wrong(case: Case, plain: bool) -> Record | None:
        nonlocal asked
        asked += 1
        try:
            new = ask(case, plain)
        except (ValueError, RuntimeError, IndexError):  # the exercise has no such case
            return None
        return new if new.difference is not None and new.difference.kind == kind else None

    best = still_wrong(record.question.case, True) or record
    improved = True
    while improved:
        improved = False
        for case in best.question.case.plainer():
            if asked >= MOST_QUESTIONS:
                return best
            smaller = still_wrong(case, best.question.plain)
            if smaller is not None:
                best, improved = smaller, True
                break
    return best if best.question.plain else still_wrong(best.question.case, True) or best
