"""Notices: what a person or an enterprise is told, and whether it was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class Notice(Base):
    """A message for the enterprise of a case or for a role in a unit."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_enterprise_id_id", "enterprise_id", "id"),
        Index("ix_notices_case_id", "case_id"),
        Index(
            "ix_notices_unread_unit",
            "unit_id",
            "role",
            postgresql_where=text("read_at is null and unit_id is not null"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str] = mapped_column(default="")
    work_item_id: Mapped[UUID | None]
    kind: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
