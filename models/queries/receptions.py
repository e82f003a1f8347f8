"""Receptions as staff read them: the sessions, and the agenda of one with what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Person, Position
from models.queries.visibility import Scope, visible_cases
from models.receptions import AgendaItem, Decision, Reception
from models.units import Unit


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session; `taken` slots are on the agenda, `decided` of them have a decision."""

    id: int
    title: str
    kind: str
    place_id: int
    place: str
    held_on: date
    starts_at: time
    room: str
    leader: str
    slots: int
    state: str
    taken: int
    decided: int


@dataclass(frozen=True, kw_only=True)
class SlotRow:
    """A case on an agenda, with the newest decision that the session made on it."""

    slot: int
    reason: str
    case_id: int
    number: str
    title: str
    category: str
    enterprise: str
    place: str
    lead_unit: str | None
    case_state: str
    stage: str
    version_id: int
    decision: str | None
    solved_on_the_spot: bool | None
    decision_lead: str | None
    lead_leader: str | None


def _sessions() -> Any:
    taken = (
        select(func.count())
        .select_from(AgendaItem)
        .where(AgendaItem.reception_id == Reception.id)
        .scalar_subquery()
    )
    decided = (
        select(func.count(Decision.case_id.distinct()))
        .where(Decision.reception_id == Reception.id)
        .scalar_subquery()
    )
    return select(
        Reception.id,
        Reception.title,
        Reception.kind,
        Reception.place_id,
        Unit.name.label("place"),
        Reception.held_on,
        Reception.starts_at,
        Reception.room,
        Reception.leader,
        Reception.slots,
        Reception.state,
        taken.label("taken"),
        decided.label("decided"),
    ).join(Unit, Unit.id == Reception.place_id)


def coming_sessions(session: Session, today: date, *, limit: int = 60) -> list[SessionRow]:
    """Return the sessions from today on, soonest first."""
    statement = _sessions().where(Reception.held_on >= today)
    order = (Reception.held_on, Unit.position, Unit.id)
    rows = session.execute(statement.order_by(*order).limit(limit)).mappings()
    return [SessionRow(**row) for row in rows]


def past_sessions(
    session: Session, today: date, *, before: date | None = None, limit: int = 60
) -> list[SessionRow]:
    """Return the sessions before today (and before a date), latest first."""
    statement = _sessions().where(Reception.held_on < (min(before, today) if before else today))
    order = (Reception.held_on.desc(), Unit.position, Unit.id)
    rows = session.execute(statement.order_by(*order).limit(limit)).mappings()
    return [SessionRow(**row) for row in rows]


def sessions_of_year(session: Session, place_id: int, year: int) -> list[SessionRow]:
    """Return a place's sessions of a year, in order."""
    statement = _sessions().where(
        Reception.place_id == place_id,
        Reception.held_on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    rows = session.execute(statement.order_by(Reception.held_on, Reception.id)).mappings()
    return [SessionRow(**row) for row in rows]


def leaders_of(session: Session, place_id: int) -> list[str]:
    """Return the names of a place's leaders, in the order of their accounts."""
    return list(
        session.scalars(
            select(Person.name)
            .join(Position, Position.person_id == Person.id)
            .where(Position.unit_id == place_id, Position.role == "leader", Person.active)
            .order_by(Person.id)
        )
    )


def read_session(session: Session, reception_id: int) -> SessionRow | None:
    """Return one session."""
    row = session.execute(_sessions().where(Reception.id == reception_id)).mappings().first()
    return SessionRow(**row) if row else None


def slots(session: Session, scope: Scope, reception_id: int) -> list[SlotRow]:
    """Return the agenda of a session, as far as the reader may see the cases, by slot."""
    newest = (
        select(func.max(Decision.id))
        .where(Decision.reception_id == reception_id, Decision.case_id == Case.id)
        .correlate(Case)
        .scalar_subquery()
    )
    place, lead, decided = (aliased(Unit, name=name) for name in ("place", "lead", "decided"))
    statement = (
        select(
            AgendaItem.slot,
            AgendaItem.reason,
            Case.id.label("case_id"),
            Case.number,
            Case.title,
            Case.category,
            func.coalesce(Enterprise.name, "").label("enterprise"),
            place.name.label("place"),
            lead.name.label("lead_unit"),
            Case.state.label("case_state"),
            Case.stage,
            Case.version_id,
            Decision.text.label("decision"),
            Decision.solved_on_the_spot,
            decided.name.label("decision_lead"),
            Decision.lead_leader,
        )
        .join(Case, Case.id == AgendaItem.case_id)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(place, place.id == Case.place_id)
        .outerjoin(lead, lead.id == Case.lead_unit_id)
        .outerjoin(Decision, and_(Decision.case_id == Case.id, Decision.id == newest))
        .outerjoin(decided, decided.id == Decision.lead_unit_id)
        .where(AgendaItem.reception_id == reception_id, visible_cases(scope))
        .order_by(AgendaItem.slot)
    )
    return [SlotRow(**row) for row in session.execute(statement).mappings()]
