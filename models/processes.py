"""Processes and their deployed versions: immutable bundles, file by file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


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
    """One deployed version of a bundle; never changed after it was written."""

    __tablename__ = "process_versions"
    __table_args__ = (UniqueConstraint("process_id", "number"),)

    id: Mapped[Key]
    process_id: Mapped[int] = mapped_column(ForeignKey("processes.id"))
    number: Mapped[int]
    checksum: Mapped[str]
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    reason: Mapped[str]


class ProcessFile(Base):
    """A file of a deployed version."""

    __tablename__ = "process_files"

    version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
