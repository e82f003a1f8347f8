"""The studio: what people draw, play, move and repair."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables forward."""

