"""What the company's side reads beyond a case itself: codes, drafts, sessions, its own entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, aliased

from models.cases import Case, Step
from models.enterprises import Enterprise
from models.files import File
from models.people import Draft, Person
from models.processes import Process
from models.queries.cases import CaseRow, Cursor, list_cases
from models.queries.visibility import Scope, visible_cases
from models.receptions import AgendaItem, Reception
from models.scores import Score
from models.units import Unit
from models.work import Deadline, DeadlineChange, Wait, WorkItem


@dataclass(frozen=True, kw_only=True)
class CodeRow:
    """What a typed lookup code is checked against."""

    case_id: int
    number: str
    code_hash: str
    enterprise: str


def read_code(session: Session, number: str) -> CodeRow | None:
    """Return what opens the case of this number; the only read of a case that asks no scope.

    A case that was opened from another one has no code of its own: that one's opens it.
    """
    number = opener_of(session, number) or number
    statement = (
        select(Case.id.label("case_id"), Case.number, Case.code_hash, Enterprise.name)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Case.number == number)
    )
    row = session.execute(statement).one_or_none()
    return (
        CodeRow(
            case_id=row.case_id, number=row.number, code_hash=row.code_hash, enterprise=row.name
        )
        if row
        else None
    )


def opener_of(session: Session, number: str) -> str | None:
    """Return the number of the case that this one was opened from, None for a booking."""
    opener = aliased(Case)
    return session.scalar(
        select(opener.number)
        .join(Case, Case.parent_id == opener.id)
        .where(Case.number == number, Case.origin != "")
    )


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """Entries that somebody has typed and not yet sent."""

    id: UUID
    person_id: int | None
    purpose: str
    values: dict[str, Any]
    updated_at: datetime


def read_draft(
    session: Session, purpose: str, *, draft_id: UUID | None = None, person_id: int | None = None
) -> DraftRow | None:
    """Return the draft with this id, else the newest one of this person, for this purpose."""
    statement = select(
        Draft.id, Draft.person_id, Draft.purpose, Draft.values, Draft.updated_at
    ).where(Draft.purpose == purpose)
    if draft_id is not None:
        statement = statement.where(Draft.id == draft_id)
    else:
        statement = statement.where(Draft.person_id == person_id)
    row = session.execute(statement.order_by(Draft.updated_at.desc()).limit(1)).mappings().first()
    return DraftRow(**row) if row else None


def read_sent(session: Session, purpose: str, draft_id: UUID) -> DraftRow | None:
    """Return a draft by its id if it is for a purpose that begins like this."""
    row = (
        session.execute(
            select(Draft.id, Draft.person_id, Draft.purpose, Draft.values, Draft.updated_at).where(
                Draft.id == draft_id, Draft.purpose.startswith(purpose)
            )
        )
        .mappings()
        .first()
    )
    return DraftRow(**row) if row else None


@dataclass(frozen=True, kw_only=True)
class UploadRow:
    """An upload that no step has taken yet."""

    id: UUID
    name: str
    size: int


def read_uploads(session: Session, owner: str) -> list[UploadRow]:
    """Return the uploads kept under an owner's token and not yet given to a case."""
    statement = select(File.id, File.name, File.size).where(
        File.owner == owner, File.case_id.is_(None)
    )
    return [UploadRow(**row) for row in session.execute(statement).mappings()]


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


def company_cases(
    session: Session, scope: Scope, *, after: Cursor | None = None, limit: int = 20
) -> tuple[list[CaseRow], Cursor | None]:
    """Return a company's own cases and those attached to the account, newest first."""
    own = or_(Case.enterprise_id == (scope.enterprise or 0), Case.contact_id == (scope.person or 0))
    return list_cases(session, scope, conditions=(own,), after=after, limit=limit)


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """An open task of one of several cases, as a list of cases shows it."""

    id: UUID
    case_id: int
    name: str
    name_en: str
    stage: str
    role: str
    unit: str | None
    unit_en: str | None
    sentence: str
    sentence_en: str
    due_at: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None


def waiting_in(session: Session, scope: Scope, case_ids: Collection[int]) -> list[WaitingRow]:
    """Return the open tasks of some cases that the reader may see, soonest due first."""
    statement = (
        select(
            WorkItem.id,
            WorkItem.case_id,
            WorkItem.name,
            WorkItem.name_en,
            WorkItem.stage,
            WorkItem.role,
            Unit.name.label("unit"),
            Unit.name_en.label("unit_en"),
            WorkItem.sentence,
            WorkItem.sentence_en,
            WorkItem.due_at,
            WorkItem.warn_at,
            WorkItem.paused_at,
        )
        .join(Case, Case.id == WorkItem.case_id)
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .where(WorkItem.case_id.in_(case_ids), WorkItem.state == "open", visible_cases(scope))
        .order_by(WorkItem.due_at.nulls_last(), WorkItem.id)
    )
    return [WaitingRow(**row) for row in session.execute(statement).mappings()]


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """A form that the company itself sent: the booking, a supplement, a score."""

    number: int
    at: datetime
    form: str
    task: str
    values: dict[str, Any]
    version_id: int


def own_entries(session: Session, scope: Scope, case_id: int) -> list[EntryRow]:
    """Return what the company sent to a case and did not have taken back, oldest first.

    That is what it booked, what it did, and what it said in between.

    Scores are left out: they have rows, and a place on the page, of their own. Of what was done
    and said the newest are read, however old the case is.
    """
    done = aliased(WorkItem)
    sent = (
        select(Wait.name)
        .where(
            Wait.case_id == Step.case_id,
            Wait.process == Step.process,
            Wait.element == Step.element,
        )
        .limit(1)
        .scalar_subquery()
    )
    staff = exists().where(Person.id == Step.person_id, Person.enterprise_id.is_(None))
    sent_by_company = and_(Step.kind == "deliver", Step.form != "", ~staff)
    numbers = _sent_by_company(case_id).subquery()
    statement = (
        select(
            Step.number,
            Step.at,
            Step.form,
            func.coalesce(done.name, sent, "").label("task"),
            Step.values,
            Step.version_id,
        )
        .select_from(numbers)
        .join(Step, and_(Step.case_id == case_id, Step.number == numbers.c.number))
        .join(Case, Case.id == Step.case_id)
        .outerjoin(done, done.id == Step.work_item_id)
        .where(
            Step.recalled_by.is_(None),
            or_(Step.kind == "start", done.role == "enterprise", sent_by_company),
            ~exists().where(Score.case_id == Step.case_id, Score.step == Step.number),
            visible_cases(scope),
        )
        .order_by(Step.number)
    )
    return [EntryRow(**row) for row in session.execute(statement).mappings()]


MOST_ENTRIES = 50
"""Tasks that a company did and messages that it sent, of each, that a page shows."""


def _sent_by_company(case_id: int) -> CompoundSelect[Any]:
    """Return the numbers of the first step and of the newest that may be the company's own.

    Each once, so that they can be joined: planners then look at these steps and at no others.
    """
    done = (
        select(WorkItem.closed_step)
        .where(WorkItem.case_id == case_id, WorkItem.role == literal_column("'enterprise'"))
        .order_by(WorkItem.closed_step.desc().nulls_last())
        .limit(MOST_ENTRIES)
    )
    sent = (
        select(Step.number)
        .where(Step.case_id == case_id, Step.kind == literal_column("'deliver'"), Step.form != "")
        .order_by(Step.number.desc())
        .limit(MOST_ENTRIES)
    )
    return union(select(literal(1, BigInteger).label("number")), done, sent)


def stages_seen(session: Session, case_id: int) -> frozenset[str]:
    """Return the stages in which a case (which the caller was given) has had work."""
    statement = select(WorkItem.stage).where(WorkItem.case_id == case_id).distinct()
    return frozenset(session.scalars(statement))


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """A pause, resumption or extension of the due time of an open task."""

    task_id: UUID
    at: datetime
    kind: str
    due_before_at: datetime
    due_after_at: datetime | None
    reason: str


def deadline_changes(session: Session, scope: Scope, case_id: int) -> list[ChangeRow]:
    """Return what was changed about the running due times of a case, oldest first."""
    statement = (
        select(
            Deadline.task_id,
            DeadlineChange.at,
            DeadlineChange.kind,
            DeadlineChange.due_before_at,
            DeadlineChange.due_after_at,
            DeadlineChange.reason,
        )
        .join(Deadline, Deadline.id == DeadlineChange.deadline_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.case_id == case_id,
            Deadline.kind == "due",
            Deadline.ended_at.is_(None),
            visible_cases(scope),
        )
        .order_by(DeadlineChange.id)
    )
    return [ChangeRow(**row) for row in session.execute(statement).mappings()]
