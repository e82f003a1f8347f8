"""Takeovers: which case came from which line of the register that an office kept before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class TakenOver(Base):
    """A case that stood in an office's own register; `own_number` is its number there."""

    __tablename__ = "taken_over"
    __table_args__ = (UniqueConstraint("process_id", "own_number"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"))
    own_number: Mapped[str]
    file: Mapped[str]
    line: Mapped[int]
    taken_at: Mapped[datetime]
