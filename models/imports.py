"""Imports: where a draft comes from, and what the importer said about it, line by line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DraftImport(Base):
    """Files of another product that have become a draft; it goes when the draft goes.

    `archive` holds them as they came, as one .zip.
    """

    __tablename__ = "draft_imports"

    draft_id: Mapped[int] = mapped_column(
        ForeignKey("bundle_drafts.id", ondelete="CASCADE"), primary_key=True
    )
    dialect: Mapped[str]
    archive: Mapped[bytes] = mapped_column(deferred=True)


class ImportLine(Base):
    """One line of an import's report, and who has dealt with it.

    `subject`, `sentence` and `mend` are messages in no language yet. `dealt_by` is empty
    while nobody has; `rule` is the rule of the check that is not kept, 0 for the importer's own.
    """

    __tablename__ = "import_lines"

    draft_id: Mapped[int] = mapped_column(
        ForeignKey("draft_imports.draft_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    element: Mapped[str]
    name: Mapped[str]
    severity: Mapped[str]
    rule: Mapped[int]
    subject: Mapped[Any] = mapped_column(JSONB)
    sentence: Mapped[Any] = mapped_column(JSONB)
    mend: Mapped[Any] = mapped_column(JSONB)
    dealt_by: Mapped[str] = mapped_column(default="")
    dealt_at: Mapped[datetime | None]
