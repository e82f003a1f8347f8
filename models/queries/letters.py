"""Letters of a case, and who has confirmed receipt of its documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.letters import Letter
from models.queries.visibility import Scope, visible_cases
from models.receptions import Receipt
from models.units import Unit


@dataclass(frozen=True, kw_only=True)
class LetterRow:
    """A letter in a list."""

    id: int
    number: str
    subject: str
    unit: str | None
    public: bool
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class LetterSheet:
    """A letter as it went out, with the case that it belongs to."""

    id: int
    number: str
    subject: str
    body: str
    unit: str | None
    issued_at: datetime
    case_id: int
    case_number: str
    enterprise: str | None


@dataclass(frozen=True, kw_only=True)
class ReceiptRow:
    """A unit's confirmation that it has received a document."""

    document: str
    unit: str
    received_by: str
    received_at: datetime


def letters(session: Session, case_id: int, *, public_only: bool = False) -> list[LetterRow]:
    """Return a case's letters, oldest first."""
    statement = (
        select(
            Letter.id,
            Letter.number,
            Letter.subject,
            Unit.name.label("unit"),
            Letter.public,
            Letter.issued_at,
        )
        .outerjoin(Unit, Unit.id == Letter.unit_id)
        .where(Letter.case_id == case_id)
        .order_by(Letter.id)
    )
    if public_only:
        statement = statement.where(Letter.public)
    return [LetterRow(**row) for row in session.execute(statement).mappings()]


def read_letter(session: Session, scope: Scope, letter_id: int) -> LetterSheet | None:
    """Return a letter, if the reader may see its case.

    The company (and the holder of its code) gets public ones only.
    """
    statement = (
        select(
            Letter.id,
            Letter.number,
            Letter.subject,
            Letter.body,
            Unit.name.label("unit"),
            Letter.issued_at,
            Case.id.label("case_id"),
            Case.number.label("case_number"),
            Enterprise.name.label("enterprise"),
        )
        .join(Case, Case.id == Letter.case_id)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .outerjoin(Unit, Unit.id == Letter.unit_id)
        .where(Letter.id == letter_id, visible_cases(scope))
    )
    if scope.person is None or (not scope.posts and not scope.everything):
        statement = statement.where(Letter.public)
    row = session.execute(statement).mappings().first()
    return LetterSheet(**row) if row else None


def receipts(session: Session, case_id: int) -> list[ReceiptRow]:
    """Return who has confirmed receipt of which document of a case, oldest first."""
    rows = session.execute(
        select(
            Receipt.document,
            Unit.name.label("unit"),
            Receipt.received_by,
            Receipt.received_at,
        )
        .join(Unit, Unit.id == Receipt.unit_id)
        .where(Receipt.case_id == case_id)
        .order_by(Receipt.id)
    ).mappings()
    return [ReceiptRow(**row) for row in rows]
