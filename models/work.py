"""Work: what waits for a person or a message, and the deadlines, which belong to tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal

WORK_STATES = ("open", "done", "cancelled")
DEADLINE_KINDS = ("due", "timer")
INCIDENT_ENDS = ("worked", "gone", "settled")

NEVER = "coalesce(due_at, 'infinity'::timestamptz)"
due_or_never: ColumnElement[datetime] = literal_column(
    "coalesce(work_items.due_at, 'infinity'::timestamptz)", DateTime(timezone=True)
)
"""A work item's due time for sorting; what is never due comes last."""
OPEN = text("state = 'open'")
WAITING = "ended_at is null"
RUNNING = text("ended_at is null and kind = 'timer'")


class WorkItem(Base):
    """A task of the engine, given to a role in a unit (or to the case's enterprise).

    Its id is the engine's task id. `due_at`, `warn_at` and `paused_at` repeat its deadline so
    that the inbox reads one index; `verify` holds them against each other. `taken_at` is when
    somebody first took it up: claimed it, was handed it, or typed into it; None for a task that
    was done in one go.
    """

    __tablename__ = "work_items"
    __table_args__ = (
        CheckConstraint(f"state in {WORK_STATES}", name="state"),
        CheckConstraint("role = 'enterprise' or unit_id is not null", name="unit"),
        Index("ix_work_items_case_id_state", "case_id", "state"),
        Index(
            "ix_work_items_open_unit",
            "unit_id",
            "role",
            text(NEVER),
            "id",
            postgresql_include=["case_id", "due_at", "warn_at", "paused_at"],
            postgresql_where=OPEN,
        ),
        Index("ix_work_items_open_due", text(NEVER), "id", postgresql_where=OPEN),
        Index(
            "ix_work_items_company",
            "case_id",
            "closed_step",
            postgresql_where=text("role = 'enterprise'"),
        ),
        Index(
            "ix_work_items_open_assignee", "assignee_id", text(NEVER), "id", postgresql_where=OPEN
        ),
        Index("ix_work_items_done", "closed_at", postgresql_where=text("state = 'done'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str] = mapped_column(default="open")
    process: Mapped[str]
    element: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="", server_default="")
    stage: Mapped[str] = mapped_column(default="")
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    form: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[bool] = mapped_column(default=False)
    sentence: Mapped[str] = mapped_column(default="")
    sentence_en: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    opened_step: Mapped[int]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_step: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(default="")
    done_by: Mapped[str] = mapped_column(default="")
    draft: Mapped[dict[str, Any] | None] = personal()


class Wait(Base):
    """A message event of a case that waits, and who may send the message.

    Its id is the engine's. `roles` are role keys with commas between; where they are empty only
    other cases send it. With `unit_id` the sender holds the role in that unit.
    """

    __tablename__ = "waits"
    __table_args__ = (
        Index("ix_waits_case_id", "case_id", postgresql_where=text(WAITING)),
        Index("ix_waits_case_id_element", "case_id", "element"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    process: Mapped[str]
    element: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    message: Mapped[str]
    form: Mapped[str] = mapped_column(default="")
    roles: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    public: Mapped[bool] = mapped_column(default=False)
    sentence: Mapped[str] = mapped_column(default="")
    sentence_en: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    opened_step: Mapped[int]
    ended_at: Mapped[datetime | None]


class Deadline(Base):
    """A time by which something is due or fires.

    kind `due`: the due time of a work item (`task_id` is its id). kind `timer`: a timer of the
    engine (`task_id` is the timer's task id, `guards` the work item whose boundary it sits on);
    the clock wakes the case when it is reached. A paused deadline stands still: `paused_at` says
    since when, `paused_by` what stops it: an open task (`task`), somebody's act (`person`) or
    both (`person task`); it runs on when the last of them has ended.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        CheckConstraint(f"kind in {DEADLINE_KINDS}", name="kind"),
        Index("ix_deadlines_case_id_ended_at", "case_id", "ended_at"),
        Index("ix_deadlines_running", "due_at", "case_id", postgresql_where=RUNNING),
        Index(
            "uq_deadlines_running_task",
            "task_id",
            "kind",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    task_id: Mapped[UUID]
    guards: Mapped[UUID | None]
    process: Mapped[str]
    element: Mapped[str]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    warn_at: Mapped[datetime | None]
    expression: Mapped[str] = mapped_column(default="")
    how: Mapped[dict[str, Any]] = mapped_column(default=dict)
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    end: Mapped[str | None]


class DeadlineChange(Base):
    """A pause, resumption or extension of a deadline: from, to, reason and who."""

    __tablename__ = "deadline_changes"
    __table_args__ = (Index("ix_deadline_changes_deadline_id", "deadline_id"),)

    id: Mapped[Key]
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    due_before_at: Mapped[datetime]
    due_after_at: Mapped[datetime | None]
    reason: Mapped[str]
    actor: Mapped[str]


class Incident(Base):
    """A step that could not be run to its end: where, why, and what to do.

    `cause` is the kind of trouble in one word (`workflows.incidents.CAUSES`), `version_id` the
    version that it happened on. A delivery that fails is named, so that its own success ends the
    incident. `resolved_how` says how it ended: it `worked`, its task or time was `gone`, or
    somebody has `settled` it by hand with the reason in `resolved_why`.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint(f"resolved_how in {('', *INCIDENT_ENDS)}", name="resolved_how"),
        Index("ix_incidents_case_id_resolved_at", "case_id", "resolved_at"),
        Index("ix_incidents_open", "id", postgresql_where=text("resolved_at is null")),
    )

    id: Mapped[Key]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    process_key: Mapped[str] = mapped_column(default="")
    work_item_id: Mapped[UUID | None]
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=1)
    action: Mapped[str]
    process: Mapped[str] = mapped_column(default="")
    element: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    advice: Mapped[str]
    retry_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_how: Mapped[str] = mapped_column(default="", server_default="")
    resolved_why: Mapped[str] = mapped_column(default="", server_default="")
    resolved_by: Mapped[str] = mapped_column(default="", server_default="")
    cause: Mapped[str] = mapped_column(default="", server_default="")
    version_id: Mapped[int | None] = mapped_column(ForeignKey("process_versions.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
