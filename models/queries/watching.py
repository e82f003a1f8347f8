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
    DateTime,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Person
from models.queries.visibility import Scope, visible_cases
from models.units import Unit
from models.work import Deadline, Wait, WorkItem

Place = tuple[str, str]
"""(BPMN process id, element id)."""
Light = Literal["red", "yellow", "green", "grey"]
LIGHTS: tuple[Light, ...] = ("red", "yellow", "grey", "green")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is looked at: a process as far as the reader may see it, narrowed if wanted.

    `units` narrows to the tasks of some units, `version_id` to the cases that run on a version.
    `catching` are the elements at which a case waits for a message or a time on its way.
    `within` says for a called process at which elements of other diagrams its cases stand too.
    """

    scope: Scope
    process_id: int
    now: datetime
    units: Collection[int] | None = None
    version_id: int | None = None
    catching: Collection[Place] = ()
    within: Collection[tuple[str, Place]] = ()


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


_WORST = {"red": 3, "yellow": 2, "green": 1, "grey": 0}
"""A case with several tasks shows the most urgent one; grey only where all stand still."""
_ALL = ""


def overview(session: Session, watched: Watched) -> Overview:
    """Count the open cases by element and light, in one statement."""
    at = _standing(watched)
    within = _called(watched)
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
        light: func.count().filter(by_case.c.worst == _WORST[light]).label(light)
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
    at = _standing(watched)
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
        .where(_among(at.c.process, at.c.element, places) if places else true())
        .where(at.c.urgency == _WORST[light] if light else true())
        .order_by(at.c.urgency.desc(), at.c.due_at.nulls_last(), at.c.since_at, at.c.id)
        .offset(offset)
        .limit(limit)
    )
    return [StandingCase(**row) for row in session.execute(statement).mappings()]


def _tokens(at: CTE) -> tuple[ColumnElement[Any], ...]:
    return at.c.case_id, at.c.urgency, at.c.since_at


def _standing(watched: Watched) -> CTE:
    """A row for each task, message or timer at which a case stands."""
    rows = [_tasks(watched)]
    if watched.units is None:
        rows += [_messages(watched), _timers(watched)]
    return union_all(*rows).cte("standing")


def _tasks(watched: Watched) -> Any:
    return (
        select(
            WorkItem.process,
            WorkItem.element,
            WorkItem.case_id,
            cast(WorkItem.id, Text).label("id"),
            WorkItem.name,
            WorkItem.name_en,
            WorkItem.role,
            WorkItem.unit_id,
            WorkItem.assignee_id,
            WorkItem.opened_at.label("since_at"),
            WorkItem.due_at,
            WorkItem.warn_at,
            WorkItem.paused_at,
            _urgency(WorkItem, watched.now).label("urgency"),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.state == literal_column("'open'"), *_of(watched))
        .where(of_units(WorkItem.unit_id, watched.units))
    )


def _messages(watched: Watched) -> Any:
    return (
        select(
            Wait.process,
            Wait.element,
            Wait.case_id,
            cast(Wait.id, Text),
            Wait.name,
            Wait.name_en,
            Wait.roles,
            Wait.unit_id,
            null().label("assignee_id"),
            Wait.opened_at,
            cast(null(), DateTime(timezone=True)),
            cast(null(), DateTime(timezone=True)),
            cast(null(), DateTime(timezone=True)),
            literal(_WORST["green"]),
        )
        .join(Case, Case.id == Wait.case_id)
        .where(Wait.ended_at.is_(None), _among(Wait.process, Wait.element, watched.catching))
        .where(*_of(watched))
    )


def _timers(watched: Watched) -> Any:
    return (
        select(
            Deadline.process,
            Deadline.element,
            Deadline.case_id,
            cast(Deadline.id, Text),
            literal(""),
            literal(""),
            literal(""),
            null().label("unit_id"),
            null().label("assignee_id"),
            Deadline.started_at,
            Deadline.due_at,
            cast(null(), DateTime(timezone=True)),
            Deadline.paused_at,
            case((Deadline.paused_at.is_not(None), _WORST["grey"]), else_=_WORST["green"]),
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.ended_at.is_(None), Deadline.kind == "timer", Deadline.guards.is_(None))
        .where(_among(Deadline.process, Deadline.element, watched.catching), *_of(watched))
    )


def _urgency(of: Any, now: datetime) -> ColumnElement[int]:
    return case(
        (of.paused_at.is_not(None), _WORST["grey"]),
        (of.due_at < now, _WORST["red"]),
        (of.warn_at <= now, _WORST["yellow"]),
        else_=_WORST["green"],
    )


def _of(watched: Watched) -> tuple[ColumnElement[bool], ...]:
    return (
        Case.process_id == watched.process_id,
        Case.state == "open",
        Case.version_id == watched.version_id if watched.version_id else true(),
        visible_cases(watched.scope),
    )


def of_units(unit_id: Any, units: Collection[int] | None) -> ColumnElement[bool]:
    """Narrow to some units (None: to none); 0 among them stands for the companies."""
    if units is None:
        return true()
    return or_(unit_id.in_(units), unit_id.is_(None) if 0 in units else false())


def _among(process: Any, element: Any, places: Collection[Place]) -> ColumnElement[bool]:
    """Tell whether an element is one of some; two arrays are bound, however many they are."""
    known = func.unnest(_texts(one for one, _ in places), _texts(one for _, one in places))
    table = known.table_valued("process", "element").render_derived()
    return and_(tuple_(process, element).in_(select(table.c.process, table.c.element)))


def _called(watched: Watched) -> CTE:
    rows = list(watched.within)
    return (
        select(
            func.unnest(_texts(inner for inner, _ in rows)).label("inner"),
            func.unnest(_texts(place[0] for _, place in rows)).label("process"),
            func.unnest(_texts(place[1] for _, place in rows)).label("element"),
        )
    ).cte("within")


def _texts(values: Any) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(Text), unique=True)
