"""People: accounts, what they may sign in with, and the positions they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal

ROLES = (
    "enterprise",
    "clerk",
    "dispatcher",
    "registry",
    "handler",
    "head",
    "leader",
    "supervisor",
    "process_admin",
    "system_admin",
    "auditor",
    "inspector",
)


class Person(Base):
    """An account of staff or of an enterprise's contact.

    `epoch` is part of every session; raising it signs the person out everywhere.
    """

    __tablename__ = "people"

    id: Mapped[Key]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = personal()
    password_hash: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = personal(default="")
    email: Mapped[str] = personal(default="")
    title: Mapped[str] = mapped_column(default="")
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    locale: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    epoch: Mapped[int] = mapped_column(default=0)
    last_sign_in_at: Mapped[datetime | None]


class EndedSession(Base):
    """A session that was signed out: its cookie opens nothing any more, whoever holds a copy.

    Kept until the session would have ended by itself.
    """

    __tablename__ = "ended_sessions"
    __table_args__ = (Index("ix_ended_sessions_until_at", "until_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    until_at: Mapped[datetime]


class Position(Base):
    """A role that a person holds in a unit."""

    __tablename__ = "positions"
    __table_args__ = (
        UniqueConstraint("person_id", "unit_id", "role"),
        CheckConstraint(f"role in {ROLES}", name="role"),
        Index("ix_positions_unit_id_role", "unit_id", "role"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str]


class Draft(Base):
    """What somebody has typed and not yet sent, kept across sessions and signings-in."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_person_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    purpose: Mapped[str]
    values: Mapped[dict[str, Any]] = personal(default=dict)
    updated_at: Mapped[datetime]
