"""What supervision reads: open work by unit and light, and the way down to each task."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Person
from models.queries.inbox import Cursor, Light, light_is
from models.queries.visibility import Scope, visible_ids
from models.queries.workloads import UnitLoad, city_loads
from models.units import Unit
from models.work import WorkItem, due_or_never


@dataclass(frozen=True, kw_only=True)
class WatchedRow:
    """An open task as supervision sees it."""

    id: UUID
    name: str
    name_en: str
    stage: str
    role: str
    due_at: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None
    assignee: str | None
    unit_id: int | None
    unit: str | None
    case_id: int
    number: str
    title: str
    place_id: int
    enterprise: str
    version_id: int


def loads(
    session: Session, scope: Scope, *, now: datetime, units: Collection[int] | None = None
) -> list[UnitLoad]:
    """Return the open work by unit, worst first; `units` narrows to some units.

    Of the whole city it is kept by time. Of what a reader sees of it, it is counted in the index of
    open work alone, which holds all that the lights are drawn from.
    """
    if scope.everything:
        return city_loads(session, now=now, units=units)
    counts = {
        light: func.count().filter(light_is(light, now)) for light in ("red", "yellow", "grey")
    }
    counted = (
        select(
            WorkItem.unit_id,
            *(count.label(light) for light, count in counts.items()),
            func.count().label("all"),
            func.min(WorkItem.due_at).filter(light_is("red", now)).label("oldest_due_at"),
        )
        .where(_open(), *_seen_by(scope), *_within(units))
        .group_by(WorkItem.unit_id)
        .subquery()
    )
    red, yellow, grey = (counted.c[light] for light in counts)
    total = counted.c["all"]
    statement = (
        select(
            *(counted.c.unit_id, red, yellow, grey, counted.c.oldest_due_at),
            (total - red - yellow - grey).label("green"),
            Unit.name.label("unit"),
        )
        .outerjoin_from(counted, Unit, Unit.id == counted.c.unit_id)
        .order_by(red.desc(), yellow.desc(), total.desc(), Unit.name)
    )
    return [UnitLoad(**row) for row in session.execute(statement).mappings()]


def watched(
    session: Session,
    scope: Scope,
    *,
    now: datetime,
    light: Light | None = None,
    units: Collection[int] | None = None,
    after: Cursor | None = None,
    limit: int = 30,
) -> tuple[list[WatchedRow], Cursor | None]:
    """Return open tasks of cases that the reader may see, soonest due first, and a cursor."""
    statement = (
        select(
            WorkItem.id,
            WorkItem.name,
            WorkItem.name_en,
            WorkItem.stage,
            WorkItem.role,
            WorkItem.due_at,
            WorkItem.warn_at,
            WorkItem.paused_at,
            Person.name.label("assignee"),
            WorkItem.unit_id,
            Unit.name.label("unit"),
            Case.id.label("case_id"),
            Case.number,
            Case.title,
            Case.place_id,
            func.coalesce(Enterprise.name, "").label("enterprise"),
            Case.version_id,
        )
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .where(_open(), *_seen_by(scope), *_within(units))
    )
    if light is not None:
        statement = statement.where(light_is(light, now))
    if after is not None:
        statement = statement.where(_behind(after))
    statement = statement.order_by(due_or_never, WorkItem.id).limit(limit + 1)
    rows = [WatchedRow(**row) for row in session.execute(statement).mappings()]
    more = (rows[limit - 1].due_at, rows[limit - 1].id) if len(rows) > limit else None
    return rows[:limit], more


def _open() -> ColumnElement[bool]:
    """Return the condition of the indexes of open work, written out: the planner must know it."""
    return WorkItem.state == literal_column("'open'")


def _seen_by(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Narrow to the cases that the reader may see."""
    return () if scope.everything else (WorkItem.case_id.in_(visible_ids(scope)),)


def _within(units: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    """Narrow to some units; 0 among them stands for the companies."""
    if units is None:
        return ()
    owed_by_companies = WorkItem.unit_id.is_(None) if 0 in units else false()
    return (or_(WorkItem.unit_id.in_(units), owed_by_companies),)


def _behind(after: Cursor) -> ColumnElement[bool]:
    due_at, last_id = after
    when = literal(due_at.isoformat() if due_at else "infinity").cast(DateTime(timezone=True))
    last = literal(last_id, PgUUID(as_uuid=True))
    return tuple_(due_or_never, WorkItem.id) > tuple_(when, last)
