"""The four ratings of a review, and how they are written."""

from __future__ import annotations

from enum import IntEnum

from quizcli.errors import UsageError


class Rating(IntEnum):
    """How well an item was recalled; the numbers are the keys that a person presses."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def word(self) -> str:
        """The rating as the command line writes it."""
        return self.name.lower()


def parse_rating(text: str) -> Rating:
    """A rating from a key (1-4) or a word. Raises UsageError naming the value."""
    wanted = text.strip().lower()
    for rating in Rating:
        if wanted in (str(rating.value), rating.word):
            return rating
    raise UsageError(f"'{text.strip()}' is no rating", remedy="use again, hard, good or easy (1 to 4)")


def rating_of_submission(*, passed: bool, stars: int, hinted: bool) -> Rating:
    """How a submission counts as a review: fail again, with a hint hard, pass good, three stars easy."""
    if not passed:
        return Rating.AGAIN
    if hinted:
        return Rating.HARD
    return Rating.EASY if stars == 3 else Rating.GOOD
