"""Deliveries: what one case has to tell another, or to begin, once its own step is committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal

DELIVERY_KINDS = ("message", "start")
OPEN = text("done_at is null")


class Delivery(Base):
    """A message for a case, or a case to be started; written in the step that asks for it.

    A step locks one case only, so what it wants of another one waits here and is done in a
    transaction of its own. `case_id` is who gets the message; for a start it is filled in when
    the case has been made. Nothing is tried again once `done_at` is set.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(f"kind in {DELIVERY_KINDS}", name="kind"),
        Index("ix_deliveries_open", "id", postgresql_where=OPEN),
        Index("ix_deliveries_from_case_id", "from_case_id"),
    )

    id: Mapped[Key]
    kind: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    from_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    from_step: Mapped[int | None]
    message: Mapped[str] = mapped_column(default="")
    process_key: Mapped[str] = mapped_column(default="")
    link_kind: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any]] = personal(default=dict)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
