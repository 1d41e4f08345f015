"""The file that a person starts an exercise from."""

from __future__ import annotations

from pathlib import Path

from quizcli.cards.card import CodeCard
from quizcli.errors import UsageError


def write_stub(card: CodeCard, path: Path) -> None:
    """Writes an exercise's stub; never over a file.

    Raises:
        UsageError: the file exists, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(card.stub.rstrip() + "\n")
    except FileExistsError:
        remedy = f"grade it: quizcli code check {card.id} {path}; or name another file"
        raise UsageError("the file exists and is left as it is", where=str(path), remedy=remedy) from None
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(path), remedy="name another file"
        ) from None
