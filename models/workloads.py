"""Workloads: how much work is open, kept by unit and time, so that nobody has to count it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class Workload(Base):
    """So many more (or fewer) open tasks with the same unit, role, times and clock.

    Triggers of `work_items` (migration 0005) write a row with each task that is opened, moved or
    closed, in its own transaction: rows are only ever added, so that no two steps wait for each
    other. How much is open is the sum of `change`; `workflows.actions.workloads` adds rows up
    where many have come together. `due_from` and `warn_from` begin the six hours, counted from
    midnight UTC, that `due_at` and `warn_at` lie in, None where a task has none; `paused`: its
    clock stands still; `unit_id` None: what the companies owe.
    """

    __tablename__ = "workloads"

    id: Mapped[Key]
    unit_id: Mapped[int | None]
    role: Mapped[str]
    due_from: Mapped[datetime | None]
    warn_from: Mapped[datetime | None]
    paused: Mapped[bool]
    change: Mapped[int] = mapped_column(Integer)
