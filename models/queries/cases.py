"""A case as people read it: the shared row, its open work, its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from models.cases import Case, TimelineEntry
from models.enterprises import Enterprise
from models.people import Person
from models.queries.search import matches
from models.queries.visibility import Scope, visible_cases, workable
from models.units import Unit
from models.work import Deadline, WorkItem


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """What every page about a case begins with."""

    id: int
    number: str
    title: str
    category: str
    kind: str
    channel: str
    state: str
    stage: str
    result: str
    submitted_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    revision: int
    process_id: int
    version_id: int
    parent_id: int | None
    enterprise_id: int | None
    enterprise: str
    place_id: int
    place: str
    lead_unit_id: int | None
    lead_unit: str | None
    suspended_at: datetime | None
    suspended_why: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """A task that is open, with who has it and by when."""

    id: UUID
    process: str
    element: str
    name: str
    name_en: str
    stage: str
    role: str
    unit_id: int | None
    unit: str | None
    unit_phone: str | None
    assignee_id: int | None
    assignee: str | None
    form: str
    pauses: bool
    sentence: str
    sentence_en: str
    opened_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None
    draft: dict[str, Any] | None
    how: dict[str, Any] | None
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the story."""

    id: int
    step: int
    at: datetime
    kind: str
    actor: str
    unit: str
    public: bool
    values: dict[str, Any]


_PLACE, _LEAD = aliased(Unit, name="place"), aliased(Unit, name="lead")
_COLUMNS = (
    Case.id,
    Case.number,
    Case.title,
    Case.category,
    Case.kind,
    Case.channel,
    Case.state,
    Case.stage,
    Case.result,
    Case.submitted_at,
    Case.closed_at,
    Case.updated_at,
    Case.revision,
    Case.process_id,
    Case.version_id,
    Case.parent_id,
    Case.enterprise_id,
    func.coalesce(Enterprise.name, "").label("enterprise"),
    Case.place_id,
    _PLACE.name.label("place"),
    Case.lead_unit_id,
    _LEAD.name.label("lead_unit"),
    Case.suspended_at,
    Case.suspended_why,
    Case.facts,
)


def _cases(scope: Scope) -> Select[Any, Any]:
    return (
        select(*_COLUMNS)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(_PLACE, _PLACE.id == Case.place_id)
        .outerjoin(_LEAD, _LEAD.id == Case.lead_unit_id)
        .where(visible_cases(scope))
    )


def read_case(
    session: Session, scope: Scope, *, case_id: int | None = None, number: str = ""
) -> CaseRow | None:
    """Return a case that the reader may see, by id or number, else None."""
    which = Case.id == case_id if case_id is not None else Case.number == number
    row = session.execute(_cases(scope).where(which)).mappings().first()
    return CaseRow(**row) if row else None


def read_case_of_work(session: Session, scope: Scope, work_item_id: UUID) -> CaseRow | None:
    """Return the case of a work item, if the reader may see it."""
    case_id = select(WorkItem.case_id).where(WorkItem.id == work_item_id).scalar_subquery()
    row = session.execute(_cases(scope).where(Case.id == case_id)).mappings().first()
    return CaseRow(**row) if row else None


Cursor = tuple[datetime, int]


def list_cases(
    session: Session,
    scope: Scope,
    *,
    conditions: Sequence[ColumnElement[bool]] = (),
    search: str = "",
    after: Cursor | None = None,
    limit: int = 30,
) -> tuple[list[CaseRow], Cursor | None]:
    """Return the reader's cases, newest first, and the cursor of the next page."""
    statement = _cases(scope).where(*conditions)
    if search.strip():
        statement = statement.where(matches(search))
    if after is not None:
        statement = statement.where(tuple_(Case.submitted_at, Case.id) < after)
    statement = statement.order_by(Case.submitted_at.desc(), Case.id.desc()).limit(limit + 1)
    rows = [CaseRow(**row) for row in session.execute(statement).mappings()]
    more = None
    if len(rows) > limit:
        rows = rows[:limit]
        more = (rows[-1].submitted_at, rows[-1].id)
    return rows, more


def open_work(session: Session, scope: Scope, case_id: int) -> list[OpenWork]:
    """Return the open tasks of a case (which the caller has been given), soonest due first."""
    how = (
        select(Deadline.how)
        .where(Deadline.task_id == WorkItem.id, Deadline.kind == "due", Deadline.ended_at.is_(None))
        .scalar_subquery()
    )
    statement = (
        select(
            WorkItem.id,
            WorkItem.process,
            WorkItem.element,
            WorkItem.name,
            WorkItem.name_en,
            WorkItem.stage,
            WorkItem.role,
            WorkItem.unit_id,
            Unit.name.label("unit"),
            Unit.phone.label("unit_phone"),
            WorkItem.assignee_id,
            Person.name.label("assignee"),
            WorkItem.form,
            WorkItem.pauses,
            WorkItem.sentence,
            WorkItem.sentence_en,
            WorkItem.opened_at,
            WorkItem.due_at,
            WorkItem.warn_at,
            WorkItem.paused_at,
            WorkItem.draft,
            how.label("how"),
            workable(scope).label("mine"),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .where(WorkItem.case_id == case_id, WorkItem.state == "open", visible_cases(scope))
        .order_by(WorkItem.due_at.nulls_last(), WorkItem.id)
    )
    return [
        OpenWork(**{**row, "mine": bool(row["mine"])})
        for row in session.execute(statement).mappings()
    ]


@dataclass(frozen=True, kw_only=True)
class ClosedWork:
    """A task that is no longer open, for the page that says who did it."""

    id: UUID
    case_id: int
    name: str
    name_en: str
    state: str
    outcome: str
    done_by: str
    closed_at: datetime | None
    closed_step: int | None


def closed_work(session: Session, scope: Scope, work_item_id: UUID) -> ClosedWork | None:
    """Return a task that was done or cancelled, if the reader may see its case."""
    row = (
        session.execute(
            select(
                WorkItem.id,
                WorkItem.case_id,
                WorkItem.name,
                WorkItem.name_en,
                WorkItem.state,
                WorkItem.outcome,
                WorkItem.done_by,
                WorkItem.closed_at,
                WorkItem.closed_step,
            )
            .join(Case, Case.id == WorkItem.case_id)
            .where(WorkItem.id == work_item_id, WorkItem.state != "open", visible_cases(scope))
        )
        .mappings()
        .first()
    )
    return ClosedWork(**row) if row else None


def timeline(
    session: Session, case_id: int, *, public_only: bool = False, limit: int = 200
) -> list[Line]:
    """Return the newest lines of a case's story, newest first."""
    statement = select(
        TimelineEntry.id,
        TimelineEntry.step,
        TimelineEntry.at,
        TimelineEntry.kind,
        TimelineEntry.actor,
        TimelineEntry.unit,
        TimelineEntry.public,
        TimelineEntry.values,
    ).where(TimelineEntry.case_id == case_id)
    if public_only:
        statement = statement.where(TimelineEntry.public)
    statement = statement.order_by(TimelineEntry.id.desc()).limit(limit)
    return [Line(**row) for row in session.execute(statement).mappings()]
