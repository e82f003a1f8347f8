"""Work time: working days of the Chinese calendar, and how each deadline was counted.

Due times stand at the end of a day in Asia/Shanghai. The start day never counts: one working day
from a Friday is the end of Monday, or of Saturday when that is a make-up working day. Counting is
O(log n) in the number of days that differ from the plain week, whatever the distance.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(23, 59, 59)
SATURDAY = 5
ONE_DAY = timedelta(days=1)

How = dict[str, Any]
"""How a deadline was counted, as JSON; `workflows.explanation.explain` reads it out."""


@dataclass(frozen=True, order=True)
class DifferingDay:
    """A day that differs from the plain week: a weekday off, or a weekend day at work."""

    on: date
    working: bool
    name: str


@dataclass(frozen=True, kw_only=True)
class Computed:
    """A due time (aware, UTC) and how it was counted (JSON)."""

    due_at: datetime
    how: How


@dataclass(frozen=True, kw_only=True)
class Left:
    """What was left of a deadline when it was paused.

    `days` are working days (negative: it was overdue by so many), `offset` the calendar days by
    which the due day lay behind a working day (0 unless it fell on a day off), `at` the local time
    of day; `overdue` tells whether the due time had passed.
    """

    days: int
    offset: int
    at: time
    overdue: bool


def local_day(moment: datetime) -> date:
    """Return the day in Asia/Shanghai of an aware time; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone says nothing about its day")
    return moment.astimezone(ZONE).date()


def end_of(day: date, at: time = END_OF_DAY) -> datetime:
    """Return the UTC time at which `day` ends in Asia/Shanghai (or its time of day `at`)."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The working days of one place, as published in one version.

    `version` names the rows it came from, `last_on` is the last day that the state has published:
    later days follow the plain week and deadlines on them are provisional. `days` are the days
    that differ from the plain week, in order.
    """

    version: str
    last_on: date
    days: tuple[DifferingDay, ...]

    # ---------------------------------------------------------------- single days

    @cached_property
    def _differing(self) -> dict[date, DifferingDay]:
        return {day.on: day for day in self.days if day.working == _is_weekend(day.on)}

    @cached_property
    def _off(self) -> list[date]:
        return sorted(on for on, day in self._differing.items() if not day.working)

    @cached_property
    def _made_up(self) -> list[date]:
        return sorted(on for on, day in self._differing.items() if day.working)

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on `day`."""
        differing = self._differing.get(day)
        return differing.working if differing else not _is_weekend(day)

    def name_of(self, day: date) -> str:
        """Return the name of the holiday that a differing day belongs to, else ''."""
        differing = self._differing.get(day)
        return differing.name if differing else ""

    def is_provisional(self, day: date) -> bool:
        """Tell whether the state has not yet published what kind of day this is."""
        return day > self.last_on

    def is_provisional_at(self, due_at: datetime) -> bool:
        """Tell the same of the day on which a due time falls."""
        return self.is_provisional(local_day(due_at))

    # ---------------------------------------------------------------- counting

    def ordinal(self, day: date) -> int:
        """Return how many working days there were from the start of time through `day`."""
        weeks, weekday = divmod(day.toordinal() - 1, 7)
        plain = weeks * 5 + min(weekday + 1, 5)
        return plain + bisect_right(self._made_up, day) - bisect_right(self._off, day)

    def workday(self, ordinal: int) -> date:
        """Return the working day that has this ordinal (inverse of `ordinal`)."""
        weeks, weekday = divmod(ordinal - 1, 5)
        guess = weeks * 7 + weekday + 1
        differing = len(self._differing)
        low, high = max(1, guess - 3 * differing - 7), guess + 3 * differing + 7
        found = bisect_left(range(low, high), ordinal, key=self._ordinal_of)
        return date.fromordinal(low + found)

    def _ordinal_of(self, day: int) -> int:
        return self.ordinal(date.fromordinal(day))

    def between(self, start: datetime, end: datetime) -> int:
        """Return the working days left from `start` until `end`, as lamps show them.

        The day of `start` does not count, that of `end` does, so that it undoes `add`. After
        `end` the result is negative: the working days by which it is overdue (0 on the day
        itself and on days off that follow it).
        """
        return self.days_between(local_day(start), local_day(end))

    def days_between(self, start: date, end: date) -> int:
        """Return the same for two days."""
        return self.ordinal(end) - self.ordinal(start)

    # ---------------------------------------------------------------- deadlines

    def add(self, start: datetime, days: int) -> Computed:
        """Return the end of the n-th working day after the day of `start`.

        0 gives the end of the start day itself; a negative number counts back.
        """
        return self.add_from_date(local_day(start), days)

    def add_from_date(self, start: date, days: int, *, at: time = END_OF_DAY) -> Computed:
        """Return the same for a start day, due at the local time of day `at`."""
        rule = "workdays" if days >= 0 else "workdays_before"
        return self._computed(rule, days, start, self._moved(start, days), at)

    def extend(self, due_at: datetime, days: int) -> Computed:
        """Return a deadline put off by `days` working days; its time of day stays."""
        local = due_at.astimezone(ZONE)
        moved = self._moved(local.date(), days)
        return self._computed("extended", days, local.date(), moved, local.time())

    def add_calendar_days(self, start: datetime, days: int) -> Computed:
        """Return the end of the day that lies `days` calendar days after the day of `start`."""
        first = local_day(start)
        due = first + timedelta(days=days)
        how = {"rule": "calendar_days", "days": days, "start": first.isoformat()}
        return Computed(due_at=end_of(due), how={**how, "due": due.isoformat()})

    def _moved(self, start: date, days: int) -> date:
        if days == 0:
            return start
        if days > 0:
            return self.workday(self.ordinal(start) + days)
        return self.workday(self.ordinal(start - ONE_DAY) + days + 1)

    def _computed(self, rule: str, days: int, start: date, due: date, at: time) -> Computed:
        first, last = (start + ONE_DAY, due) if start <= due else (due, start - ONE_DAY)
        how: How = {
            "rule": rule,
            "days": days,
            "start": start.isoformat(),
            "due": due.isoformat(),
            "skipped": self._named(self._off, first, last),
            "made_up": self._named(self._made_up, first, last),
            "calendar": self.version,
            "provisional": self.is_provisional(due),
        }
        if at != END_OF_DAY:
            how["at"] = at.isoformat()
        return Computed(due_at=end_of(due, at), how=how)

    def _named(self, days: list[date], first: date, last: date) -> list[dict[str, str]]:
        found = days[bisect_left(days, first) : bisect_right(days, last)]
        return [{"on": day.isoformat(), "name": self.name_of(day)} for day in found]

    # ---------------------------------------------------------------- pauses

    def remaining(self, now: datetime, due_at: datetime) -> Left:
        """Return what is left of a deadline at `now`, to be given back by `resume`."""
        due = due_at.astimezone(ZONE)
        offset = (due.date() - self.workday(self.ordinal(due.date()))).days
        days = self.between(now, due_at)
        return Left(days=days, offset=offset, at=due.time(), overdue=now > due_at)

    def resume(self, now: datetime, left: Left) -> Computed:
        """Return the due time after a pause that ends at `now`.

        A pause of k working days moves the due time by k working days. What was still to be met
        when it was paused is never overdue at once: it then ends on the next working day.
        """
        start = local_day(now)
        due = self._restored(start, left.days, left.offset)
        while not left.overdue and end_of(due, left.at) < now:
            due = self.workday(self.ordinal(due) + 1)
        computed = self._computed("resumed", left.days, start, due, left.at)
        computed.how["offset"] = left.offset
        return computed

    def _restored(self, start: date, days: int, offset: int) -> date:
        return self.workday(self.ordinal(start) + days) + timedelta(days=offset)

    def resumed(self, due_at: datetime, paused_at: datetime, now: datetime) -> Computed:
        """Return the due time of a deadline that stood still from `paused_at` until `now`."""
        return self.resume(now, self.remaining(paused_at, due_at))

    def recount(self, how: How) -> Computed | None:
        """Count a deadline again from how it was counted, by this version of the calendar.

        None for a deadline that no calendar moves (a date that somebody set, whatever its reason
        still holds of how it had been counted before).
        """
        if "calendar" not in how or how["rule"] == "date":
            return None
        start, days = date.fromisoformat(how["start"]), how["days"]
        at = time.fromisoformat(how["at"]) if "at" in how else END_OF_DAY
        if how["rule"] != "resumed":
            return self._computed(how["rule"], days, start, self._moved(start, days), at)
        due = self._restored(start, days, how["offset"])
        return self._computed("resumed", days, start, due, at)


def as_instant(value: date | datetime) -> datetime:
    """Return an aware time: a date is its first moment, a naive time is Asia/Shanghai."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=ZONE)
    return datetime(value.year, value.month, value.day, tzinfo=ZONE)


def on_day(day: date, at: time = END_OF_DAY) -> Computed:
    """Return a deadline that somebody set to a day (a session, a leader's date)."""
    how: How = {"rule": "date", "due": day.isoformat()}
    if at != END_OF_DAY:
        how["at"] = at.isoformat()
    return Computed(due_at=end_of(day, at), how=how)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY
