"""Calendars: versions of the working-day calendar, with holidays and make-up days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class CalendarVersion(Base):
    """A published version; `place_id` is empty for the whole city, else a county's override.

    `uncounted` are the cases whose running deadlines have not been counted again by it yet.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("place_id", "number", postgresql_nulls_not_distinct=True),)

    id: Mapped[Key]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
    source: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    """Last day for which the state's calendar is known; later days count provisionally."""
    uncounted: Mapped[list[Any]] = mapped_column(default=list)


class CalendarDay(Base):
    """A day that differs from the plain week: a holiday on a weekday, a make-up working day."""

    __tablename__ = "calendar_days"

    version_id: Mapped[int] = mapped_column(ForeignKey("calendar_versions.id"), primary_key=True)
    on: Mapped[date] = mapped_column("day", primary_key=True)
    working: Mapped[bool]
    name: Mapped[str]
