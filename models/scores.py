"""Replies and scores: what the city answered, and what the company says of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

LEVELS = ("very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied")


class Reply(Base):
    """A signed and numbered reply to the company."""

    __tablename__ = "replies"
    __table_args__ = (Index("ix_replies_case_id", "case_id"), UniqueConstraint("number"))

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[int]
    number: Mapped[str]
    result: Mapped[str]
    text: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    signed_by: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]


class Score(Base):
    """A score by the company, one per round; both stay. Silence is a row without points."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("points between 0 and 100", name="points"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    step: Mapped[int]
    points: Mapped[int | None]
    level: Mapped[str | None]
    solved: Mapped[bool | None]
    text: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    scored_at: Mapped[datetime]
