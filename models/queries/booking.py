"""What is read before there is a case: processes, planned sessions, the company itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.enterprises import Enterprise
from models.people import Person
from models.processes import Process
from models.receptions import AgendaItem, Reception
from models.units import Unit


@dataclass(frozen=True, kw_only=True)
class ProcessRow:
    """A process that has a version for new cases."""

    key: str
    title: str
    title_en: str
    version_id: int


def current_processes(session: Session) -> list[ProcessRow]:
    """Return all processes that new cases can start with."""
    statement = (
        select(Process.key, Process.title, Process.title_en, Process.version_id)
        .where(Process.version_id.is_not(None))
        .order_by(Process.id)
    )
    return [ProcessRow(**row) for row in session.execute(statement).mappings()]


@dataclass(frozen=True, kw_only=True)
class ReceptionRow:
    """A planned session as the public reads it; `taken` of `slots` are on the agenda."""

    id: int
    title: str
    kind: str
    place: str
    place_en: str
    held_on: date
    starts_at: time
    room: str
    slots: int
    taken: int

    @property
    def free(self) -> int:
        """Slots that nobody has yet."""
        return max(0, self.slots - self.taken)


def coming_receptions(session: Session, today: date, *, limit: int = 6) -> list[ReceptionRow]:
    """Return the next planned sessions, soonest first."""
    taken = (
        select(func.count())
        .where(AgendaItem.reception_id == Reception.id)
        .correlate(Reception)
        .scalar_subquery()
    )
    statement = (
        select(
            Reception.id,
            Reception.title,
            Reception.kind,
            Unit.name.label("place"),
            Unit.name_en.label("place_en"),
            Reception.held_on,
            Reception.starts_at,
            Reception.room,
            Reception.slots,
            taken.label("taken"),
        )
        .join(Unit, Unit.id == Reception.place_id)
        .where(Reception.state == "planned", Reception.held_on >= today)
        .order_by(Reception.held_on, Unit.kind != "city", Unit.position, Reception.id)
        .limit(limit)
    )
    return [ReceptionRow(**row) for row in session.execute(statement).mappings()]


@dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """An enterprise as its own booking form is filled in with it."""

    name: str
    credit_code: str
    contact: str
    phone: str
    place: str


def read_company(session: Session, person_id: int) -> CompanyRow | None:
    """Return the company of a contact, with the contact's own name and phone first."""
    statement = (
        select(
            Enterprise.name,
            func.coalesce(Enterprise.credit_code, "").label("credit_code"),
            func.coalesce(func.nullif(Person.name, ""), Enterprise.contact).label("contact"),
            func.coalesce(func.nullif(Person.phone, ""), Enterprise.phone).label("phone"),
            func.coalesce(Unit.key, "").label("place"),
        )
        .select_from(Person)
        .join(Enterprise, Enterprise.id == Person.enterprise_id)
        .outerjoin(Unit, Unit.id == Enterprise.place_id)
        .where(Person.id == person_id)
    )
    row = session.execute(statement).mappings().first()
    return CompanyRow(**row) if row else None
