"""Receptions: the monthly sessions, their agenda, the decisions made at the table."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

SESSION_STATES = ("planned", "held", "cancelled")


class Reception(Base):
    """One session: the city's or a county's, on a date, with its leader and its number of slots."""

    __tablename__ = "receptions"
    __table_args__ = (
        CheckConstraint(f"state in {SESSION_STATES}", name="state"),
        UniqueConstraint("place_id", "held_on", "title"),
        Index("ix_receptions_held_on", "held_on"),
    )

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="monthly")
    held_on: Mapped[date]
    starts_at: Mapped[time] = mapped_column(default=time(9, 0))
    room: Mapped[str] = mapped_column(default="")
    leader: Mapped[str] = mapped_column(default="")
    slots: Mapped[int] = mapped_column(default=12)
    state: Mapped[str] = mapped_column(default="planned")


class AgendaItem(Base):
    """A case on the agenda of a session; nobody can book a slot twice.

    `step` is the step of the case that placed it there; its recall gives the slot up.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (
        UniqueConstraint("reception_id", "slot"),
        UniqueConstraint("reception_id", "case_id"),
        Index("ix_agenda_items_case_id", "case_id"),
    )

    id: Mapped[Key]
    reception_id: Mapped[int] = mapped_column(ForeignKey("receptions.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    slot: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(default="")
    step: Mapped[int | None]


class Decision(Base):
    """What the leaders decided at the table (处方) for one case."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index("ix_decisions_case_id", "case_id"),
        Index("ix_decisions_reception_id", "reception_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    reception_id: Mapped[int | None] = mapped_column(ForeignKey("receptions.id"))
    step: Mapped[int]
    solved_on_the_spot: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    lead_leader: Mapped[str] = mapped_column(default="")
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    decided_at: Mapped[datetime]


class Measure(Base):
    """One measure of a decision: a named person, a deliverable and a date."""

    __tablename__ = "measures"
    __table_args__ = (Index("ix_measures_decision_id", "decision_id"),)

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    number: Mapped[int]
    text: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    person: Mapped[str] = mapped_column(default="")
    deliverable: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]


class Minutes(Base):
    """The numbered minutes of one session, approved and issued."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("reception_id"), UniqueConstraint("number"))

    id: Mapped[Key]
    reception_id: Mapped[int] = mapped_column(ForeignKey("receptions.id"))
    number: Mapped[str]
    approved_by: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime]


class Receipt(Base):
    """A unit's confirmation that it has received a document of a case."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index("ix_receipts_case_id", "case_id"),
        Index("ix_receipts_reception_id", "reception_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[int]
    reception_id: Mapped[int | None] = mapped_column(ForeignKey("receptions.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    document: Mapped[str]
    received_by: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
