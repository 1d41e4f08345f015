"""The study day starts at 4:00 on the local clock, on days with a change of the clock too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizcli.study.day import Calendar

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


def local(zone: str) -> Calendar:
    return Calendar(lambda at: at.astimezone(ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        ("2026-12-02T03:59:59+08:00", date(2026, 12, 1)),
        ("2026-12-02T04:00:00+08:00", date(2026, 12, 2)),
        ("2026-12-02T23:59:59+08:00", date(2026, 12, 2)),
        ("2027-01-01T00:30:00+08:00", date(2026, 12, 31)),
    ],
)
def test_the_day_turns_at_four(clock: str, day: date) -> None:
    assert local("Asia/Shanghai").day(datetime.fromisoformat(clock).astimezone(UTC)) == day


@pytest.mark.parametrize("zone", ZONES)
@given(minutes=st.integers(0, 60 * 24 * 800))
def test_days_never_run_backwards_and_none_is_skipped(zone: str, minutes: int) -> None:
    calendar, at = local(zone), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    here, later = calendar.day(at), calendar.day(at + timedelta(minutes=1))
    assert later - here in (timedelta(0), timedelta(days=1))


def test_another_hour_can_be_chosen() -> None:
    at = datetime(2026, 12, 2, 5, tzinfo=UTC)
    assert Calendar(lambda at: at, start_hour=6).day(at) == date(2026, 12, 1)
    assert Calendar(lambda at: at, start_hour=0).day(at) == date(2026, 12, 2)
