"""A city's own units, people, duties, calendars and processes, copied to a stage."""

from __future__ import annotations

from sqlalchemy import MetaData, insert, literal, null, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import Table

from models.base import Base
from models.calendars import CalendarDay, CalendarVersion
from models.people import Person, Position
from models.processes import Process, ProcessFile, ProcessVersion
from models.settings import CitySetting
from models.units import Duty, Unit
from workflows.errors import ThroughTrainError

_WHOLE: tuple[type[Base], ...] = (Unit, CalendarVersion, CalendarDay, Duty, CitySetting)
_NUMBERED: tuple[type[Base], ...] = (
    Unit,
    Person,
    Position,
    Duty,
    CalendarVersion,
    Process,
    ProcessVersion,
)
_BLANK = ("password_hash", "phone", "email")
"""What the stage does not need to know of people."""


class NoCity(ThroughTrainError):
    """There is no city whose units a scenario could be played in."""

    sentence = "These scenarios are played in the units of the city itself, and there is none here."
    mend = "Play them in the process studio, or where DATABASE_URL names the city's database."


def borrow(session: Session, schema: str) -> None:
    """Copy to the stage that `session` writes to what cases of the city in `schema` run on.

    Of people names and posts, no passwords and no telephone numbers; no cases, no companies.
    Ids stay as they are. Raises NoCity where there are no units.
    """
    own = text("select to_regclass(:name) is not null")
    if not session.scalar(own, {"name": f'"{schema}".units'}):
        raise NoCity
    for model in _WHOLE:
        there = _there(model, schema)
        session.execute(insert(_table(model)).from_select([*there.c.keys()], select(*there.c)))
    _copy_people(session, schema)
    _copy_processes(session, schema)
    for model in _NUMBERED:
        name = _table(model).name
        session.execute(
            text(
                f"select setval(pg_get_serial_sequence('{name}', 'id'), max(id))"
                f" from {name} having count(*) > 0"
            )
        )
    if not session.scalar(select(Unit.id).limit(1)):
        raise NoCity


def _copy_people(session: Session, schema: str) -> None:
    there = _there(Person, schema)
    posts = _there(Position, schema)
    columns = [
        literal("") if name in _BLANK else null() if name == "enterprise_id" else column
        for name, column in there.c.items()
    ]
    staff = there.c.id.in_(select(posts.c.person_id))
    session.execute(
        insert(_table(Person)).from_select(
            [*there.c.keys()], select(*columns).where(staff, there.c.active)
        )
    )
    known = posts.c.person_id.in_(select(Person.id))
    session.execute(
        insert(_table(Position)).from_select([*posts.c.keys()], select(*posts.c).where(known))
    )


def _copy_processes(session: Session, schema: str) -> None:
    """Copy every process with the version that new cases begin with."""
    processes = _there(Process, schema)
    columns = [null() if name == "version_id" else c for name, c in processes.c.items()]
    session.execute(insert(_table(Process)).from_select([*processes.c.keys()], select(*columns)))
    current = select(processes.c.version_id).where(processes.c.version_id.is_not(None))
    for model, key in ((ProcessVersion, "id"), (ProcessFile, "version_id")):
        there = _there(model, schema)
        wanted = select(*there.c).where(there.c[key].in_(current))
        session.execute(insert(_table(model)).from_select([*there.c.keys()], wanted))
    session.execute(
        text(
            f'update processes set version_id = there.version_id from "{schema}".processes there'
            " where there.id = processes.id"
        )
    )


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _there(model: type[Base], schema: str) -> Table:
    """Return the same table in the city's schema."""
    return _table(model).to_metadata(MetaData(), schema=schema)
