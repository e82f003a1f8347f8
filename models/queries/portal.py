"""What a company reads of its cases, beyond what everybody does: codes, lists, its own entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
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
from models.people import Person
from models.queries.cases import CaseRow, Cursor, list_cases
from models.queries.visibility import Scope, visible_cases
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
