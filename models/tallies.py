"""Tallies: how often one sender has done one thing of late, for all processes together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Tally(Base):
    """How much of `what` came from `who` since a time; limits read it, the worker prunes it.

    `who` is the address of a sender, or the hash of a name that somebody typed.
    """

    __tablename__ = "tallies"
    __table_args__ = (Index("ix_tallies_since_at", "since_at"),)

    what: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(primary_key=True)
    since_at: Mapped[datetime]
    count: Mapped[int]
