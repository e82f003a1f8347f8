"""Where the open cases of a process stand now: counts by element of its diagrams, and the cases.

A case stands at each task that is open, at each message that its course waits for and at each
timer on its way; what may be sent at any time, and the timers of a task, are no places.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Person
from models.queries.standing import WORST, Place, Watched, among, called_in, standing_at
from models.units import Unit

Light = Literal["red", "yellow", "green", "grey"]
LIGHTS: tuple[Light, ...] = ("red", "yellow", "grey", "green")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How many cases stand at an element; a case with several tasks there counts once.

    It counts for its most urgent task: `red` overdue, `yellow` due soon, `grey` the clock stands
    still, `green` the rest. `called`: they stand in a diagram that the element calls.
    """

    process: str
    element: str
    called: bool
    cases: int
    tasks: int
    red: int
    yellow: int
    grey: int
    since_at: datetime

    @property
    def green(self) -> int:
        """Cases in time, or without a time limit."""
        return self.cases - self.red - self.yellow - self.grey


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The open cases: all of them, by light, and by element."""

    cases: int
    red: int
    yellow: int
    grey: int
    places: tuple[Standing, ...]

    @property
    def green(self) -> int:
        """Cases in time, or without a time limit."""
        return self.cases - self.red - self.yellow - self.grey


@dataclass(frozen=True, kw_only=True)
class StandingCase:
    """A case at an element, for the list behind a count."""

    case_id: int
    process: str
    element: str
    number: str
    title: str
    enterprise: str
    place_id: int
    version_id: int
    name: str
    name_en: str
    role: str
    unit_id: int | None
    unit: str | None
    assignee: str | None
    since_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None


_ALL = ""


def overview(session: Session, watched: Watched) -> Overview:
    """Count the open cases by element and light, in one statement."""
    at = standing_at(watched)
    within = called_in(watched)
    here = select(at.c.process, at.c.element, literal(False).label("called"), *_tokens(at))
    above = select(
        within.c.process, within.c.element, literal(True).label("called"), *_tokens(at)
    ).join(within, within.c.inner == at.c.process)
    whole = select(literal(_ALL), literal(_ALL), literal(False).label("called"), *_tokens(at))
    tokens = union_all(here, above, whole).subquery()
    key = (tokens.c.process, tokens.c.element, tokens.c.called)
    worst = func.max(tokens.c.urgency).label("worst")
    by_case = (
        select(
            *key,
            tokens.c.case_id,
            worst,
            func.count().label("tasks"),
            func.min(tokens.c.since_at).label("since_at"),
        )
        .group_by(*key, tokens.c.case_id)
        .subquery()
    )
    lights = {
        light: func.count().filter(by_case.c.worst == WORST[light]).label(light)
        for light in ("red", "yellow", "grey")
    }
    of = (by_case.c.process, by_case.c.element, by_case.c.called)
    rows = session.execute(
        select(
            *of,
            func.count().label("cases"),
            func.sum(by_case.c.tasks).label("tasks"),
            *lights.values(),
            func.min(by_case.c.since_at).label("since_at"),
        ).group_by(*of)
    ).mappings()
    found = [Standing(**{**row, "tasks": int(row["tasks"])}) for row in rows]
    whole_row = next((one for one in found if one.process == _ALL), None)
    places = sorted((one for one in found if one.process != _ALL), key=lambda one: -one.cases)
    if whole_row is None:
        return Overview(cases=0, red=0, yellow=0, grey=0, places=())
    return Overview(
        cases=whole_row.cases,
        red=whole_row.red,
        yellow=whole_row.yellow,
        grey=whole_row.grey,
        places=tuple(places),
    )


def standing_cases(
    session: Session,
    watched: Watched,
    places: Collection[Place],
    *,
    light: Light | None = None,
    offset: int = 0,
    limit: int = 50,
) -> list[StandingCase]:
    """Return the tasks, messages and timers at some elements, the most urgent first.

    Without `places` those at all of them. A case with several of them comes several times.
    """
    at = standing_at(watched)
    statement = (
        select(
            *(at.c[name] for name in ("case_id", "process", "element")),
            Case.number,
            Case.title,
            func.coalesce(Enterprise.name, "").label("enterprise"),
            Case.place_id,
            Case.version_id,
            *(at.c[name] for name in ("name", "name_en", "role", "unit_id", "since_at")),
            *(at.c[name] for name in ("due_at", "warn_at", "paused_at")),
            Unit.name.label("unit"),
            Person.name.label("assignee"),
        )
        .join(Case, Case.id == at.c.case_id)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .outerjoin(Unit, Unit.id == at.c.unit_id)
        .outerjoin(Person, Person.id == at.c.assignee_id)
        .where(among(at.c.process, at.c.element, places) if places else true())
        .where(at.c.urgency == WORST[light] if light else true())
        .order_by(at.c.urgency.desc(), at.c.due_at.nulls_last(), at.c.since_at, at.c.id)
        .offset(offset)
        .limit(limit)
    )
    return [StandingCase(**row) for row in session.execute(statement).mappings()]


def _tokens(at: CTE) -> tuple[ColumnElement[Any], ...]:
    return at.c.case_id, at.c.urgency, at.c.since_at
