"""The inbox: open work for a person and their units, by due time, a page at a time.

Each post of the reader is one short walk along an index and the walks are merged, so that a page
costs the same with a thousand open tasks as with a hundred thousand. A statement is built once for
readers with as many posts and prepared on the server; what varies is bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
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
from models.pipeline import rows_of
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


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """What decides how a statement looks; everything else is bound when it runs."""

    view: View
    light: Light | None = None
    stage: bool = False
    after: bool = False
    person: bool
    posts: int


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
    shape = _shape(scope, wanted.view, light=wanted.light, stage=bool(wanted.stage), after=after)
    values = _values(scope, now) | {"stage": wanted.stage} | _cursor_values(after)
    rows: Sequence[Sequence[Any]] = ()
    if wanted.search:  # the words decide how the statement looks: built on the spot
        statement = _page(shape, limit, matches(wanted.search))
        rows = session.execute(statement, values).all() if statement is not None else ()
    elif (statement := _fixed_page(shape, limit)) is not None:
        rows = rows_of(session, statement, values)
    lines = [InboxRow(**dict(zip(_NAMES, row, strict=True))) for row in rows[:limit]]
    more = (lines[-1].due_at, lines[-1].id) if len(rows) > limit else None
    return InboxPage(rows=tuple(lines), more=more)


def light_counts(
    session: Session, scope: Scope, *, now: datetime, view: View = "todo"
) -> dict[Light, int]:
    """Return how much of the reader's open work shows each light, each up to `MOST_COUNTED`."""
    statement = _counts(_shape(scope, view))
    if statement is None:
        return dict.fromkeys(LIGHTS, 0)
    (row,) = rows_of(session, statement, _values(scope, now))
    return dict(zip(LIGHTS, row, strict=True))


Moment = datetime | ColumnElement[datetime]


def light_is(light: Light, now: Moment) -> ColumnElement[bool]:
    """Return the condition that a work item shows a light; `workflows.lights` draws the same.

    Due times are compared in the form that the inbox's indexes are sorted by.
    """
    if light == "grey":
        return WorkItem.paused_at.is_not(None)
    running = WorkItem.paused_at.is_(None)
    if light == "red":
        return and_(running, due_or_never < now)
    if light == "yellow":
        return and_(running, due_or_never >= now, WorkItem.due_at.is_not(None), _warned(now))
    return and_(running, due_or_never >= now, or_(WorkItem.due_at.is_(None), not_(_warned(now))))


def _warned(now: Moment) -> ColumnElement[bool]:
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


_NAMES = tuple(str(column.key) for column in select(*_ROW).selected_columns)
_NOW = bindparam("now", type_=DateTime(timezone=True))


def _shape(
    scope: Scope,
    view: View,
    *,
    light: Light | None = None,
    stage: bool = False,
    after: Cursor | None = None,
) -> _Shape:
    return _Shape(
        view=view,
        light=light,
        stage=stage,
        after=after is not None,
        person=scope.person is not None,
        posts=len(scope.posts),
    )


def _values(scope: Scope, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"now": now, "person": scope.person}
    for number, (unit_id, role) in enumerate(scope.posts):
        values |= {f"unit_{number}": unit_id, f"role_{number}": role}
    return values


def _cursor_values(after: Cursor | None) -> dict[str, Any]:
    if after is None:
        return {}
    due_at, last_id = after
    return {"last_due": due_at.isoformat() if due_at else "infinity", "last_id": last_id}


@lru_cache(maxsize=128)
def _fixed_page(shape: _Shape, limit: int) -> Select[*tuple[Any, ...]] | None:
    return _page(shape, limit)


def _page(
    shape: _Shape, limit: int, found: ColumnElement[bool] | None = None
) -> Select[*tuple[Any, ...]] | None:
    """Return the statement of a page and the first row behind it; None for nobody's work."""
    walks = _walks(shape, limit + 1, found)
    if not walks:
        return None
    merged = union_all(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
    page = (
        select(merged.c.id, merged.c.never)
        .order_by(merged.c.never, merged.c.id)
        .limit(_literal(limit + 1))
        .subquery()
    )
    return (
        select(*_ROW)
        .select_from(page)
        .join(WorkItem, WorkItem.id == page.c.id)
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .order_by(page.c.never, page.c.id)
    )


@lru_cache(maxsize=64)
def _counts(shape: _Shape) -> Select[*tuple[Any, ...]] | None:
    """Return the statement that counts the work of each light; None for nobody's work."""
    counts: list[Any] = []
    for light in LIGHTS:
        walks = _walks(replace(shape, light=light), MOST_COUNTED)
        if not walks:
            return None
        merged = union_all(*walks).subquery() if len(walks) > 1 else walks[0].subquery()
        capped = select(merged.c.id).limit(_literal(MOST_COUNTED)).subquery()
        counts.append(select(func.count()).select_from(capped).scalar_subquery().label(light))
    return select(*counts)


def _literal(limit: int) -> ColumnElement[int]:
    """Return a limit that the planner can read: it decides which index is walked."""
    return literal_column(str(limit))


def _walks(
    shape: _Shape, limit: int, found: ColumnElement[bool] | None = None
) -> Sequence[Select[Any, Any]]:
    """One walk along an index for what is claimed, and one for each post."""
    conditions: list[ColumnElement[bool]] = []
    if shape.view in ("todo", "mine"):
        mine = WorkItem.assignee_id == bindparam("person", type_=BigInteger)
        conditions.append(mine if shape.person else false())
    if shape.view in ("todo", "unit"):
        for number in range(shape.posts):
            held = and_(
                WorkItem.unit_id == bindparam(f"unit_{number}", type_=BigInteger),
                WorkItem.role == bindparam(f"role_{number}", type_=Text),
            )
            if shape.view == "todo":
                held = and_(held, WorkItem.assignee_id.is_(None))
            conditions.append(held)
    return [_walk(condition, shape, limit, found) for condition in conditions]


def _walk(
    whose: ColumnElement[bool], shape: _Shape, limit: int, found: ColumnElement[bool] | None
) -> Select[Any, Any]:
    statement = select(WorkItem.id, due_or_never.label("never")).where(
        WorkItem.state == literal_column("'open'"), whose
    )
    if shape.light:
        statement = statement.where(light_is(shape.light, _NOW))
    if shape.stage:
        statement = statement.where(WorkItem.stage == bindparam("stage", type_=Text))
    if found is not None:
        statement = statement.join(Case, Case.id == WorkItem.case_id).where(found)
    if shape.after:
        statement = statement.where(
            tuple_(due_or_never, WorkItem.id)
            > tuple_(
                cast(bindparam("last_due", type_=Text), DateTime(timezone=True)),
                bindparam("last_id", type_=PgUUID(as_uuid=True)),
            )
        )
    return statement.order_by(due_or_never, WorkItem.id).limit(_literal(limit))
