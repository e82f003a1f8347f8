"""Files: attachments, kept in the database so that one backup holds everything."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, personal


class File(Base):
    """An attachment. Until a step takes it (`case_id`), only its uploader's `owner` token sees it.

    `media_type` is what the content was found to be, not what the name says.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_case_id", "case_id"),
        Index("ix_files_owner", "owner"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[int | None]
    field: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = personal()
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    public: Mapped[bool] = mapped_column(default=False)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes] = mapped_column(deferred=True)
