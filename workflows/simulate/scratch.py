"""The stage on which scenarios are played: a city in a schema of its own, dropped afterwards."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from models import migrations
from models.database import Database
from models.receptions import Reception
from models.units import Duty, Unit
from workflows.city import City
from workflows.demo.city import seed_units
from workflows.errors import DefinitionRefused, Place
from workflows.play.scenario import Scenario
from workflows.simulate.borrowed import borrow

PREFIX = "simulation_"
SEEDED_AT = datetime(2019, 1, 1, tzinfo=UTC)
"""When the units of the stage came to be: before any scenario begins."""


@contextmanager
def scratch_city(url: str, own: str = "") -> Iterator[City]:
    """Make a city (units, people, duties, calendar) in a new schema; drop it in the end.

    It is the demo's, or a copy of the city in the schema `own` (see `borrowed`). A lock held all
    the while tells other simulations that the schema is in use; what killed ones have left behind
    is dropped.
    """
    schema = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    keeper = Database(url, pool_size=1)
    database = Database(url, schema=schema, pool_size=2, patient=False)
    try:
        with keeper.reading() as lock:
            lock.execute(_PATIENTLY)
            lock.execute(_LOCK, {"name": schema})
            _drop_abandoned(lock)
            try:
                migrations.upgrade(database)
                city = City(database)
                with database.transaction() as session:
                    if own:
                        borrow(session, own)
                    else:
                        seed_units(session, SEEDED_AT)
                yield city
            finally:
                database.close()
                _drop(lock, schema)
                lock.execute(_UNLOCK, {"name": schema})
    finally:
        keeper.close()


_PATIENTLY = text("set lock_timeout = '60s'")
"""A vacuum may hold a table of the schema that is to be dropped."""
_LOCK = text("select pg_advisory_lock(hashtext(:name))")
_TRY = text("select pg_try_advisory_lock(hashtext(:name))")
_UNLOCK = text("select pg_advisory_unlock(hashtext(:name))")


def _drop_abandoned(session: Session) -> None:
    names = session.scalars(
        text("select nspname from pg_namespace where starts_with(nspname, :prefix)"),
        {"prefix": PREFIX},
    )
    for name in names.all():
        if session.scalar(_TRY, {"name": name}):
            _drop(session, name)
            session.execute(_UNLOCK, {"name": name})


def _drop(session: Session, schema: str) -> None:
    session.execute(text(f'drop schema if exists "{schema}" cascade'))


@contextmanager
def scene(city: City, scenario: Scenario) -> Iterator[dict[str, str]]:
    """Set what a scenario needs beside the city; give the real ids of its sessions by name.

    Afterwards its sessions are cancelled and the city's own duties stand again, so that the next
    scenario finds the city as this one did.
    """
    with city.database.transaction() as session:
        places = dict(session.execute(select(Unit.key, Unit.id)).all())
        sessions = _plan_sessions(session, scenario, places)
        replaced, added = _replace_duties(session, scenario, places)
    try:
        yield sessions
    finally:
        with city.database.transaction() as session:
            ids = [int(real) for real in sessions.values()]
            session.execute(
                update(Reception)
                .where(Reception.id.in_(ids))
                .values(state="cancelled", title=scenario.name + "/" + Reception.title)
            )
            session.execute(delete(Duty).where(Duty.id.in_(added)))
            session.execute(update(Duty).where(Duty.id.in_(replaced)).values(active=True))


def _plan_sessions(session: Session, scenario: Scenario, places: dict[str, int]) -> dict[str, str]:
    found = {}
    for planned in scenario.sessions:
        row = {
            "place_id": _place(scenario, places, planned.place),
            "title": planned.title,
            "held_on": planned.held_on,
            "slots": planned.slots,
            "leader": planned.leader,
        }
        real = session.scalars(insert(Reception).returning(Reception.id), [row]).one()
        found[planned.id] = str(real)
    return found


def _replace_duties(
    session: Session, scenario: Scenario, places: dict[str, int]
) -> tuple[list[int], list[int]]:
    """Switch the city's rows off and write the scenario's; return the ids of both."""
    replaced: list[int] = []
    added: list[int] = []
    for duty in scenario.duties:
        place_id = _place(scenario, places, duty.place)
        replaced += session.scalars(
            update(Duty)
            .where(Duty.category == duty.category, Duty.place_id == place_id, Duty.active)
            .values(active=False)
            .returning(Duty.id)
        )
        row = {
            "category": duty.category,
            "place_id": place_id,
            "unit_id": _place(scenario, places, duty.unit),
            "source": scenario.name,
        }
        added += session.scalars(insert(Duty).returning(Duty.id), [row])
    return replaced, added


def _place(scenario: Scenario, places: dict[str, int], key: str) -> int:
    if key not in places:
        raise DefinitionRefused(
            place=Place(file=f"scenarios/{scenario.name}.toml"),
            reason=f"the city has no unit called {key!r}",
            advice="Use the key of a unit that the city has.",
        )
    return places[key]
