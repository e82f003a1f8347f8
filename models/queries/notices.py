"""Notices: what a company, or the people of a post, were told, and what they have not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from models.cases import Case
from models.notices import Notice
from models.queries.visibility import Scope, visible_cases


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """A notice with the case that it is about."""

    id: int
    kind: str
    values: dict[str, Any]
    at: datetime
    read_at: datetime | None
    work_item_id: UUID | None
    case_id: int
    number: str
    title: str


def _mine(scope: Scope) -> ColumnElement[bool]:
    """Notices for the reader's company, or for a post that the reader holds."""
    for_post = tuple_(Notice.unit_id, Notice.role).in_(scope.posts)
    for_company = Notice.enterprise_id == (scope.enterprise or 0)
    return or_(for_company, and_(Notice.enterprise_id.is_(None), for_post))


def _rows() -> Any:
    return select(
        Notice.id,
        Notice.kind,
        Notice.values,
        Notice.at,
        Notice.read_at,
        Notice.work_item_id,
        Case.id.label("case_id"),
        Case.number,
        Case.title,
    ).join(Case, Case.id == Notice.case_id)


def notices(
    session: Session, scope: Scope, *, before: int | None = None, limit: int = 30
) -> tuple[list[NoticeRow], int | None]:
    """Return the reader's notices, newest first, and the id to go on before, None at the end."""
    statement = _rows().where(_mine(scope), visible_cases(scope))
    if before is not None:
        statement = statement.where(Notice.id < before)
    rows = session.execute(statement.order_by(Notice.id.desc()).limit(limit + 1)).mappings().all()
    found = [NoticeRow(**row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def notices_of_case(session: Session, scope: Scope, case_id: int) -> list[NoticeRow]:
    """Return what the company was told about one of its cases, newest first."""
    statement = _rows().where(
        Notice.case_id == case_id, Notice.enterprise_id.is_not(None), visible_cases(scope)
    )
    rows = session.execute(statement.order_by(Notice.id.desc()).limit(50)).mappings()
    return [NoticeRow(**row) for row in rows]


def count_unread(session: Session, scope: Scope) -> int:
    """Return how many notices the reader has not read."""
    statement = (
        select(func.count())
        .select_from(Notice)
        .join(Case, Case.id == Notice.case_id)
        .where(_mine(scope), Notice.read_at.is_(None), visible_cases(scope))
    )
    return session.scalar(statement) or 0


def unread_until(scope: Scope, until: int) -> ColumnElement[bool]:
    """Return the condition for the reader's unread notices up to an id."""
    return and_(_mine(scope), Notice.read_at.is_(None), Notice.id <= until)
