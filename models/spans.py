"""Spans: how long the tasks of a past month or year took, counted once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

FIGURES = ("whole", "waiting", "in_hand", "limited", "late")


class Span(Base):
    """A past month or year of a process of which all tasks done have been counted.

    `start_at` is its first moment in the city, `end_at` the first after it. `calendar` is the
    version of the working days that it was counted by. Triggers (migration 0005) delete a span as
    soon as anything that it has counted changes; the worker counts it again.
    """

    __tablename__ = "spans"
    __table_args__ = (UniqueConstraint("process_id", "start_at", "end_at"),)

    id: Mapped[Key]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"))
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    calendar: Mapped[str]


class SpanTimes(Base):
    """One figure of the tasks of an element that were done in a span on a version.

    `bins` are numbers of durations that hardly differ (`models.queries.spans`), in order; `counts`
    are how many tasks took so long, `totals` their working days together. `limited` (had a time
    limit) and `late` are mere counts, in bin 0.
    """

    __tablename__ = "span_times"
    __table_args__ = (CheckConstraint(f"figure in {FIGURES}", name="figure"),)

    span_id: Mapped[int] = mapped_column(
        ForeignKey("spans.id", ondelete="CASCADE"), primary_key=True
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"), primary_key=True)
    process: Mapped[str] = mapped_column(primary_key=True)
    element: Mapped[str] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(primary_key=True)
    bins: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    counts: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    totals: Mapped[list[float]] = mapped_column(ARRAY(Float))
