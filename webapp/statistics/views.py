"""The statistics page: counts told apart, each rate with its denominator, for screen and paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from models.queries.statistics import (
    Figures,
    Filter,
    Replayed,
    Step,
    replayed,
    statistics,
)
from webapp.context import city, now, person, reading
from webapp.language import ENGLISH, language
from webapp.permissions import may
from webapp.rendering.words import named
from workflows.directory import UnitRow
from workflows.worktime import local_day

blueprint = Blueprint("statistics", __name__, template_folder="templates", url_prefix="/statistics")

STEPS: dict[Step, object] = {
    "month": lazy_gettext("By month"),
    "quarter": lazy_gettext("By quarter"),
    "year": lazy_gettext("By year"),
}
YEARS_BACK = 6
FIGURES = {
    "sessions": lazy_gettext("Sessions"),
    "companies": lazy_gettext("Companies"),
    "cases": lazy_gettext("Cases submitted"),
    "on_site_companies": lazy_gettext("Companies at the table"),
    "on_site_cases": lazy_gettext("Cases at the table"),
    "closed": lazy_gettext("Closed"),
    "closed_on_site": lazy_gettext("Closed, of those at the table"),
    "solved": lazy_gettext("Solved, by the department's word"),
    "confirmed": lazy_gettext("Confirmed by the company"),
}


@dataclass(frozen=True)
class Rate:
    """A share with its denominator."""

    count: int
    of: int

    @property
    def percent(self) -> int | None:
        """The share in whole percent; None of nothing."""
        return round(100 * self.count / self.of) if self.of else None

    def __str__(self) -> str:
        if self.percent is None:
            return "—"
        return f"{self.count}/{self.of} = {self.percent}%"


@dataclass(frozen=True)
class Line:
    """The figures of one step of time or one place, under its name."""

    name: str
    figures: Figures


@blueprint.get("/")
@may("leader", "supervisor", "dispatcher", "auditor", "inspector")
def index() -> ResponseReturnValue:
    """Show the figures of a year, or of all, by step of time and by place."""
    today = local_day(now())
    step: Step = next((one for one in STEPS if one == request.args.get("step")), "month")
    year = request.args.get("year", today.year, type=int)
    places = _places()
    place = next((one for one in places if one.key == request.args.get("place")), None)
    wanted = Filter(
        scope=person().actor.scope,
        today=today,
        first_on=date(year, 1, 1) if 0 < year < date.max.year else None,
        last_on=date(year, 12, 31) if 0 < year < date.max.year else None,
        place_id=place.id if place else None,
    )
    with reading() as session:
        found = statistics(session, wanted, step)
        reports = replayed(session)
    return render_template(
        "statistics/index.html",
        whole=found.whole,
        rates=_rates(found.whole),
        by_step=[Line(_step_name(step, day), one) for day, one in found.by_step.items()],
        by_place=[
            Line(named(one), found.by_place[one.id]) for one in places if one.id in found.by_place
        ],
        reports=[(one, _beside(one)) for one in reports],
        title_of=_title_of,
        rate=Rate,
        step=step,
        steps=STEPS,
        year=year,
        years=range(today.year, today.year - YEARS_BACK, -1),
        place=place,
        place_choices=places,
        place_name=named,
    )


def _rates(whole: Figures) -> list[tuple[str, Rate, str]]:
    """Return (what, rate, of what) for the whole time."""
    submitted, received = gettext("of the cases submitted"), gettext("of the cases at the table")
    return [
        (gettext("Closed"), Rate(whole.closed, whole.cases), submitted),
        (gettext("Solved, by the department's word"), Rate(whole.solved, whole.cases), submitted),
        (gettext("Confirmed by the company"), Rate(whole.confirmed, whole.cases), submitted),
        (
            gettext("Closed after the session"),
            Rate(whole.closed_on_site, whole.on_site_cases),
            received,
        ),
    ]


def _beside(one: Replayed) -> list[tuple[object, int | None, int, bool]]:
    """Return (label, reported, computed, differs) for each figure of a recorded year."""
    said = one.reported.get("figures", {})
    rows = [(label, said.get(key), one.figures.get(key, 0)) for key, label in FIGURES.items()]
    return [(label, told, count, told not in (None, count)) for label, told, count in rows]


def _title_of(one: Replayed) -> str:
    title = one.reported.get("title_en") if language() == ENGLISH else None
    return str(title or one.reported.get("title", one.name))


def _step_name(step: Step, day: date) -> str:
    if step == "month":
        return f"{day:%Y-%m}"
    if step == "quarter":
        quarter = (day.month + 2) // 3
        return str(gettext("%(year)d, quarter %(number)d", year=day.year, number=quarter))
    return f"{day:%Y}"


def _places() -> list[UnitRow]:
    """Return the places whose cases this person may see as a whole, in the city's order."""
    scope = person().actor.scope
    return [
        unit
        for unit in city().directory().all()
        if unit.kind in ("city", "county") and (scope.everything or unit.id in scope.places)
    ]
