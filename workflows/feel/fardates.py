"""Dates of years that Python's dates cannot hold: before 1 or after 9999."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time

MAX_YEAR = 999_999_999
_CYCLE = 400


@dataclass(frozen=True, order=True, slots=True)
class FarDate:
    """A day of a far year; it can be read, compared and written, but not moved."""

    year: int
    month: int
    day: int

    def isoweekday(self) -> int:
        """Return the weekday, Monday 1; the calendar repeats every 400 years."""
        return date(2000 + self.year % _CYCLE, self.month, self.day).isoweekday()

    def isoformat(self) -> str:
        """Return the day as the standard writes it."""
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class FarDateTime:
    """A time of day on a far day."""

    date: FarDate
    clock: time

    @property
    def year(self) -> int:
        """The year, negative before year 0."""
        return self.date.year

    @property
    def month(self) -> int:
        """The month from 1."""
        return self.date.month

    @property
    def day(self) -> int:
        """The day of the month."""
        return self.date.day


AnyDate = date | FarDate
AnyDateTime = datetime | FarDateTime
DAYS = (date, FarDate, FarDateTime)
"""Types that have a year, a month and a day."""


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """Return a day, None for one that no calendar has."""
    if not (1 <= month <= 12 and -MAX_YEAR <= year <= MAX_YEAR):
        return None
    if not 1 <= day <= monthrange(2000 + year % _CYCLE, month)[1]:
        return None
    return date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def combine(day: AnyDate, clock: time) -> AnyDateTime:
    """Return a time on a day."""
    if isinstance(day, FarDate):
        return FarDateTime(day, clock)
    return datetime.combine(day, clock)


def order_key(value: object) -> tuple[int, ...] | None:
    """Return what days of near and far years are ordered by, None for anything else."""
    if isinstance(value, FarDateTime):
        clock = value.clock
        return (*_day_key(value.date), clock.hour, clock.minute, clock.second)
    if isinstance(value, datetime):
        return (*_day_key(value), value.hour, value.minute, value.second)
    return _day_key(value) if isinstance(value, date | FarDate) else None


def _day_key(value: date | FarDate) -> tuple[int, int, int]:
    return value.year, value.month, value.day
