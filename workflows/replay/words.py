"""What words in the rows of a recorded year stand for: sessions, days, people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.receptions import Reception
from models.units import Unit
from workflows.replay.rows import Year
from workflows.worktime import Calendar, local_day

_DAY = re.compile(r"@day([+-]\d+)")
_PERSON = re.compile(r"@(login|name):(\w+)@(\w+)")


@dataclass(frozen=True)
class Words:
    """Fills in values; `people` maps (role, unit key) to (login, name)."""

    calendar: Calendar
    people: Mapping[tuple[str, str], tuple[str, str]]

    def filled(self, value: Any, held: tuple[date, int] | None, at: datetime) -> Any:
        """Replace `@session`, `@day+5` (working days), `@login:role@unit`, `@name:role@unit`."""
        if isinstance(value, Mapping):
            return {key: self.filled(one, held, at) for key, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one, held, at) for one in value]
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        if value == "@session" and held is not None:
            return str(held[1])
        if day := _DAY.fullmatch(value):
            ordinal = self.calendar.ordinal(local_day(at)) + int(day[1])
            return self.calendar.workday(ordinal).isoformat()
        if (person := _PERSON.fullmatch(value)) and (person[2], person[3]) in self.people:
            login, name = self.people[person[2], person[3]]
            return login if person[1] == "login" else name
        return value


def sessions_by_name(session: Session, year: Year) -> dict[str, tuple[date, int]]:
    """Return the day and the real id of each session that the year's rows name."""
    found = {}
    for one in year.sessions:
        place = select(Unit.id).where(Unit.key == one.place).scalar_subquery()
        key = session.scalar(
            select(Reception.id).where(
                Reception.place_id == place,
                Reception.held_on == one.held_on,
                Reception.title == one.title,
            )
        )
        if key is not None:
            found[one.id] = (one.held_on, key)
    return found


def sessions_by_place(session: Session) -> dict[str, list[tuple[date, int]]]:
    """Return the monthly sessions of each place as (day, id), in order."""
    rows = session.execute(
        select(Unit.key, Reception.held_on, Reception.id)
        .join(Unit, Unit.id == Reception.place_id)
        .where(Reception.kind == "monthly")
        .order_by(Reception.held_on, Reception.id)
    )
    found: dict[str, list[tuple[date, int]]] = {}
    for place, held_on, reception_id in rows:
        found.setdefault(place, []).append((held_on, reception_id))
    return found


def people(session: Session) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (login, name) of the first holder of each role in each unit."""
    rows = session.execute(
        select(Position.role, Unit.key, Person.login, Person.name)
        .join(Person, Person.id == Position.person_id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Person.active)
        .order_by(Person.id.desc())
    )
    return {(role, unit): (login, name) for role, unit, login, name in rows}
