"""Counters of open work, and repairs that go on without a page."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the tables forward."""
    # The requests of a draft are read with it, and deleted with it.
    op.create_index("ix_approval_requests_draft_id", "approval_requests", ["draft_id"])


def downgrade() -> None:
    """Bring the tables back."""
    op.drop_index("ix_approval_requests_draft_id", table_name="approval_requests")
