"""Which migrations a city has and which ship with this version, read without the migration tool."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sqlalchemy import text

from models.database import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def applied(database: Database) -> str | None:
    """Return the name of the last migration that the city has, None before the first one."""
    with database.reading() as session:
        name = f"{database.schema}.alembic_version"
        if session.scalar(text("select to_regclass(:name)"), {"name": name}) is None:
            return None
        version = f'select version_num from "{database.schema}".alembic_version'
        return cast("str | None", session.scalar(text(version)))


def latest() -> str:
    """Return the name of the newest migration that ships: files are named `0001_what_it_does`."""
    return max(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
