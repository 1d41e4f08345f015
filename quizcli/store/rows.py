"""One event as one row of the table, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from quizcli.event import EPOCH, JSON, Event, fault

_MICROSECOND = timedelta(microseconds=1)

INSERT = "INSERT INTO event (id, kind, at, device, scheduler, item, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
SELECT = "SELECT sequence, id, kind, at, device, scheduler, item, body FROM event"


def utc(at: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: ``at`` has no zone, or leaves the calendar.
    """
    if at.utcoffset() is None:
        raise ValueError(f"the time {at} has no zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:  # the last hours of the year 9999
        raise ValueError(f"the time {at} is out of range") from error


def event_row(event: Event) -> tuple[Any, ...]:
    """The parameters of ``INSERT``.

    Raises:
        ValueError: the body cannot be written as JSON.
        TypeError: likewise.
    """
    at = (event.at - EPOCH) // _MICROSECOND
    return event.id, event.kind, at, event.device, event.scheduler, event.item, json_text(event.body)


def json_text(body: Mapping[str, JSON]) -> str:
    """The body as compact JSON that SQLite can keep."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, typed or pasted: only its escape is UTF-8
        return json.dumps(body, allow_nan=False, separators=(",", ":"))
    return text


def row_event(row: tuple[Any, ...]) -> tuple[int, Event]:
    """The sequence and the event of a row of ``SELECT``.

    Raises:
        ValueError: the row is no event.
    """
    sequence, id_, kind, at, device, scheduler, item, text = row
    # A strict table checks types when a row is written; damage comes later.
    if not (type(id_) is type(device) is type(scheduler) is type(text) is str and type(at) is int):
        raise ValueError(f"event {sequence} ({id_!r}): a value has the wrong type")
    try:
        body = json.loads(text)
        moment = EPOCH + timedelta(microseconds=at)
    except (ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"event {sequence} ({id_}): {error}") from error
    wrong = fault(kind, item, body)
    if wrong is not None:
        raise ValueError(f"event {sequence} ({id_}): {wrong}")
    return sequence, Event(id_, kind, moment, device, scheduler, item, body)
