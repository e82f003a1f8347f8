"""Schema migrations: bring a city's tables to what this version of the models says."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from models.database import Database
from models.schema_version import VERSIONS, applied, latest

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
MIGRATION_LOCK = 7_341_902
"""The advisory lock that lets one process at a time migrate a server."""


def upgrade(database: Database) -> bool:
    """Run the migrations that the city lacks, all in one transaction; return whether any ran.

    Creates the city's schema if it does not exist. Safe to call from several processes at once.
    """
    if applied(database) == latest():
        return False
    with database.transaction() as session:
        connection = session.connection()
        connection.execute(text("set local lock_timeout = 0"))
        connection.execute(text(f"select pg_advisory_xact_lock({MIGRATION_LOCK})"))
        connection.execute(text(f'create schema if not exists "{database.schema}"'))
        _alembic("command").upgrade(configuration(connection), "head")
    return True


def draft(database: Database, message: str) -> None:
    """Write a migration file from the difference between the models and a migrated city."""
    upgrade(database)
    count = len(list(VERSIONS.glob("[0-9]*.py")))
    with database.transaction() as session:
        configured = configuration(session.connection())
        _alembic("command").revision(
            configured, message, autogenerate=True, rev_id=f"{count + 1:04d}"
        )


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection, so that no ini file is needed."""
    configured: Config = _alembic("config").Config()
    configured.set_main_option("script_location", str(FOLDER))
    configured.set_main_option("path_separator", "os")
    configured.attributes["connection"] = connection
    return configured


def _alembic(part: str) -> Any:
    """Return a part of Alembic, loaded when it is needed: it costs a start a quarter second."""
    return import_module(f"alembic.{part}")
