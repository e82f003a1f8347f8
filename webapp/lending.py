"""Databases for commands: the city's or one to throw away, on its server or the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from models import migrations
from models.database import Database
from models.embedded import EmbeddedServer
from models.scratch import scratch
from webapp.settings import Settings
from workflows.supervisor.house import DATABASE_FOLDER, DATABASE_NAME


@contextmanager
def server_url(settings: Settings) -> Iterator[str]:
    """Lend the address of the database; the embedded server runs as long as it is lent."""
    if settings.database_url:
        yield settings.require_server()
        return
    with EmbeddedServer(settings.home / DATABASE_FOLDER).in_use() as server:
        server.ensure_database(DATABASE_NAME)
        yield server.url(DATABASE_NAME)


@contextmanager
def city_database(settings: Settings) -> Iterator[Database]:
    """Lend the city's database, migrated."""
    with server_url(settings) as url:
        yield from _opened(url, settings.schema, pool_size=4)


@contextmanager
def scratch_database(settings: Settings, *, pool_size: int) -> Iterator[Database]:
    """Lend an empty migrated database on the same server, dropped afterwards."""
    with server_url(settings) as url, scratch(url) as fresh:
        yield from _opened(fresh, "public", pool_size)


def _opened(url: str, schema: str, pool_size: int) -> Iterator[Database]:
    database = Database(url, schema=schema, pool_size=pool_size)
    try:
        migrations.upgrade(database)
        yield database
    finally:
        database.close()
