"""What stands under the tests: the server, the migrated template, clones of it, and their reset."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import psutil
import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from models import migrations
from models.database import Database
from models.embedded import EmbeddedServer
from models.scratch import drop

FOLDER_VARIABLE = "THROUGHTRAIN_TEST_FOLDER"
DATABASE_FIXTURES = {"bed", "database_url", "worker_database", "database"}
"""Fixtures that hand out a database, or something that leads to one."""

PREFIX = "throughtrain-test-"


class Bed:
    """One server for all workers of a run, in `folder` or where DATABASE_URL says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = "throughtrain_test_" + "_".join(folder.name.split("-")[2:]).lower()
        self.template = f"{self.run}_template"
        self._given = os.environ.get("DATABASE_URL")
        self._server = EmbeddedServer(folder / "postgresql", durable=False)

    def url(self, name: str) -> str:
        """Return the SQLAlchemy address of the database `name`."""
        if self._given:
            named = make_url(self._given).set(database=name)
            return named.render_as_string(hide_password=False)
        return self._server.url(name)

    def open(self) -> None:
        """Start the server and lay the template; the first worker does it, the others wait."""
        with self._locked():
            if not self._given:
                self._server.start()
            with self._admin() as admin:
                if _exists(admin, self.template):
                    return
                fresh = f"{self.template}_new"
                admin.execute(f"create database {fresh} template template0 encoding 'UTF8'")
                database = Database(self.url(fresh), pool_size=1)
                migrations.upgrade(database)
                database.close()
                admin.execute(f"alter database {fresh} rename to {self.template}")

    def clone(self, name: str) -> str:
        """Make a database from the template and return its address."""
        full = f"{self.run}_{name}"
        with self._locked(), self._admin() as admin:
            drop(admin, full)
            admin.execute(f"create database {full} template {self.template}")
        return self.url(full)

    def drop(self, name: str) -> None:
        """Drop a clone, ending its sessions."""
        with self._admin() as admin:
            drop(admin, f"{self.run}_{name}")

    def close(self) -> None:
        """Drop what this run made, or stop the server that it started."""
        if not self._given:
            self._server.stop()
            return
        with self._admin() as admin:
            made = admin.execute(
                "select datname from pg_database where starts_with(datname, %s)", [self.run]
            )
            for (name,) in made.fetchall():
                drop(admin, name)

    def _admin(self) -> psycopg.Connection[tuple[str]]:
        url = make_url(self._given or self._server.url()).set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        return psycopg.Connection.connect(address, autocommit=True)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "bed.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


class Reset:
    """Empties the tables that a test has written to (35 tables: 2 ms when nothing was)."""

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql")
        self._connection = psycopg.Connection.connect(
            address.render_as_string(hide_password=False), autocommit=True
        )
        names = self._connection.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition"
            " and c.relname <> 'alembic_version' order by 1"
        )
        self._tables = [str(name) for (name,) in names.fetchall()]
        self._look = sql.SQL(" union all ").join(
            sql.SQL("select {} where exists (select from {})").format(
                sql.Literal(name), sql.Identifier(name)
            )
            for name in self._tables
        )
        may = self._connection.execute("select rolsuper from pg_roles where rolname = current_user")
        self._may_skip_triggers = may.fetchone() == (True,)

    def run(self) -> None:
        """Empty every table that holds rows."""
        dirty = [str(name) for (name,) in self._connection.execute(self._look).fetchall()]
        if not dirty:
            return
        tables = [sql.Identifier(name) for name in dirty]
        if not self._may_skip_triggers:
            listed = sql.SQL(", ").join(tables)
            self._connection.execute(sql.SQL("truncate {} cascade").format(listed))
            return
        with self._connection.transaction(), self._connection.pipeline():
            # No triggers, no foreign keys: the order does not matter, append-only tables empty.
            self._connection.execute("set local session_replication_role = replica")
            for table in tables:
                self._connection.execute(sql.SQL("delete from {}").format(table))

    def __enter__(self) -> Reset:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()


def remove_abandoned() -> None:
    """Stop servers and remove folders of earlier runs whose process was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            EmbeddedServer(folder / "postgresql").stop()
            shutil.rmtree(folder, ignore_errors=True)


def _exists(admin: psycopg.Connection[tuple[str]], name: str) -> bool:
    found = admin.execute("select 1 from pg_database where datname = %s", [name])
    return found.fetchone() is not None
