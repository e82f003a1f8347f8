"""The list of cases is read newest first."""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_index('ix_cases_submitted_at_id', 'cases', ['submitted_at', 'id'], unique=False)
