"""Requests that a second person looks at a draft before it is deployed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key

WAITING = "decided_at is null"


class ApprovalRequest(Base):
    """Somebody asks that exactly these files of a draft be deployed; somebody else decides.

    `decision` is `approved`, `returned` or `withdrawn`; where the draft is changed before one is
    made the request is out of date, and a new one is needed.
    """

    __tablename__ = "approval_requests"
    __table_args__ = (
        Index(
            "ix_approval_requests_waiting",
            "draft_id",
            unique=True,
            postgresql_where=text(WAITING),
        ),
    )

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(
        ForeignKey("bundle_drafts.id", ondelete="CASCADE"), index=True
    )
    checksum: Mapped[str]
    over: Mapped[int]
    """Number of the version in force that the asking person saw; 0: none."""
    reason: Mapped[str]
    takes_effect_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decision: Mapped[str] = mapped_column(default="")
    remark: Mapped[str] = mapped_column(default="")
