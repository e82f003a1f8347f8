"""The demo's units with a process admin, for plays of a small bundle about trees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models.database import Database
from models.people import Person
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo.city import seed_units
from workflows.play.cast import actor_of
from workflows.plays.stage import prefix_of, strike

TREES = Path(__file__).parents[1] / "simulate" / "trees"
FILES = files_of_folder(TREES)
NOW = datetime(2026, 2, 9, 1, 0, tzinfo=UTC)
"""09:00 on a Monday in Asia/Shanghai."""


def schemas(database: Database) -> list[str]:
    """Return the stages that are there."""
    with database.reading() as session:
        names = text("select nspname from pg_namespace where starts_with(nspname, :prefix)")
        return list(session.scalars(names, {"prefix": prefix_of(database)}))


@pytest.fixture
def grove(database: Database) -> Iterator[City]:
    """A city of the demo's units; no stage is left of it."""
    with database.transaction() as session:
        seed_units(session, NOW)
    yield City(database)
    for name in schemas(database):
        strike(database, name)


@pytest.fixture
def admin(grove: City) -> Actor:
    """Its process admin."""
    return signed_in(grove, "process_admin")


def signed_in(city: City, login: str) -> Actor:
    """Return an account of the demo as an actor."""
    with city.database.reading() as session:
        found = session.scalar(select(Person.id).where(Person.login == login))
        assert found is not None
        return actor_of(session, found)
