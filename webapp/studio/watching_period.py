"""The time that is looked at, and what the figures of a time are measured with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import request, url_for

from models.queries.watching_times import Measured, first_submitted
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.studio.watched import Choice
from workflows.watching import MARGIN, workdays
from workflows.worktime import ZONE, local_day

USUAL_DAYS = 90
FIRST_YEAR = 2000


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days of the city, both included."""

    first_on: date
    last_on: date

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first_on, time(), ZONE).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last_on + timedelta(days=1), time(), ZONE).astimezone(UTC)


def period() -> Period:
    """Return the time that the address names (`from`, `to`); the last 90 days without one."""
    today = local_day(now())
    last_on = min(_day("to") or today, today)
    first_on = _day("from") or last_on - timedelta(days=USUAL_DAYS - 1)
    return Period(first_on=min(first_on, last_on), last_on=last_on)


def measured(chosen: Choice, when: Period) -> Measured:
    """Return what is measured on a page."""
    first_on = max(when.first_on - MARGIN, date(FIRST_YEAR, 1, 1))
    calendar = city().calendar(None)
    return Measured(
        scope=person().actor.scope,
        process_id=chosen.process.id,
        start=when.start,
        end=when.end,
        workdays=workdays(calendar, first_on, when.last_on),
        calendar=calendar.version,
        units=chosen.units,
        version_ids=(chosen.version.id,) if chosen.version else (),
    )


def quick_periods(chosen: Choice, endpoint: str, **kept: Any) -> list[tuple[str, str, bool]]:
    """Return (name, address, is the one shown) of times that people ask for often."""
    today, here = local_day(now()), period()
    with reading() as session:
        begun = first_submitted(session, chosen.process.id) or now()
    offered = (
        (gettext("30 days"), today - timedelta(days=29)),
        (gettext("90 days"), today - timedelta(days=USUAL_DAYS - 1)),
        (gettext("This year"), date(today.year, 1, 1)),
        (gettext("From the beginning"), min(local_day(begun), today)),
    )
    return [
        (
            name,
            url_for(endpoint, **chosen.kept(**{**kept, "from": first_on, "to": today})),
            (here.first_on, here.last_on) == (first_on, today),
        )
        for name, first_on in offered
    ]


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year < date.max.year else None
