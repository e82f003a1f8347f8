"""Reads of links between cases: what is linked to a case, and how much of it is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from models.cases import Case, CaseLink
from models.deliveries import Delivery
from models.queries.visibility import Scope, visible_cases

_SELF = aliased(Case)


@dataclass(frozen=True, kw_only=True)
class LinkedCase:
    """A case that has to do with another one, as its page shows it."""

    case_id: int
    number: str
    title: str
    state: str
    stage: str
    result: str
    kind: str
    leads: bool
    """Whether this case was linked by the other one: it is its part, its visit's, its theme."""
    version_id: int
    place_id: int
    may_open: bool
    """Whether the reader may open it."""
    since_at: datetime


def count_open(session: Session, case_id: int, kind: str) -> int:
    """Return how many cases linked by a kind are open or still to be begun."""
    begun = session.scalar(
        select(func.count(Case.id.distinct()))
        .select_from(CaseLink)
        .join(Case, Case.id == _other(case_id))
        .where(_linked(case_id), CaseLink.kind == kind, Case.state == "open", _not_opener(case_id))
    )
    coming = session.scalar(
        select(func.count()).where(
            Delivery.from_case_id == case_id,
            Delivery.kind == "start",
            Delivery.link_kind == kind,
            Delivery.done_at.is_(None),
        )
    )
    return (begun or 0) + (coming or 0)


def linked_numbers(session: Session, case_id: int, kind: str) -> list[str]:
    """Return the numbers of the cases linked by a kind, the oldest first."""
    rows = session.execute(
        select(Case.number, Case.id)
        .select_from(CaseLink)
        .join(Case, Case.id == _other(case_id))
        .where(_linked(case_id), CaseLink.kind == kind, _not_opener(case_id))
        .order_by(Case.id)
        .distinct()
    )
    return [number for number, _ in rows]


def linked_cases(session: Session, scope: Scope, case_id: int) -> list[LinkedCase]:
    """Return the cases linked to one that the reader sees, and which of them they may open."""
    rows = session.execute(
        select(
            Case.id.label("case_id"),
            Case.number,
            Case.title,
            Case.state,
            Case.stage,
            Case.result,
            CaseLink.kind,
            (CaseLink.case_id == case_id).label("leads"),
            Case.version_id,
            Case.place_id,
            func.coalesce(visible_cases(scope), False).label("may_open"),
            CaseLink.since_at,
        )
        .select_from(CaseLink)
        .join(Case, Case.id == _other(case_id))
        .where(_linked(case_id))
        .order_by(CaseLink.since_at, Case.id)
    )
    return [LinkedCase(**row._mapping) for row in rows]


def _other(case_id: int) -> ColumnElement[int]:
    """The case at the other end of a link."""
    return case((CaseLink.case_id == case_id, CaseLink.other_id), else_=CaseLink.case_id)


def _linked(case_id: int) -> ColumnElement[bool]:
    ends = or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id)
    return and_(ends, CaseLink.ended_at.is_(None))


def _not_opener(case_id: int) -> ColumnElement[bool]:
    """Leave out the link over which the case itself was opened."""
    origin = select(_SELF.origin).where(_SELF.id == case_id).scalar_subquery()
    parent = select(_SELF.parent_id).where(_SELF.id == case_id).scalar_subquery()
    opened = and_(
        CaseLink.other_id == case_id,
        CaseLink.case_id == func.coalesce(parent, 0),
        CaseLink.kind == origin,
    )
    return not_(opened)
