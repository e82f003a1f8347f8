"""One page: the year month by month, its versions, and for system admins the form to publish."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.calendars import versions
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.permissions import STAFF, may
from workflows.actions.calendars import MAY_PUBLISH, publish
from workflows.calendaryears import UnreadableLine, of_year, read_year, with_year, written
from workflows.worktime import Calendar, local_day

blueprint = Blueprint("calendars", __name__, template_folder="templates")

FIRST_YEAR, LAST_YEAR = 2004, 2060


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the page: `kind` is `off`, `made-up`, `plain` (working) or `weekend`."""

    on: date
    kind: str
    name: str


@blueprint.get("/calendar")
@may(STAFF)
def index() -> ResponseReturnValue:
    """Show which days of a year count."""
    return _page(_year(request.args.get("year", "")), None, "", "")


@blueprint.post("/calendar")
@may(MAY_PUBLISH)
def publish_year() -> ResponseReturnValue:
    """Publish a year as the state has announced it; running deadlines are counted again."""
    year = _year(request.form.get("year", ""))
    typed = request.form.get("days", "").replace("\r\n", "\n")[:20_000]
    source = request.form.get("source", "").strip()[:200]
    try:
        days = read_year(typed, year)
    except UnreadableLine as wrong:
        problem = gettext("This line cannot be read: %(line)s", line=str(wrong))
        return _page(year, typed, source, problem), 422
    if not source or not days:
        problem = gettext("Name the source, and enter at least one day.")
        return _page(year, typed, source, problem), 422
    known = city().calendar(None)
    counted = publish(
        city(),
        person().actor,
        with_year(known, year, days),
        first_on=min(known.days[0].on if known.days else date(year, 1, 1), date(year, 1, 1)),
        last_on=max(known.last_on, date(year, 12, 31)),
        source=source,
        now=now(),
    )
    told = gettext("Published. %(count)d deadlines were counted again.", count=counted.moved)
    flash(told, "good")
    return redirect(url_for("calendars.index", year=year), 303)


def _page(year: int, typed: str | None, source: str, problem: str) -> str:
    known = city().calendar(None)
    with reading() as session:
        listed = versions(session, None)
    return render_template(
        "calendars/index.html",
        year=year,
        known=known,
        weeks=[_weeks(known, year, month) for month in range(1, 13)],
        differing=of_year(known, year),
        provisional=known.is_provisional(date(year, 12, 31)),
        versions=listed,
        typed=typed if typed is not None else written(of_year(known, year)),
        source=source,
        problem=problem,
        publishes=MAY_PUBLISH in person().roles,
        years=(year - 1, year + 1),
    )


def _weeks(known: Calendar, year: int, month: int) -> list[list[Day | None]]:
    """Return the weeks of a month, Monday first; None for days of other months."""
    return [
        [_day(known, day) if day.month == month else None for day in week]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]


def _day(known: Calendar, on: date) -> Day:
    working, weekend = known.is_workday(on), on.weekday() >= months.SATURDAY
    kinds = {(True, True): "made-up", (False, False): "off", (False, True): "weekend"}
    kind = kinds.get((working, weekend), "plain")
    return Day(on=on, kind=kind, name=known.name_of(on))


def _year(text: str) -> int:
    year = int(text) if text.isdecimal() and len(text) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else local_day(now()).year
