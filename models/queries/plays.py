"""Reads of plays: whose they are, and what stands on a stage beside the open tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.letters import Letter
from models.notices import Notice
from models.plays import Play
from models.work import Deadline, Wait


@dataclass(frozen=True, kw_only=True)
class TimerRow:
    """A timer that runs, or stands still."""

    process: str
    element: str
    due_at: datetime
    paused_at: datetime | None
    how: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class NoticeOf:
    """What somebody was told: the company, or a role in a unit."""

    kind: str
    values: dict[str, Any]
    at: datetime
    for_company: bool


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What some steps of a case went through."""

    flows: list[tuple[str, str]]
    rules: list[tuple[str, str]]
    decided: dict[str, Any]


def plays_of(session: Session, person_id: int, key: str = "") -> list[Play]:
    """Return a person's plays (of one process), the one used last first."""
    query = select(Play).where(Play.person_id == person_id)
    if key:
        query = query.where(Play.process_key == key)
    return list(session.scalars(query.order_by(Play.used_at.desc())))


def waits_of(session: Session, case_id: int) -> list[Wait]:
    """Return the message events of a case that wait, the oldest first."""
    rows = select(Wait).where(Wait.case_id == case_id, Wait.ended_at.is_(None))
    return list(session.scalars(rows.order_by(Wait.opened_at, Wait.element, Wait.id)))


def timers_of(session: Session, case_id: int) -> list[TimerRow]:
    """Return the timers of a case that have not rung, the next first."""
    rows = session.execute(
        select(
            Deadline.process, Deadline.element, Deadline.due_at, Deadline.paused_at, Deadline.how
        )
        .where(Deadline.case_id == case_id, Deadline.kind == "timer", Deadline.ended_at.is_(None))
        .order_by(Deadline.due_at, Deadline.id)
    )
    return [TimerRow(**row) for row in rows.mappings()]


def passed(session: Session, case_id: int, after: int = 0) -> Passed:
    """Return what the steps of a case after number `after` passed, recalled ones left out."""
    rows = session.scalars(
        select(Step.effects)
        .where(Step.case_id == case_id, Step.number > after, Step.recalled_by.is_(None))
        .order_by(Step.number)
    ).all()
    flows = {(one[0], one[1]): None for effects in rows for one in effects.get("flows", ())}
    rules = {(one[0], one[1]): None for effects in rows for one in effects.get("rules", ())}
    decided: dict[str, Any] = {}
    for effects in rows:
        decided |= effects.get("decided", {})
    return Passed(flows=list(flows), rules=list(rules), decided=decided)


def told_of(session: Session, case_id: int) -> list[NoticeOf]:
    """Return what was told because of a case, the newest first."""
    rows = session.execute(
        select(Notice.kind, Notice.values, Notice.at, Notice.enterprise_id)
        .where(Notice.case_id == case_id)
        .order_by(Notice.id.desc())
    )
    return [
        NoticeOf(kind=kind, values=values, at=at, for_company=company is not None)
        for kind, values, at, company in rows
    ]


def letters_of(session: Session, case_id: int) -> list[Letter]:
    """Return the letters of a case with their text, the newest first."""
    rows = select(Letter).where(Letter.case_id == case_id).order_by(Letter.id.desc())
    return list(session.scalars(rows))


def states_of(session: Session, cases: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Return name, number and state of some cases."""
    rows = session.execute(
        select(Case.id, Case.number, Case.state).where(Case.id.in_(cases.values()))
    )
    found = {real: (number, state) for real, number, state in rows}
    return [(name, *found[real]) for name, real in cases.items() if real in found]


def wait_at(session: Session, wait_id: UUID) -> Wait | None:
    """Return a message event that waits."""
    rows = select(Wait).where(Wait.id == wait_id, Wait.ended_at.is_(None))
    return session.scalars(rows).one_or_none()
