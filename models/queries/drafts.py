"""What people have typed or uploaded and not yet sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.files import File
from models.people import Draft


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
