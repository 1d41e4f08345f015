"""The study day: it starts at an hour of the local clock (4:00), not at midnight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

ToLocal = Callable[[datetime], datetime]


def system_local(at: datetime) -> datetime:
    """An instant on the wall clock of this computer, by the zone's rules of that very instant."""
    return at.astimezone()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Maps instants (UTC) to study days. `to_local` is a parameter, so that nothing here asks the system."""

    to_local: ToLocal
    start_hour: int = 4

    def day(self, at: datetime) -> date:
        """The study day of an instant: 03:59 still belongs to the day before."""
        local = self.to_local(at)
        return (local.replace(tzinfo=None) - timedelta(hours=self.start_hour)).date()

    def start(self, day: date, near: datetime) -> datetime:
        """The instant (UTC) at which a study day starts, with the zone's offset taken `near` that time."""
        offset = self.to_local(near).utcoffset() or timedelta()
        return (datetime.combine(day, time(self.start_hour)) - offset).replace(tzinfo=UTC)
