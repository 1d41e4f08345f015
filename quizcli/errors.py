"""The one exception hierarchy. A QuizError is shown to the user in one line, with its remedy."""

from __future__ import annotations


class QuizError(Exception):
    """A fault that the user can mend.

    Attributes:
        kind: stable word for scripts, e.g. ``"deck"``; the class sets it.
        message: what is wrong, naming the value.
        where: the file, option or place, or None.
        remedy: what to do about it, or None.
    """

    kind = "request"

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{place}{self.message}{remedy}"

    def as_json(self) -> dict[str, dict[str, str | None]]:
        """The document that ``--json`` prints for any failure."""
        return {
            "error": {
                "kind": self.kind,
                "message": self.message,
                "where": self.where,
                "remedy": self.remedy,
            }
        }


class UsageError(QuizError):
    """The request makes no sense: an unknown card, a rating that is none, a missing terminal."""

    kind = "usage"


class DeckError(QuizError):
    """A deck or a card file has a fault."""

    kind = "deck"


class SettingsError(QuizError):
    """The settings file or an environment variable has a fault."""

    kind = "settings"


class StoreError(QuizError):
    """The review log cannot be opened, read or written."""

    kind = "store"


class GradingError(QuizError):
    """The grader itself could not do its work (a fault of the submission is a Report, not this)."""

    kind = "grading"
