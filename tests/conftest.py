"""The test bed: one PostgreSQL server a session, one cloned database a worker, reset per test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.database import Database
from tests.bed import DATABASE_FIXTURES, FOLDER_VARIABLE, Bed, Reset, remove_abandoned
from workflows.city import City


def pytest_configure(config: pytest.Config) -> None:
    """In the process that controls the run: make the folder that all its workers share."""
    if not hasattr(config, "workerinput"):
        remove_abandoned()
        folder = tempfile.mkdtemp(prefix=f"throughtrain-test-{os.getpid()}-")
        Path(folder).chmod(0o755)
        os.environ[FOLDER_VARIABLE] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """In the process that controls the run: stop the server and leave nothing behind."""
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ.pop(FOLDER_VARIABLE))
        Bed(folder).close()
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, so that the workers of a run end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def bed() -> Bed:
    """The session's server, started when the first test needs it."""
    found = Bed(Path(os.environ[FOLDER_VARIABLE]))
    found.open()
    return found


@pytest.fixture(scope="session")
def database_url(bed: Bed) -> str:
    """The address of this worker's own database, a clone of the migrated template."""
    return bed.clone(os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture(scope="session")
def worker_database(database_url: str) -> Iterator[Database]:
    """This worker's database for the whole session; tests ask for `database`."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def reset(database_url: str) -> Iterator[Reset]:
    """What brings this worker's database back to the template's rows."""
    with Reset(database_url) as found:
        yield found


@pytest.fixture
def database(worker_database: Database, reset: Reset) -> Iterator[Database]:
    """A migrated PostgreSQL database; what the test writes is gone for the next one."""
    yield worker_database
    reset.run()


@pytest.fixture
def city(database: Database) -> City:
    """A city on that database: migrated tables and nothing in them."""
    return City(database)


@pytest.fixture(autouse=True)
def no_database_by_accident(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep a test that does not ask for a database from reaching one."""
    asked = DATABASE_FIXTURES & set(request.fixturenames)
    if asked or request.node.get_closest_marker("own_server"):
        return

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("This test must ask for the fixture `database` to reach one.")

    monkeypatch.setattr(psycopg, "connect", refuse)
    monkeypatch.setattr(psycopg.Connection, "connect", refuse)
