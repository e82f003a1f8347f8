"""Option lists that forms name in `valuesKey`: units, sessions, people, cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from models.cases import Case
from models.enterprises import Enterprise
from models.people import Person, Position
from models.queries.visibility import visible_cases
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
MOST_CASES = 300
"""Cases that a list offers at most, the newest; older ones are named by their number."""


class CaseOfForm(Protocol):
    """The case whose form is filled in, as far as the lists depend on it."""

    @property
    def id(self) -> int: ...
    @property
    def process_id(self) -> int: ...
    @property
    def place_id(self) -> int: ...
    @property
    def lead_unit_id(self) -> int | None: ...


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
    """Units that receive work: those of the county first, the city's, then the towns.

    For a form that starts a case the county is that of the acting person.
    """
    here = _departments_county(city, session, case, actor) if _county(city, case, actor) else []
    return [
        *here,
        *_departments_city(city, session, case, actor),
        *(_towns(city, session, case, actor) if here else []),
    ]


def _departments_city(
    city: City, session: Session, case: CaseOfForm | None, actor: Actor
) -> list[Option]:
    """Units of the city itself that receive work."""
    return [_option(unit) for unit in _units(city, RECEIVING) if unit.county_id is None]


def _departments_county(
    city: City, session: Session, case: CaseOfForm | None, actor: Actor
) -> list[Option]:
    """Units that receive work in the case's county; in all counties for a case of the city."""
    return [_option(unit) for unit in _of_county(city, case, actor, RECEIVING)]


def _towns(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """Towns of the case's county; of all counties for a case of the city."""
    return [_option(unit) for unit in _of_county(city, case, actor, ("town",))]


def _units_all(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """Every unit that receives work, wherever it is."""
    return [_option(unit) for unit in _units(city, (*RECEIVING, "town"))]


def _sections(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """Sections of the acting person's units; where those have none, of the case's lead unit."""
    own = [post.unit_id for post in actor.posts]
    lead = case.lead_unit_id if case else None
    for above in (own, [lead] if lead is not None else []):
        found = [unit for unit in _units(city, ("section",)) if unit.parent_id in above]
        if found:
            return [_option(unit) for unit in found]
    return []


def _units(city: City, kinds: Sequence[str]) -> list[UnitRow]:
    return [unit for unit in city.directory().all() if unit.active and unit.kind in kinds]


def _of_county(
    city: City, case: CaseOfForm | None, actor: Actor, kinds: Sequence[str]
) -> list[UnitRow]:
    near = _county(city, case, actor)
    return [
        unit
        for unit in _units(city, kinds)
        if unit.county_id is not None and near in (None, unit.county_id)
    ]


def _county(city: City, case: CaseOfForm | None, actor: Actor) -> int | None:
    """The county in which the case is, also where it was handed down to a town.

    While there is no case yet, the county in which the acting person works; None for the city.
    """
    if case is not None:
        return city.unit_of(case.place_id).county_id
    counties = (city.unit_of(post.unit_id).county_id for post in actor.posts)
    return next((county for county in counties if county is not None), None)


def _places(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    return [_option(unit) for unit in _units(city, PLACES)]


def _places_below(
    city: City, session: Session, case: CaseOfForm | None, actor: Actor
) -> list[Option]:
    """Places to which a case can be handed down: counties of the city's, towns of a county's."""
    if case is not None and city.unit_of(case.place_id).county_id is not None:
        return _towns(city, session, case, actor)
    return [_option(unit) for unit in _units(city, ("county",))]


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
    near = {case.place_id, _county(city, case, actor)} if case else set()
    own = Reception.place_id.in_(near - {None})
    here = or_(Reception.place_id.in_(hall), own)
    rows = session.execute(
        select(
            Reception.id,
            Reception.title,
            Reception.held_on,
            Reception.slots - taken,
            Reception.place_id,
        )
        .where(Reception.state == "planned", here, Reception.slots > taken)
        .order_by(own.desc(), Reception.held_on, Reception.id)
    )
    return [_session_option(city.unit_of(row.place_id), *row[:4]) for row in rows]


def _session_option(place: UnitRow, key: int, title: str, held_on: date, free: int) -> Option:
    """Return a session as an option; its label names the place, also where the title does not."""
    name = title if title.startswith(place.name) else f"{place.name}{title}"
    return Option(
        value=str(key),
        label=f"{held_on:%Y-%m-%d} {name}（余 {free} 席）",
        label_en=f"{held_on:%Y-%m-%d} {place.name_en or place.name} · {title} ({free} slots free)",
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
    near = _county(city, case, actor)
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


def _section_people(
    city: City, session: Session, case: CaseOfForm | None, actor: Actor
) -> list[Option]:
    """Handlers of the sections that `sections` lists and of the actor's own units, with them."""
    keys = [option.value for option in _sections(city, session, case, actor)]
    own = [post.unit_id for post in actor.posts]
    rows = session.execute(
        select(Person.login, Person.name, Unit.name, Unit.name_en)
        .join(Position, Position.person_id == Person.id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(or_(Unit.key.in_(keys), Unit.id.in_(own)), Position.role == "handler", Person.active)
        .order_by(Unit.kind != "section", Unit.position, Person.id)
    )
    return [
        Option(value=login, label=f"{name}（{unit}）", label_en=f"{name} ({unit_en or unit})")
        for login, name, unit, unit_en in rows
    ]


def _open_cases_of_place(
    city: City, session: Session, case: CaseOfForm | None, actor: Actor
) -> list[Option]:
    """Other open cases of the same process and county that the reader may see, newest first."""
    if case is None:
        return []
    near = _county(city, case, actor)
    places = [unit.id for unit in city.directory().all() if near in (unit.id, unit.county_id)]
    return _cases(
        session,
        actor,
        Case.process_id == case.process_id,
        Case.id != case.id,
        Case.place_id.in_(places if near is not None else [case.place_id]),
    )


def _themes(city: City, session: Session, case: CaseOfForm | None, actor: Actor) -> list[Option]:
    """Open cases of the processes whose bundle offers them as themes.

    Everybody may choose one: that a theme is being dealt with is no secret among staff.
    """
    offering = offering_themes(city, session)
    return _cases(session, None, Case.process_id.in_(offering)) if offering else []


def offering_themes(city: City, session: Session) -> list[int]:
    """Return the processes whose cases are offered as themes."""
    return [
        definition.process_id
        for definition in city.library.all_current(session)
        if definition.bundle.offers == "themes"
    ]


def _cases(session: Session, actor: Actor | None, *which: ColumnElement[bool]) -> list[Option]:
    seen = (visible_cases(actor.scope),) if actor is not None else ()
    rows = session.execute(
        select(Case.number, Case.title, Enterprise.name)
        .outerjoin(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Case.state == "open", *which, *seen)
        .order_by(Case.submitted_at.desc(), Case.id.desc())
        .limit(MOST_CASES)
    )
    return [
        Option(value=number, label=text, label_en=text)
        for number, title, company in rows
        for text in (f"{number} {title}" + (f"（{company}）" if company else ""),)
    ]


_LISTS: Mapping[str, Read] = {
    "departments": _departments,
    "departments_city": _departments_city,
    "departments_county": _departments_county,
    "units_all": _units_all,
    "sections": _sections,
    "section_people": _section_people,
    "towns": _towns,
    "open_cases_of_place": _open_cases_of_place,
    "themes": _themes,
    "places": _places,
    "places_below": _places_below,
    "sessions": _sessions,
    "leaders": _leaders,
    "people": _people,
}
