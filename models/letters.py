"""Letters: what was written to the company or between units, as it was issued."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal


class Letter(Base):
    """A numbered letter or slip, rendered from a text of the bundle when it was issued.

    `name` is the text's name; the body never changes afterwards, whatever becomes of the text.
    """

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_case_id", "case_id"), UniqueConstraint("number"))

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[int]
    name: Mapped[str]
    number: Mapped[str]
    subject: Mapped[str] = personal(default="")
    body: Mapped[str] = personal()
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    public: Mapped[bool] = mapped_column(default=False)
    issued_at: Mapped[datetime]
