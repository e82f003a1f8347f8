"""Drafts of bundles, before they are deployed, and the trials of their scenarios."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class BundleDraft(Base):
    """A bundle that people work on together.

    `archive` holds all files as one .zip. Whoever changes it names the `revision` that they saw,
    so that nobody overwrites what another person has put in meanwhile.
    """

    __tablename__ = "bundle_drafts"
    __table_args__ = (Index("ix_bundle_drafts_process_key", "process_key"),)

    id: Mapped[Key]
    process_key: Mapped[str]
    name: Mapped[str]
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("process_versions.id"))
    archive: Mapped[bytes]
    checksum: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class DraftEditor(Base):
    """One page on which somebody has a file of a draft open, or had when they last saved it.

    `sitting` names the page; `beat_at` moves while it is open and is empty once it was closed.
    `digest` is that of the content that was saved from it last.
    """

    __tablename__ = "draft_editors"
    __table_args__ = (UniqueConstraint("draft_id", "path", "sitting"),)

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(ForeignKey("bundle_drafts.id", ondelete="CASCADE"))
    path: Mapped[str]
    sitting: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    since: Mapped[datetime]
    beat_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(default="")


class BundleTrial(Base):
    """The scenarios of some files, played once; a green one lets these files be deployed.

    `archive` is emptied at the end. `beat_at` moves with each scenario: one that stands still
    has lost its process and may be begun again.
    """

    __tablename__ = "bundle_trials"
    __table_args__ = (Index("ix_bundle_trials_checksum", "checksum"),)

    id: Mapped[Key]
    checksum: Mapped[str]
    archive: Mapped[bytes]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    green: Mapped[bool] = mapped_column(default=False)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
