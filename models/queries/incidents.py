"""Incidents as process admins read them: a list with filters, one with all that is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.cases import Case
from models.processes import Process, ProcessVersion
from models.queries.visibility import Scope, visible_cases
from models.work import Incident


@dataclass(frozen=True, kw_only=True)
class IncidentLine:
    """An incident with the case and the process that it belongs to."""

    id: int
    case_id: int | None
    number: str
    title: str
    suspended: bool
    process_key: str
    process_title: str
    process_title_en: str
    version: int | None
    """Number of the version that it happened on; None where no case was begun."""
    version_in_force: int | None
    at: datetime
    last_at: datetime
    retry_at: datetime | None
    count: int
    action: str
    process: str
    element: str
    name: str
    reason: str
    advice: str
    cause: str
    work_item_id: UUID | None
    delivery_id: int | None
    resolved_at: datetime | None
    resolved_how: str
    resolved_why: str
    resolved_by: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which incidents to list; what is empty does not matter."""

    process: str = ""
    version: int | None = None
    element: str = ""
    cause: str = ""
    state: str = "open"
    """`open`, `resolved` or `` for all."""


_process_key = func.coalesce(Process.key, Incident.process_key)
_HAPPENED_ON = ProcessVersion.__table__.alias("happened_on")
_IN_FORCE = ProcessVersion.__table__.alias("in_force")


def _incidents(scope: Scope) -> Select[Any]:
    return (
        select(
            Incident.id,
            Incident.case_id,
            func.coalesce(Case.number, "").label("number"),
            func.coalesce(Case.title, "").label("title"),
            Case.suspended_at.is_not(None).label("suspended"),
            _process_key.label("process_key"),
            func.coalesce(Process.title, Incident.process_key).label("process_title"),
            func.coalesce(Process.title_en, "").label("process_title_en"),
            _HAPPENED_ON.c.number.label("version"),
            _IN_FORCE.c.number.label("version_in_force"),
            Incident.at,
            Incident.last_at,
            Incident.retry_at,
            Incident.count,
            Incident.action,
            Incident.process,
            Incident.element,
            Incident.name,
            Incident.reason,
            Incident.advice,
            Incident.cause,
            Incident.work_item_id,
            Incident.delivery_id,
            Incident.resolved_at,
            Incident.resolved_how,
            Incident.resolved_why,
            Incident.resolved_by,
        )
        .select_from(Incident)
        .outerjoin(Case, Case.id == Incident.case_id)
        .outerjoin(
            Process,
            or_(
                Process.id == Case.process_id,
                and_(Incident.case_id.is_(None), Process.key == Incident.process_key),
            ),
        )
        .outerjoin(
            _HAPPENED_ON,
            _HAPPENED_ON.c.id == func.coalesce(Incident.version_id, Case.version_id),
        )
        .outerjoin(_IN_FORCE, _IN_FORCE.c.id == Process.version_id)
        .where(or_(Incident.case_id.is_(None), visible_cases(scope)))
    )


def list_incidents(
    session: Session, scope: Scope, wanted: Wanted, *, before: int | None = None, limit: int = 30
) -> tuple[list[IncidentLine], int | None]:
    """Return incidents, newest first, and the id to go on before; None at the end."""
    statement = _incidents(scope).where(*_conditions(wanted))
    if before is not None:
        statement = statement.where(Incident.id < before)
    rows = session.execute(statement.order_by(Incident.id.desc()).limit(limit + 1)).mappings()
    lines = [IncidentLine(**row) for row in rows]
    more = lines[limit - 1].id if len(lines) > limit else None
    return lines[:limit], more


def read_incident(session: Session, scope: Scope, incident_id: int) -> IncidentLine | None:
    """Return one incident, None if there is none that the reader may see."""
    row = session.execute(_incidents(scope).where(Incident.id == incident_id)).mappings().first()
    return IncidentLine(**row) if row else None


def cases_of(session: Session, scope: Scope, incident_ids: Collection[int]) -> list[int]:
    """Return the ids of the cases of some incidents that the reader may see."""
    found = _incidents(scope).where(Incident.id.in_(incident_ids)).subquery()
    rows = select(found.c.case_id).where(found.c.case_id.is_not(None)).distinct()
    return list(session.scalars(rows))


def seen_of(session: Session, scope: Scope, incident_ids: Collection[int]) -> set[int]:
    """Return those of some incidents that the reader may see."""
    found = _incidents(scope).where(Incident.id.in_(incident_ids)).subquery()
    return set(session.scalars(select(found.c.id)))


def matching(session: Session, scope: Scope, wanted: Wanted, limit: int) -> list[int]:
    """Return the ids of the incidents that fit, oldest first."""
    statement = _incidents(scope).where(*_conditions(wanted)).order_by(Incident.id).limit(limit)
    return [row.id for row in session.execute(statement)]


def places(session: Session, scope: Scope, wanted: Wanted) -> list[tuple[str, str, int]]:
    """Return (element, name, how many) of the incidents that fit, the most frequent first."""
    inner = _incidents(scope).where(*_conditions(wanted)).subquery()
    counted = func.count().label("count")
    rows = session.execute(
        select(inner.c.element, func.max(inner.c.name), counted)
        .where(inner.c.element != "")
        .group_by(inner.c.element)
        .order_by(counted.desc(), inner.c.element)
        .limit(100)
    )
    return [(element, name, count) for element, name, count in rows]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state == "open":
        found.append(Incident.resolved_at.is_(None))
    elif wanted.state == "resolved":
        found.append(Incident.resolved_at.is_not(None))
    if wanted.process:
        found.append(_process_key == wanted.process)
    if wanted.version is not None:
        found.append(_HAPPENED_ON.c.number == wanted.version)
    if wanted.element:
        found.append(Incident.element == wanted.element)
    if wanted.cause:
        found.append(Incident.cause == wanted.cause)
    return found
