"""Functions of dates, and the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.fardates import DAYS
from workflows.feel.library.signature import builtin
from workflows.feel.properties import member

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@builtin("day of year", "date", single=True)
def day_of_year(budget: Budget, day: Any) -> Any:
    """The number of a day in its year."""
    return Decimal(day.timetuple().tm_yday) if isinstance(day, date) else None


@builtin("day of week", "date", single=True)
def day_of_week(budget: Budget, day: Any) -> Any:
    """The English name of a date's weekday."""
    weekday = member(day, "weekday")
    return None if weekday is None else _DAYS[int(weekday) - 1]


@builtin("month of year", "date", single=True)
def month_of_year(budget: Budget, day: Any) -> Any:
    """The English name of a date's month."""
    return _MONTHS[day.month - 1] if isinstance(day, DAYS) else None


@builtin("week of year", "date", single=True)
def week_of_year(budget: Budget, day: Any) -> Any:
    """The ISO number of a date's week."""
    return Decimal(day.isocalendar().week) if isinstance(day, date) else None


@builtin("now", "")
def now(budget: Budget) -> Any:
    """The time of the step, aware of its offset."""
    # The application hides this wall clock behind a function of the same name.
    return datetime.now(UTC)


@builtin("today", "")
def today(budget: Budget) -> Any:
    """The date of the step."""
    return datetime.now(UTC).date()
