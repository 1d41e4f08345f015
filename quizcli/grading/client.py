"""The user's side of grading: starts the judge and hands its report back. Never imports torch."""

from __future__ import annotations

from quizcli.grading.limits import Limits
from quizcli.grading.report import Report


def grade(
    exercise: str, source: str, filename: str, *, function: str | None = None, limits: Limits = Limits()
) -> Report:
    """Grades one submission.

    Args:
        exercise: the exercise's id.
        source: the submission's text.
        filename: the name that error messages show.
        function: the function to grade, if it is not named like the exercise.
        limits: what the submission may use.

    Raises:
        GradingError: the grader itself could not do its work, or there is no such exercise.
    """
    raise NotImplementedError
