"""Option lists that forms name in `valuesKey`: units, places, sessions, leaders, people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.receptions import AgendaItem, Reception
from models.units import Unit
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.fields import Field, Option
from workflows.definitions.forms import Form
from workflows.directory import UnitRow

Options = Mapping[str, Sequence[Option]]

RECEIVING = ("department", "utility", "team")
PLACES = ("city", "county")


class CaseOfForm(Protocol):
    """The case whose form is filled in, as far as the lists depend on it."""

    @property
    def place_id(self) -> int: ...


Read = Callable[[City, Session, CaseOfForm | None, Actor], list[Option]]


def for_form(
    city: City, session: Session, form: Form, *, case: CaseOfForm | None, actor: Actor
) -> Options:
    """Return the lists that a form names; nothing is read for a form that names none."""
    return {
        name: _LISTS[name](city, session, case, actor)
        for name in _named(form.components)
        if name in _LISTS
    }


def names() -> frozenset[str]:
    """Return the names of all lists, for the check and the studio."""
    return frozenset(_LISTS)


def _named(fields: Sequence[Field]) -> set[str]:
    found: set[str] = set()
    for field in fields:
        if field.options_key:
            found.add(field.options_key)
        found |= _named(field.fields)
    return found


def _departments(
    city: City, session: Session, case: CaseOfForm | None, actor: Actor
) -> list[Option]:
    """Units that receive work: those of the case's county first, then the city's."""
    near = case.place_id if case else None
    units = [unit for unit in city.directory().all() if unit.active and unit.kind in RECEIVING]
    own = [unit for unit in units if unit.county_id is not None and unit.county_id == near]
    others = [unit for unit in units if unit.county_id is None]
    return [_option(unit) for unit in (*own, *others)]


def _places(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    units = [unit for unit in city.directory().all() if unit.active and unit.kind in PLACES]
    return [_option(unit) for unit in units]


def _option(unit: UnitRow) -> Option:
    return Option(value=unit.key, label=unit.name, label_en=unit.name_en or unit.name)


def _sessions(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """Planned receptions of the case's place and of the city, with their free slots."""
    taken = (
        select(func.count())
        .where(AgendaItem.reception_id == Reception.id)
        .correlate(Reception)
        .scalar_subquery()
    )
    hall = select(Unit.id).where(Unit.kind == "city")
    here = or_(Reception.place_id.in_(hall), Reception.place_id == (case.place_id if case else 0))
    rows = session.execute(
        select(Reception.id, Reception.title, Reception.held_on, Reception.slots, taken)
        .where(Reception.state == "planned", here)
        .order_by(Reception.held_on, Reception.id)
    )
    return [
        _session_option(key, title, held_on, slots - used)
        for key, title, held_on, slots, used in rows
        if slots > used
    ]


def _session_option(key: int, title: str, held_on: date, free: int) -> Option:
    return Option(
        value=str(key),
        label=f"{held_on:%Y-%m-%d} {title}（余 {free} 席）",
        label_en=f"{held_on:%Y-%m-%d} {title} ({free} slots free)",
    )


def _leaders(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """People who hold the role of a leader, in the case's county or the city."""
    rows = session.execute(
        select(Person.name, Unit.name, Unit.county_id, Unit.id)
        .join(Position, Position.person_id == Person.id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Position.role == "leader", Person.active)
        .order_by(Unit.position, Unit.id, Person.id)
    )
    near = case.place_id if case else None
    return [
        Option(value=name, label=f"{name}（{unit}）", label_en=f"{name} ({unit})")
        for name, unit, county_id, unit_id in rows
        if county_id is None or near in (county_id, unit_id)
    ]


def _people(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """People of the actor's own units who can be given work."""
    units = [post.unit_id for post in actor.posts]
    rows = session.execute(
        select(Person.login, Person.name, Person.title)
        .join(Position, Position.person_id == Person.id)
        .where(Position.unit_id.in_(units), Position.role == "handler", Person.active)
        .distinct()
        .order_by(Person.login)
    )
    return [
        Option(value=login, label=f"{name} {title}".strip(), label_en=name)
        for login, name, title in rows
    ]


_LISTS: Mapping[str, Read] = {
    "departments": _departments,
    "places": _places,
    "sessions": _sessions,
    "leaders": _leaders,
    "people": _people,
}
