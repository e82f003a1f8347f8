"""Replays: what the executed cases of a recorded year gave, beside what was reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class ReplayedFigures(Base):
    """The figures of one period of a recorded year; `figures` computed, `reported` as published."""

    __tablename__ = "replayed_figures"
    __table_args__ = (UniqueConstraint("name", "period"),)

    id: Mapped[Key]
    name: Mapped[str]
    period: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reported: Mapped[dict[str, Any]] = mapped_column(default=dict)
    played_at: Mapped[datetime]
