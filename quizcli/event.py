"""What the log holds: events, and the ids that give them their order.

Study folds events and store keeps them, so this module is below both: standard library only, no
clock, no randomness of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias, get_args

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
Kind = Literal["review", "submission", "hint", "suspend", "resume", "void"]
KINDS: frozenset[str] = frozenset(get_args(Kind))

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

NOISE_BITS = 74
"""How many bits of a UUIDv7 are free: 12 before the variant, 62 after it."""
_STEP_BITS = 48
_LAST_MILLISECOND = (1 << 48) - 1


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of the log; never changed, never deleted.

    Attributes:
        id: UUIDv7 in lower case; the order of ids is the order of the log.
        kind: what happened; ``void`` takes back another event.
        at: when the device's clock said it happened, in UTC; it may run backwards, ids do not.
        device: the log's device that made the event.
        scheduler: name and version of the scheduler and its weights.
        item: the item of a card that it is about; None for a void.
        body: the rest, by kind: ``{"rating": 1..4, ...}`` of a review, ``{"event": id}`` of a void.
    """

    id: str
    kind: Kind
    at: datetime
    device: str
    scheduler: str
    item: str | None
    body: Mapping[str, JSON] = field(hash=False)


class Draft(NamedTuple):
    """An event that has no id yet: the log gives it one, and its device, when it is appended."""

    kind: Kind
    item: str | None
    body: Mapping[str, JSON]
    at: datetime
    scheduler: str


def fault(kind: str, item: object, body: object) -> str | None:
    """What keeps these three from being one event, in a few words; None when nothing does."""
    if kind not in KINDS:
        return f"the kind {kind!r} is unknown"
    if not isinstance(body, Mapping):
        return "the body is no mapping"
    if kind == "void":
        if item is not None:
            return "a void has no item"
        return None if isinstance(body.get("event"), str) else "a void names no event"
    if not (item and isinstance(item, str)):
        return f"a {kind} names no item"
    if kind == "review":
        rating = body.get("rating")
        # True == 1, so the type is asked for as well.
        return None if type(rating) is int and 1 <= rating <= 4 else f"the rating {rating!r} is not 1 to 4"
    return None


def next_id(newest: str | None, at: datetime, noise: int) -> str:
    """The id after ``newest`` (RFC 9562, section 6.2, method 2), whatever the clock says.

    A clock whose millisecond is past that of ``newest`` gives a fresh id. One that stands still or
    went back gives ``newest`` plus a random step, so that two devices that went on from the same
    merged log do not both make the same id.

    Args:
        newest: the greatest id of the log, None for an empty log.
        at: the clock, with its zone; before 1970 counts as 1970.
        noise: ``NOISE_BITS`` random bits.

    Raises:
        ValueError: ``newest`` is no UUIDv7, or the last one there is.
    """
    millisecond, free = max(0, (at - EPOCH) // _MILLISECOND), noise % (1 << NOISE_BITS)
    if newest is not None:
        newest_millisecond, newest_free = _parse_id(newest)
        if millisecond <= newest_millisecond:
            stepped = newest_free + 1 + free % (1 << _STEP_BITS)
            millisecond = newest_millisecond + (stepped >> NOISE_BITS)
            free = stepped % (1 << NOISE_BITS)
    if millisecond > _LAST_MILLISECOND:
        raise ValueError(f"there is no id after {newest}")
    return _format_id(millisecond, free)


def _format_id(millisecond: int, free: int) -> str:
    high, low = free >> 62, free % (1 << 62)
    digits = f"{(((millisecond << 16) | (0x7 << 12) | high) << 64) | (0b10 << 62) | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _parse_id(text: str) -> tuple[int, int]:
    try:
        number = int(text.replace("-", ""), 16)
    except ValueError:
        raise ValueError(f"{text!r} is no UUIDv7") from None
    millisecond, free = number >> 80, ((number >> 64) % (1 << 12)) << 62 | number % (1 << 62)
    # Written again it must be the same text: that checks dashes, case, version and variant at once.
    if millisecond > _LAST_MILLISECOND or number < 0 or _format_id(millisecond, free) != text:
        raise ValueError(f"{text!r} is no UUIDv7")
    return millisecond, free
