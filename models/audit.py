"""The audit trail: append-only, hash-chained per case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class AuditEntry(Base):
    """Who did what when, chained to the entry before it of the same case (0 = no case).

    `hash` = SHA-256 over the previous hash and this entry's canonical JSON.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_case_id_id", "case_id", "id"),
        Index("ix_audit_at", "at"),
    )

    id: Mapped[Key]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    actor: Mapped[str]
    action: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    hash: Mapped[bytes]
