"""A database server of the city's own: can it be reached, and is it one that we can use."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import ArgumentError

from models.database import driver_url
from workflows.supervisor.trouble import CannotRun

OLDEST_SERVER = 150000


def require_reachable(url: str) -> None:
    """Raise CannotRun unless `url` names a PostgreSQL 15 or newer that takes connections."""
    try:
        address = driver_url(url)
    except ArgumentError as error:
        raise CannotRun(
            "DATABASE_URL is not an address",
            "write it as postgresql://user:password@host:5432/database.",
        ) from error
    shown = address.render_as_string(hide_password=True).replace("+psycopg", "")
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise CannotRun(
            f"The database {shown} cannot be reached ({_reason(error)})",
            "start that server or correct DATABASE_URL; without it the embedded one is used.",
        ) from error
    if version < OLDEST_SERVER:
        raise CannotRun(
            f"The database {shown} is PostgreSQL {version // 10000}", "use version 15 or newer."
        )


def _reason(error: psycopg.OperationalError) -> str:
    """Return why, in a line: the last try, without the question that the library puts after it."""
    lines = [line.strip() for line in str(error).splitlines() if not line.startswith("\t")]
    return [line for line in lines if line][-1].removeprefix("- ")
