"""Entering a city's units, people, duties and sessions from a file, again and again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.people import ROLES, Person, Position
from models.receptions import Reception
from models.units import UNIT_KINDS, Duty, Unit
from workflows import audit
from workflows.actions.accounts import hash_password
from workflows.actor import Actor
from workflows.city import City
from workflows.errors import ThroughTrainError


class DirectoryRefused(ThroughTrainError):
    """The file of units and people has errors; nothing was entered."""

    sentence = "Nothing was entered; the file has errors: {errors}."
    mend = "Mend these lines and try again."


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What was entered; `passwords` are those of new people, shown this once."""

    units: int
    people: int
    duties: int
    sessions: int
    passwords: Mapping[str, str] = field(default_factory=dict)


def enter(city: City, actor: Actor, tables: Mapping[str, Any], *, now: datetime) -> Entered:
    """Enter units, people, duties and sessions, all or nothing.

    `tables` holds lists of tables: `units` (key, name, kind, parent, name_en, phone), `people`
    (login, name, title, phone, posts as `role@unit key`), `duties` (category, unit, place,
    source) and `sessions` (place, title, held_on, slots, room, leader: the receptions to come).
    Units and people are known by key and login, sessions by place, day and title; the posts of
    people named here become exactly those given. Raises DirectoryRefused with every error.
    """
    units, people = _rows(tables, "units"), _rows(tables, "people")
    duties, sessions = _rows(tables, "duties"), _rows(tables, "sessions")
    with city.database.transaction() as session:
        known = {row.key: row.kind for row in session.execute(select(Unit.key, Unit.kind))}
        known |= {str(unit.get("key")): str(unit.get("kind")) for unit in units}
        errors = [*_unit_errors(units, known), *_people_errors(people, known)]
        errors += [*_duty_errors(duties, known), *_session_errors(sessions, known)]
        if errors:
            raise DirectoryRefused(errors="; ".join(errors))
        ids = _enter_units(session, units)
        passwords = _enter_people(session, people, ids)
        _enter_duties(session, duties, ids)
        _enter_sessions(session, sessions, ids)
        audit.note(
            session,
            "directory",
            now=now,
            actor=actor.name,
            person_id=actor.person_id,
            detail={"units": len(units), "people": len(people), "duties": len(duties)},
        )
    city.forget()
    return Entered(
        units=len(units),
        people=len(people),
        duties=len(duties),
        sessions=len(sessions),
        passwords=passwords,
    )


def _rows(tables: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = tables.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise DirectoryRefused(errors=f"{name} is no list of tables")
    return found


def _unit_errors(units: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> Iterable[str]:
    for unit in units:
        key = unit.get("key")
        if not key or not unit.get("name"):
            yield f"a unit needs key and name ({dict(unit)})"
        if unit.get("kind") not in UNIT_KINDS:
            yield f"unit {key}: the kind is one of {', '.join(UNIT_KINDS)}"
        parent = unit.get("parent")
        if unit.get("kind") != "city" and parent not in known:
            yield f"unit {key}: there is no unit {parent!r} above it"
        if parent == key:
            yield f"unit {key} cannot lie below itself"
    if list(known.values()).count("city") != 1:
        yield "there must be exactly one unit of the kind city"


def _people_errors(people: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> Iterable[str]:
    for person in people:
        login = person.get("login")
        if not login or not person.get("name"):
            yield f"a person needs login and name ({dict(person)})"
        for post in person.get("posts", ()):
            role, _, unit = str(post).partition("@")
            if role not in ROLES or role == "enterprise":
                yield f"{login}: there is no role {role!r}"
            if unit not in known:
                yield f"{login}: there is no unit {unit!r}"


def _duty_errors(duties: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> Iterable[str]:
    for duty in duties:
        if not duty.get("category"):
            yield f"a duty needs a category ({dict(duty)})"
        for name in ("unit", "place"):
            if (name == "unit" or duty.get(name)) and duty.get(name) not in known:
                yield f"duty {duty.get('category')}: there is no unit {duty.get(name)!r}"


def _session_errors(
    sessions: Sequence[Mapping[str, Any]], known: Mapping[str, str]
) -> Iterable[str]:
    for one in sessions:
        if one.get("place") not in known:
            yield f"session {one.get('title')}: there is no unit {one.get('place')!r}"
        if not one.get("title") or type(one.get("held_on")) is not date:
            yield f"a session needs title and held_on, a date ({dict(one)})"
        slots = one.get("slots", 12)
        if not isinstance(slots, int) or slots < 1:
            yield f"session {one.get('title')}: slots is a whole number from 1 on"


def _enter_units(session: Session, units: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    for position, unit in enumerate(units):
        row = {
            "key": unit["key"],
            "name": unit["name"],
            "name_en": unit.get("name_en", ""),
            "kind": unit["kind"],
            "phone": unit.get("phone", ""),
            "position": position,
            "active": True,
        }
        session.execute(
            upsert(Unit).values(**row).on_conflict_do_update(index_elements=["key"], set_=row)
        )
    found = {unit.key: unit for unit in session.scalars(select(Unit))}
    for unit in units:
        parent = found.get(unit.get("parent", ""))
        found[unit["key"]].parent_id = parent.id if parent else None
    by_id = {unit.id: unit for unit in found.values()}
    for row_ in found.values():
        row_.county_id = _county(row_, by_id)
    # The rows below refer to the units by key.
    session.flush()
    return {key: unit.id for key, unit in found.items()}


def _county(unit: Unit, by_id: Mapping[int, Unit]) -> int | None:
    """The county or zone in which a unit lies; itself for a county."""
    here: Unit | None = unit
    for _ in range(len(by_id)):
        if here is None or here.kind == "county":
            break
        here = by_id.get(here.parent_id) if here.parent_id is not None else None
    return here.id if here is not None and here.kind == "county" else None


def _enter_people(
    session: Session, people: Sequence[Mapping[str, Any]], units: Mapping[str, int]
) -> dict[str, str]:
    passwords: dict[str, str] = {}
    for person in people:
        login = person["login"]
        given = {
            "name": person["name"],
            "title": person.get("title", ""),
            "phone": person.get("phone", ""),
        }
        row = session.scalars(select(Person).where(Person.login == login)).one_or_none()
        if row is None:
            passwords[login] = secrets.token_urlsafe(12)
            row = Person(login=login, password_hash=hash_password(passwords[login]), **given)
            session.add(row)
        for name, value in given.items():
            setattr(row, name, value)
        # A new person's key is needed for the posts.
        session.flush()
        session.execute(delete(Position).where(Position.person_id == row.id))
        for post in dict.fromkeys(person.get("posts", ())):
            role, _, unit = post.partition("@")
            session.execute(
                insert(Position).values(person_id=row.id, unit_id=units[unit], role=role)
            )
    return passwords


def _enter_duties(
    session: Session, duties: Sequence[Mapping[str, Any]], units: Mapping[str, int]
) -> None:
    """The file's duties replace those of the same category and place."""
    for duty in duties:
        place_id = units[duty["place"]] if duty.get("place") else None
        session.execute(
            delete(Duty).where(
                Duty.category == duty["category"], Duty.place_id.is_not_distinct_from(place_id)
            )
        )
        session.execute(
            insert(Duty).values(
                category=duty["category"],
                place_id=place_id,
                unit_id=units[duty["unit"]],
                source=duty.get("source", ""),
                active=True,
            )
        )


def _enter_sessions(
    session: Session, sessions: Sequence[Mapping[str, Any]], units: Mapping[str, int]
) -> None:
    for one in sessions:
        given = {
            "slots": one.get("slots", 12),
            "room": one.get("room", ""),
            "leader": one.get("leader", ""),
        }
        session.execute(
            upsert(Reception)
            .values(
                place_id=units[one["place"]], title=one["title"], held_on=one["held_on"], **given
            )
            .on_conflict_do_update(index_elements=["place_id", "held_on", "title"], set_=given)
        )
