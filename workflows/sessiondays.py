"""The day of the monthly session: a rule that the city keeps as data, and what it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.settings import CitySetting
from workflows.worktime import Calendar

NAME = "session_day"
WEEK = 7
DECEMBER = 12


@dataclass(frozen=True, kw_only=True)
class SessionRule:
    """The `nth` weekday of a month (Monday is 1); `source` says who laid it down.

    If nobody works on that day, the session is on the next working day.
    """

    nth: int
    weekday: int
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the rule as it is kept."""
        return {"nth": self.nth, "weekday": self.weekday, "source": self.source}

    def day(self, calendar: Calendar, year: int, month: int) -> date:
        """Return the day that the rule gives for a month."""
        first = date(year, month, 1)
        days = (self.weekday - first.isoweekday()) % WEEK + WEEK * (self.nth - 1)
        day = first + timedelta(days=days)
        while not calendar.is_workday(day):
            day += timedelta(days=1)
        return day


def read_rule(session: Session) -> SessionRule | None:
    """Return the city's rule; None where it has none yet."""
    setting = session.get(CitySetting, NAME)
    return rule_of(setting.value) if setting is not None else None


def rule_of(value: Mapping[str, Any]) -> SessionRule:
    """Return a rule as it was kept."""
    return SessionRule(
        nth=int(value["nth"]), weekday=int(value["weekday"]), source=str(value.get("source", ""))
    )


def proposed(rule: SessionRule, calendar: Calendar, year: int) -> list[date]:
    """Return the session days of a year, one for each month."""
    return [rule.day(calendar, year, month) for month in range(1, DECEMBER + 1)]
