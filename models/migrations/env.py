"""Alembic's entry: run the migrations on the connection that `models.migrations` hands over."""

from __future__ import annotations

from alembic import context

from models.migrations.extent import is_ours
from models.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_name=is_ours,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
