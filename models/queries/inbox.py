"""The inbox: open work for a person and their units, by due time, a page at a time.

Each post of the reader is one short walk along an index and the walks are merged, so that a page
costs the same with a thousand open tasks as with a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Person
from models.queries.search import matches
from models.queries.visibility import Scope
from models.units import Unit
from models.work import WorkItem, due_or_never

View = Literal["todo", "mine", "unit"]
"""todo: claimed by me or waiting for one of my posts; mine: claimed by me; unit: all of my posts'
open work, whoever claimed it."""
Light = Literal["red", "yellow", "green", "grey"]
LIGHTS: tuple[Light, ...] = ("red", "yellow", "green", "grey")

MOST_COUNTED = 100
"""Counts stop here; the page then shows 99+."""

Cursor = tuple[datetime | None, UUID]
"""Due time (None: never due) and id of the last row of a page."""


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """A line of the inbox."""

    id: UUID
    name: str
    name_en: str
    stage: str
    role: str
    due_at: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None
    opened_at: datetime
    assignee_id: int | None
    assignee: str | None
    unit: str | None
    case_id: int
    number: str
    title: str
    category: str
    place_id: int
    enterprise: str
    submitted_at: datetime
    process_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class InboxPage:
    """A page of the inbox; `more` is the cursor of the next one."""

    rows: tuple[InboxRow, ...]
    more: Cursor | None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a reader narrows the inbox to."""

    view: View = "todo"
    light: Light | None = None
    stage: str = ""
    search: str = ""


def inbox(
    session: Session,
    scope: Scope,
    *,
    now: datetime,
    wanted: Filter | None = None,
    after: Cursor | None = None,
    limit: int = 30,
) -> InboxPage:
    """Return the reader's open work, soonest due first."""
    wanted = wanted or Filter()
    walks = _walks(scope, wanted, now, after, limit + 1)
    if not walks:
        return InboxPage(rows=(), more=None)
    merged = union_all(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
    page = (
        select(merged.c.id, merged.c.never)
        .order_by(merged.c.never, merged.c.id)
        .limit(limit + 1)
        .subquery()
    )
    statement = (
        select(*_ROW)
        .select_from(page)
        .join(WorkItem, WorkItem.id == page.c.id)
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .order_by(page.c.never, page.c.id)
    )
    rows = [InboxRow(**row) for row in session.execute(statement).mappings()]
    more = (rows[limit - 1].due_at, rows[limit - 1].id) if len(rows) > limit else None
    return InboxPage(rows=tuple(rows[:limit]), more=more)


def light_counts(
    session: Session, scope: Scope, *, now: datetime, view: View = "todo"
) -> dict[Light, int]:
    """Return how much of the reader's open work shows each light, each up to `MOST_COUNTED`."""
    counts: list[Any] = []
    for light in LIGHTS:
        walks = _walks(scope, Filter(view=view, light=light), now, None, MOST_COUNTED)
        if not walks:
            return dict.fromkeys(LIGHTS, 0)
        merged = union_all(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
        capped = select(merged.c.id).limit(MOST_COUNTED).subquery()
        counts.append(select(func.count()).select_from(capped).scalar_subquery().label(light))
    row = session.execute(select(*counts)).one()
    return dict(zip(LIGHTS, row, strict=True))


def light_is(light: Light, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a work item shows a light; `workflows.lights` draws the same.

    Due times are compared in the form that the inbox's indexes are sorted by.
    """
    if light == "grey":
        return WorkItem.paused_at.is_not(None)
    running = WorkItem.paused_at.is_(None)
    if light == "red":
        return and_(running, now > due_or_never)
    if light == "yellow":
        return and_(running, now <= due_or_never, WorkItem.due_at.is_not(None), _warned(now))
    return and_(running, now <= due_or_never, or_(WorkItem.due_at.is_(None), not_(_warned(now))))


def _warned(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(WorkItem.warn_at <= now, false())


_ROW = (
    WorkItem.id,
    WorkItem.name,
    WorkItem.name_en,
    WorkItem.stage,
    WorkItem.role,
    WorkItem.due_at,
    WorkItem.warn_at,
    WorkItem.paused_at,
    WorkItem.opened_at,
    WorkItem.assignee_id,
    Person.name.label("assignee"),
    Unit.name.label("unit"),
    Case.id.label("case_id"),
    Case.number,
    Case.title,
    Case.category,
    Case.place_id,
    func.coalesce(Enterprise.name, "").label("enterprise"),
    Case.submitted_at,
    Case.process_id,
    Case.version_id,
)


def _walks(
    scope: Scope, wanted: Filter, now: datetime, after: Cursor | None, limit: int
) -> Sequence[Select[Any, Any]]:
    """One walk along an index for what is claimed, and one for each post."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.view in ("todo", "mine"):
        conditions.append(
            WorkItem.assignee_id == scope.person if scope.person is not None else false()
        )
    if wanted.view in ("todo", "unit"):
        for unit_id, role in scope.posts:
            held = and_(WorkItem.unit_id == unit_id, WorkItem.role == role)
            if wanted.view == "todo":
                held = and_(held, WorkItem.assignee_id.is_(None))
            conditions.append(held)
    return [_walk(condition, wanted, now, after, limit) for condition in conditions]


def _walk(
    whose: ColumnElement[bool],
    wanted: Filter,
    now: datetime,
    after: Cursor | None,
    limit: int,
) -> Select[Any, Any]:
    statement = select(WorkItem.id, due_or_never.label("never")).where(
        WorkItem.state == "open", whose
    )
    if wanted.light:
        statement = statement.where(light_is(wanted.light, now))
    if wanted.stage:
        statement = statement.where(WorkItem.stage == wanted.stage)
    if wanted.search:
        statement = statement.join(Case, Case.id == WorkItem.case_id).where(matches(wanted.search))
    if after is not None:
        due_at, last_id = after
        when = due_at.isoformat() if due_at else "infinity"
        statement = statement.where(
            tuple_(due_or_never, WorkItem.id)
            > tuple_(
                literal(when).cast(DateTime(timezone=True)),
                literal(last_id, PgUUID(as_uuid=True)),
            )
        )
    return statement.order_by(due_or_never, WorkItem.id).limit(limit)
