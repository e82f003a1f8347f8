"""Enterprises: the companies and grassroots units that bring cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, personal


class Enterprise(Base):
    """A company or grassroots unit; `credit_code` is the unified social credit code."""

    __tablename__ = "enterprises"

    id: Mapped[Key]
    name: Mapped[str]
    credit_code: Mapped[str | None] = mapped_column(unique=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    contact: Mapped[str] = personal(default="")
    phone: Mapped[str] = personal(default="")
    created_at: Mapped[datetime]
