"""The stage of a play: a copy of the city in a schema of its own, where the files are deployed."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from models import migrations
from models.audit import AuditEntry
from models.base import Base
from models.calendars import CalendarDay, CalendarVersion
from models.database import Database
from models.people import Person, Position
from models.processes import Process, ProcessFile, ProcessVersion
from models.receptions import Reception
from models.settings import CitySetting
from models.units import Duty, Unit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import Finding
from workflows.play.scenario import PlannedSession
from workflows.simulate.borrowed import borrow
from workflows.simulate.scratch import SEEDED_AT

KEPT_OPEN = 4
"""Stages to which one process stays connected; the least recently used one is let go."""

_open: OrderedDict[tuple[str, str, str], City] = OrderedDict()
_lock = threading.Lock()


def prefix_of(database: Database) -> str:
    """Return how the names of all stages of a city begin, among all cities of its server."""
    return f"play_{zlib.crc32(database.schema.encode()):08x}_"


def stage_name(database: Database, play_id: int) -> str:
    """Return the name of a play's stage."""
    return f"{prefix_of(database)}{play_id}"


def set_stage(
    database: Database, name: str, bundle: Bundle, sessions: Iterable[PlannedSession]
) -> City:
    """Make the schema of a stage anew: the city's units, people, duties and calendars, this bundle.

    The bundle must have passed the check: nothing is asked here.
    """
    strike(database, name)
    city = open_stage(database, name, bundle.checksum)
    migrations.upgrade(city.database)
    with city.database.transaction() as session:
        borrow(session, database.schema)
        # What was played is taken off again; the trail of a stage proves nothing to anybody.
        session.execute(text(f"alter table {AuditEntry.__tablename__} disable trigger user"))
        plan(session, sessions)
    deploy(city, SYSTEM, bundle.files, now=SEEDED_AT, reason="play", inspect=_checked)
    return city


def clear_stage(database: Database, city: City, sessions: Iterable[PlannedSession]) -> None:
    """Take everything off a stage that was played on it; what it was set with stays."""
    with city.database.transaction() as session:
        session.execute(text("set constraints all deferred"))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in _FURNITURE:
                session.execute(delete(table))
        own = text(f'id not in (select id from "{database.schema}".people)')
        made = select(Person.id).where(own)
        session.execute(delete(Position).where(Position.person_id.in_(made)))
        session.execute(delete(Person).where(own))
        plan(session, sessions)
    city.forget()


_FURNITURE = frozenset(
    model.__tablename__
    for model in (
        Unit, Person, Position, Duty, CalendarVersion, CalendarDay, CitySetting,
        Process, ProcessVersion, ProcessFile,
    )
)  # fmt: skip
"""Tables that a stage is set with; all others hold what was played."""


def _checked(*_given: object, **_named: object) -> list[Finding]:
    return []


def is_set(session: Session, name: str) -> bool:
    """Tell whether the schema of a stage is there."""
    found = text("select 1 from pg_namespace where nspname = :name")
    return session.scalar(found, {"name": name}) is not None


def holds(city: City, bundle_checksum: str, process_key: str) -> bool:
    """Tell whether a stage that is there was set with these files."""
    with city.database.reading() as session:
        found = session.scalar(
            select(ProcessVersion.checksum)
            .join(Process, Process.version_id == ProcessVersion.id)
            .where(Process.key == process_key)
        )
    return found == bundle_checksum


def open_stage(database: Database, name: str, checksum: str) -> City:
    """Return the city on a stage that was set with these files; it is kept open for a while."""
    key = (database.url.render_as_string(hide_password=False), name, checksum)
    gone: list[City] = []
    with _lock:
        city = _open.get(key)
        if city is None:
            city = City(Database(key[0], schema=name, pool_size=1, patient=False))
            _open[key] = city
        _open.move_to_end(key)
        while len(_open) > KEPT_OPEN:
            gone.append(_open.popitem(last=False)[1])
    for one in gone:
        one.database.close()
    return city


def leave(database: Database, name: str) -> None:
    """Let go of what this process keeps of a stage."""
    url = database.url.render_as_string(hide_password=False)
    with _lock:
        gone = [_open.pop(key) for key in [key for key in _open if key[:2] == (url, name)]]
    for one in gone:
        one.database.close()


def strike(database: Database, name: str) -> None:
    """Drop a stage, if it is there; a vacuum that holds one of its tables is waited for."""
    if not name.startswith(prefix_of(database)):
        return
    leave(database, name)
    with database.transaction() as session:
        session.execute(text("set local lock_timeout = '20s'"))
        session.execute(text(f'drop schema if exists "{name}" cascade'))


def stages(session: Session, database: Database) -> list[str]:
    """Return the names of all stages of a city that are there."""
    names = text("select nspname from pg_namespace where starts_with(nspname, :prefix)")
    return list(session.scalars(names, {"prefix": prefix_of(database)}))


def names_of_sessions(city: City, sessions: Iterable[PlannedSession]) -> dict[str, str]:
    """Return the ids that planned sessions have on a stage, by the names they have in the play."""
    with city.database.reading() as session:
        rows = session.execute(select(Unit.key, Reception.held_on, Reception.title, Reception.id)
                               .join(Unit, Unit.id == Reception.place_id))  # fmt: skip
        found = {(key, held_on, title): str(real) for key, held_on, title, real in rows}
    keyed = ((one, (one.place, one.held_on, one.title)) for one in sessions)
    return {one.id: found[key] for one, key in keyed if key in found}


def plan(session: Session, sessions: Iterable[PlannedSession]) -> None:
    """Write planned sessions to a stage; one of a place that the city does not have is left out."""
    places = dict(session.execute(select(Unit.key, Unit.id)).all())
    rows = [
        {
            "place_id": places[one.place],
            "title": one.title,
            "held_on": one.held_on,
            "slots": one.slots,
            "leader": one.leader,
        }
        for one in sessions
        if one.place in places
    ]
    if rows:
        session.execute(insert(Reception), rows)


def planned_sessions(city: City, after: datetime, *, most: int = 60) -> list[PlannedSession]:
    """Return the city's own sessions from a time on, for a play that begins then."""
    with city.database.reading() as session:
        rows = session.execute(
            select(Unit.key, Reception.title, Reception.held_on, Reception.slots, Reception.leader)
            .join(Unit, Unit.id == Reception.place_id)
            .where(Reception.state != "cancelled", Reception.held_on >= after.date())
            .order_by(Reception.held_on, Reception.id)
            .limit(most)
        ).all()
    return [
        PlannedSession(
            id=f"s{number}", place=key, title=title, held_on=held_on, slots=slots, leader=leader
        )
        for number, (key, title, held_on, slots, leader) in enumerate(rows, 1)
    ]
