"""Working days gone by between two times, counted in a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Float, Integer, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True)
class Workdays:
    """A calendar for a statement: the working days before each day from `first_on` on.

    `before` has one number more than there are days: day n is at work when the next number is
    greater. Times outside are counted as its first or last day.
    """

    first_on: date
    before: Sequence[int]


def days_between(clock: Workdays, start: Any, end: Any) -> ColumnElement[float]:
    """The working days between two times, with their fractions."""
    return cast(gone_by(clock, end) - gone_by(clock, start), Float)


def gone_by(clock: Workdays, moment: Any) -> ColumnElement[float]:
    """The working days that had gone by at a time, counted from the calendar's first day.

    Shanghai keeps one offset to UTC, so that plain arithmetic finds the day: some statements ask
    this of a hundred thousand rows. The calendar is a query of its own, which is read once: as a
    parameter it would be cast again for each row as soon as the statement's plan is kept.
    """
    days = bindparam("workdays_before", list(clock.before), type_=ARRAY(Integer))
    before: Any = select(days).scalar_subquery()
    first_at = bindparam("workdays_first", _epoch(clock.first_on), type_=Float)
    last = literal(float(len(clock.before) - 2), Float)
    day = (func.date_part("epoch", moment, type_=Float) - first_at) / literal(86_400.0, Float)
    within = func.least(func.greatest(day, literal(0.0, Float)), last)
    whole = func.floor(within, type_=Float)
    number = cast(whole, Integer)
    here, after = before[number + 1], before[number + 2]
    return cast(here, Float) + cast(after - here, Float) * (within - whole)


def _epoch(day: date) -> float:
    """Return when a day begins in the city, in seconds since 1970."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).timestamp()
