"""Units: the tree of city, counties, towns, departments, sections, utilities and teams."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

UNIT_KINDS = ("city", "county", "town", "department", "section", "utility", "team")


class Unit(Base):
    """A part of the city that work can be given to.

    `county_id` is the county or zone whose people see the unit's cases; it is empty for units of
    the city itself. A unit that a reform abolished stays with `active` false and a successor.
    """

    __tablename__ = "units"
    __table_args__ = (CheckConstraint(f"kind in {UNIT_KINDS}", name="kind"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    county_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    phone: Mapped[str] = mapped_column(default="")
    ends_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Duty(Base):
    """Who answers for what: the list of duties that routing reads, kept as data with its source."""

    __tablename__ = "duties"
    __table_args__ = (Index("ix_duties_category_place_id", "category", "place_id"),)

    id: Mapped[Key]
    category: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    source: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
