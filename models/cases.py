"""Cases: the shared row that everyone sees, the steps it was made of, its parties and its story."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, literal_column, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal

CASE_STATES = ("open", "closed", "withdrawn", "declined", "cancelled")
STEP_KINDS = ("start", "complete", "wake", "deliver", "recall", "act", "migrate")


class Case(Base):
    """One case.

    Everything from `stage` down is a projection of the steps, written in the same transaction
    and recomputable (`throughtrain verify`). `submitted_at` starts the total age, which never
    stops. `origin` says how the case came to be: empty for a booking, else the kind of link to
    the case that it was opened from. Work of the city itself has no enterprise. `place_id` is
    the county or zone (or the city) that the case belongs to. `held` cases are being played with
    a moved clock: the real clock leaves them alone. While `suspended_at` is set nobody acts on the
    case and its deadlines stand still; `suspended_why` is what everybody reads of it.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(f"state in {CASE_STATES}", name="state"),
        Index("ix_cases_place_id_state_submitted_at", "place_id", "state", "submitted_at"),
        Index("ix_cases_enterprise_id_submitted_at", "enterprise_id", "submitted_at"),
        Index("ix_cases_state_submitted_at", "state", "submitted_at"),
        Index("ix_cases_submitted_at_id", "submitted_at", "id"),
        Index(
            "ix_cases_process_id_closed_at",
            "process_id",
            "closed_at",
            postgresql_where=text("closed_at is not null"),
        ),
        Index("ix_cases_search", "search", postgresql_using="gin"),
        Index(
            "ix_cases_number_prefix",
            func.upper(literal_column("number")).label("prefix"),
            postgresql_ops={"prefix": "text_pattern_ops"},
        ),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    channel: Mapped[str] = mapped_column(default="online")
    origin: Mapped[str] = mapped_column(default="", server_default="")
    title: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime]
    held: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    suspended_why: Mapped[str] = mapped_column(default="", server_default="")
    revision: Mapped[int] = mapped_column(default=0)
    audit_hash: Mapped[bytes] = mapped_column(default=b"")
    search: Mapped[Any] = mapped_column(TSVECTOR, nullable=True, deferred=True)
    # the projection
    state: Mapped[str] = mapped_column(default="open")
    stage: Mapped[str] = mapped_column(default="")
    lead_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    facts: Mapped[dict[str, Any]] = personal(default=dict)
    result: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class CaseUnit(Base):
    """A unit that is party to a case, and therefore sees it."""

    __tablename__ = "case_units"
    __table_args__ = (Index("ix_case_units_unit_id", "unit_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    since_at: Mapped[datetime]


class CaseLink(Base):
    """Two cases that have to do with each other.

    kind `part`: `other` is a part that `case` was split into; `merged`: `case` waits for the reply
    to `other`; `theme`: `case` waits for the policy that `other` brings about; `visit`: `other`
    was opened from the visit `case`. A link that has ended stays, with the time.
    """

    __tablename__ = "case_links"
    __table_args__ = (Index("ix_case_links_other_id", "other_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    since_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Step(Base):
    """One thing that was done to a case, and the engine's state after it; never changed.

    `values` are the form's values as JSON, `form` the form they were typed into, `state` the
    engine's own encoding. `recalled_by` names the later step that took this one back.
    """

    __tablename__ = "steps"
    __table_args__ = (
        CheckConstraint(f"kind in {STEP_KINDS}", name="kind"),
        Index("ix_steps_delivered", "case_id", "number", postgresql_where=text("kind = 'deliver'")),
        Index(
            "ix_steps_recalled",
            "case_id",
            "number",
            postgresql_where=text("recalled_by is not null"),
        ),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    actor: Mapped[str] = mapped_column(default="")
    work_item_id: Mapped[UUID | None]
    process: Mapped[str] = mapped_column(default="")
    element: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(default="")
    values: Mapped[dict[str, Any]] = personal(default=dict)
    version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"))
    recalled_by: Mapped[int | None]
    state: Mapped[bytes] = mapped_column(deferred=True)
    effects: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TimelineEntry(Base):
    """A line of the case's story; `public` lines are read by the enterprise.

    `kind` is a past-tense event name from `workflows.events`, `values` fill its sentence.
    """

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_case_id_id", "case_id", "id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    public: Mapped[bool] = mapped_column(default=False)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)


class CaseNumber(Base):
    """The last serial number given out for a process in a year."""

    __tablename__ = "case_numbers"

    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[int]


class CaseCount(Base):
    """How often something happened to a case (returns, redos, extensions): limits read it."""

    __tablename__ = "case_counts"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
