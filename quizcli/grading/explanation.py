"""What is said about a submission that is not right: the smallest failing input, the mistake, findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quizcli.grading.attempt import Attempt, Ended
from quizcli.grading.circumstances import circumstances, raised
from quizcli.grading.comparison import Difference, judge
from quizcli.grading.counterexample import Record, shrink
from quizcli.grading.diagnosis import diagnose, same
from quizcli.grading.experiment import Clue
from quizcli.grading.probes import probe
from quizcli.grading.question import Question, put
from quizcli.grading.report import Failure
from quizcli.grading.showing import shown

REPEATS = 8
AGAIN = "asked a second time, "


def explain(records: Sequence[Record], attempt: Attempt) -> tuple[Failure, tuple[str, ...]]:
    """The failure to report, and the mistakes that were found, the best first.

    Args:
        records: all questions of a tier with their answers, the smallest first; at least one is wrong.
        attempt: the submission, to be asked further.
    """
    first = next(record for record in records if record.difference is not None)
    exercise = first.question.exercise
    smallest, steady = first, True
    try:
        steady = _is_steady(attempt, records)
        smallest = shrink(first, lambda case, plain: _ask(attempt, put(exercise, case, plain)))
    except Ended:  # it got no further; what has been seen counts
        pass
    assert smallest.difference is not None
    failure = failure_at(smallest.question, smallest.difference.message, smallest.difference)
    if not steady:
        return failure, ("nondeterministic",)
    mistakes = diagnose(exercise, records)
    findings = [raised(records), circumstances(records)]
    if not mistakes:
        clues = _clues(records, attempt)
        findings += [clue.finding for clue in clues]
        if 2 * sum(record.answer.error is not None for record in records) <= len(records):
            known = exercise.mistakes(exercise.flaws)
            mistakes = tuple(clue.mistake for clue in clues if clue.mistake in known)[:1]
    return replace(failure, findings=tuple(filter(None, findings))), mistakes


def _clues(records: Sequence[Record], attempt: Attempt) -> list[Clue]:
    try:
        return probe(records, attempt.ask)
    except Ended:  # it got no further under experiment; what has been seen before counts
        return []


def _is_steady(attempt: Attempt, records: Sequence[Record]) -> bool:
    """Whether the submission gives its wrong answers again when it is asked again."""
    wrong = [record for record in records if record.difference is not None]
    if any(record.difference and record.difference.message.startswith(AGAIN) for record in wrong):
        return False
    tried = wrong[-REPEATS:]  # the largest ones leave the most room for chance
    answers = list(attempt.ask_all([record.question for record in tried]))
    return all(map(same, [record.question for record in tried], answers, [record.answer for record in tried]))


def _ask(attempt: Attempt, question: Question) -> Record:
    answer = attempt.ask(question)
    return Record(question, answer, judge(question, answer))


def failure_at(question: Question, message: str, difference: Difference | None = None) -> Failure:
    """The failure on one question, as the report shows it."""
    names = question.exercise.parameters
    return Failure(
        message=message,
        tier=question.case.tier,
        case=question.case.name,
        inputs={name: shown(value) for name, value in zip(names, question.arguments, strict=False)},
        expected=None if difference is None else shown(difference.expected),
        got=None if difference is None else shown(difference.got),
    )
