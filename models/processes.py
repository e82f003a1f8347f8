"""Processes and their deployed versions: immutable bundles, file by file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

PLANNED = "takes_effect_at is not null and settled_at is null"


class Process(Base):
    """A kind of case, such as the through-train; `version_id` is what new cases start with."""

    __tablename__ = "processes"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("process_versions.id", use_alter=True)
    )


class ProcessVersion(Base):
    """One deployed version of a bundle; its files are never changed after they were written.

    One with `takes_effect_at` waits for that time until it is `settled_at`: then it has taken
    effect, or was called off by somebody. All others took effect when they were deployed.
    """

    __tablename__ = "process_versions"
    __table_args__ = (
        UniqueConstraint("process_id", "number"),
        Index("ix_process_versions_planned", "takes_effect_at", postgresql_where=text(PLANNED)),
    )

    id: Mapped[Key]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"))
    number: Mapped[int]
    checksum: Mapped[str]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    reason: Mapped[str]
    approved_by: Mapped[str] = mapped_column(default="", server_default="")
    """The second person, where the city asks for one."""
    takes_effect_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    called_off_by: Mapped[str] = mapped_column(default="", server_default="")


class ProcessFile(Base):
    """A file of a deployed version."""

    __tablename__ = "process_files"

    version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
