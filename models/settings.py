"""What a city has settled for itself: rules that its people change on a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CitySetting(Base):
    """One rule by name, such as the one that session days follow."""

    __tablename__ = "city_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
