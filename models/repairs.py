"""Repairs of many cases at once: what was asked for, and what came of each case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

REPAIRED_STATES = ("waiting", "done", "refused")


class RepairRun(Base):
    """The same repair of many cases, made one case after the other.

    `act` is the repair as `workflows.actions.repair.Act` writes it. `beat_at` moves with the work:
    a run that stands still has lost its process, and the worker goes on with it. `finished_at` is
    set when no case is waiting any more.
    """

    __tablename__ = "repair_runs"
    __table_args__ = (
        Index("ix_repair_runs_unfinished", "id", postgresql_where=text("finished_at is null")),
    )

    id: Mapped[Key]
    act: Mapped[dict[str, Any]]
    reason: Mapped[str]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    beat_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[datetime | None]


class RepairedCase(Base):
    """One case of a run: `waiting` for its turn, `done` by its step `step`, or why not.

    `said` is what a person reads of it, as plain data that makes a message again.
    """

    __tablename__ = "repaired_cases"
    __table_args__ = (CheckConstraint(f"state in {REPAIRED_STATES}", name="state"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("repair_runs.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    step: Mapped[int | None]
    said: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime | None]
