"""Job tables: the job engine's own schema, inside the city's."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Lay the tables and functions that procrastinate's pinned version brings."""
    # On the driver's own cursor: its text is full of % signs that mean nothing to us.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
