"""A year of the working-day calendar as people write it, and the version that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from workflows.worktime import Calendar, DifferingDay

OFF, WORKING = "休", "班"
SATURDAY = 5
LONGEST = 31
"""Days of one line at most; a longer one has a wrong month."""

_LINE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:\s*[~～至]\s*(\d{4}-\d{2}-\d{2}))?\s+([休班])\s*(.*)$")


class UnreadableLine(ValueError):
    """A line of a calendar cannot be read; the argument is the line."""


def written(days: Iterable[DifferingDay]) -> str:
    """Return days as lines: the date, 休 (off) or 班 (working), and the holiday's name."""
    return "\n".join(
        f"{day.on} {WORKING if day.working else OFF} {day.name}".rstrip() for day in days
    )


def read_year(text: str, year: int) -> list[DifferingDay]:
    """Return the days of a year from its lines, in order; UnreadableLine names a wrong one.

    `2026-10-01~2026-10-07 休 国庆节` stands for all days of a holiday. Days that are what they
    would be anyway (a Saturday off) are left out.
    """
    found: dict[date, DifferingDay] = {}
    for line in text.splitlines():
        if line.strip():
            found |= {day.on: day for day in _days(line.strip(), year)}
    return sorted(found.values())


def _days(line: str, year: int) -> Iterator[DifferingDay]:
    matched = _LINE.match(line)
    try:
        first = date.fromisoformat(matched[1]) if matched else date.min
        last = date.fromisoformat(matched[2]) if matched and matched[2] else first
    except ValueError as error:
        raise UnreadableLine(line) from error
    wrong = first.year != year or last.year != year or not 0 <= (last - first).days < LONGEST
    if matched is None or wrong:
        raise UnreadableLine(line)
    working = matched[3] == WORKING
    for step in range((last - first).days + 1):
        on = first + timedelta(days=step)
        if working == (on.weekday() >= SATURDAY):
            yield DifferingDay(on, working, matched[4].strip())


def with_year(calendar: Calendar, year: int, days: Iterable[DifferingDay]) -> list[DifferingDay]:
    """Return all differing days of a calendar with one year replaced."""
    return sorted([*(day for day in calendar.days if day.on.year != year), *days])


def of_year(calendar: Calendar, year: int) -> list[DifferingDay]:
    """Return the days of a year that differ from the plain week."""
    return [day for day in calendar.days if day.on.year == year]
