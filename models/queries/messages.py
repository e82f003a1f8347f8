"""Reads of what may be done with a case at any time: messages that it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.cases import Case
from models.queries.visibility import Scope, sendable, visible_cases
from models.work import Wait


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message that the reader may send, as its button and its page show it."""

    id: UUID
    case_id: int
    element: str
    name: str
    name_en: str
    form: str
    sentence: str
    sentence_en: str
    public: bool
    ended_at: datetime | None


def messages_of(session: Session, scope: Scope, case_id: int) -> list[Message]:
    """Return what the reader may do with a case at any time, in a steady order."""
    statement = _select(scope).where(Wait.case_id == case_id, Wait.ended_at.is_(None))
    statement = statement.order_by(Wait.opened_at.desc(), Wait.process, Wait.element, Wait.id)
    return [Message(**row._mapping) for row in session.execute(statement)]


def message_at_hand(session: Session, scope: Scope, wait_id: UUID) -> Message | None:
    """Return a message that the reader may send, or could have sent while it waited."""
    row = session.execute(_select(scope).where(Wait.id == wait_id)).one_or_none()
    return Message(**row._mapping) if row else None


def is_wait_seen(session: Session, scope: Scope, wait_id: UUID) -> bool:
    """Whether there is such a message in a case that the reader may see."""
    statement = select(Wait.id).join(Case, Case.id == Wait.case_id)
    statement = statement.where(Wait.id == wait_id, Wait.roles != "", visible_cases(scope))
    return session.execute(statement).one_or_none() is not None


_COLUMNS = (
    Wait.id,
    Wait.case_id,
    Wait.element,
    Wait.name,
    Wait.name_en,
    Wait.form,
    Wait.sentence,
    Wait.sentence_en,
    Wait.public,
    Wait.ended_at,
)


def _select(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Case, Case.id == Wait.case_id)
        .where(visible_cases(scope), sendable(scope))
    )
