"""Laying the demo city: units, people, duties, companies and sessions, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.enterprises import Enterprise
from models.people import Person, Position
from models.receptions import Reception
from models.settings import CitySetting
from models.units import Duty, Unit
from workflows import calendars
from workflows.city import City
from workflows.demo import plan
from workflows.demo.accounts import password
from workflows.demo.names import credit_code, mobile, telephone
from workflows.sessiondays import NAME, rule_of
from workflows.worktime import Calendar, local_day

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def is_seeded(session: Session) -> bool:
    """Tell whether the city has any units yet."""
    return session.scalar(select(Unit.id).limit(1)) is not None


def seed_city(city: City, now: datetime) -> bool:
    """Lay the demo city into an empty schema; return False if there is a city already.

    Takes well under two seconds: one password hash serves all demo accounts. `now` decides
    which sessions are past and which are to come.
    """
    with city.database.transaction() as session:
        if is_seeded(session):
            return False
        units = seed_units(session, now)
        _seed_enterprises(session, units, now)
        seed_sessions(session, now)
        _seed_rule(session, now)
    city.forget()
    return True


def seed_units(session: Session, now: datetime) -> dict[str, int]:
    """Write calendar, units, people with their posts, and duties; return unit ids by key."""
    calendars.seed(session, now)
    units = _seed_tree(session)
    _seed_people(session, units)
    seed_duties(session, units)
    return units


def _seed_tree(session: Session) -> dict[str, int]:
    planned = plan.units()
    rows = [
        {
            "key": unit.key,
            "name": unit.name,
            "name_en": unit.name_en,
            "kind": unit.kind,
            "phone": telephone(number),
            "position": number,
        }
        for number, unit in enumerate(planned)
    ]
    session.execute(insert(Unit), rows)
    ids = _ids(session, Unit.key, Unit.id)
    session.execute(
        update(Unit),
        [
            {
                "id": ids[unit.key],
                "parent_id": ids[unit.parent] if unit.parent else None,
                "county_id": ids[unit.county] if unit.county else None,
            }
            for unit in planned
        ],
    )
    return ids


def _seed_people(session: Session, units: Mapping[str, int]) -> None:
    planned = plan.people()
    hashed = _hasher.hash(password())
    rows = [
        {
            "login": person.login,
            "name": person.name,
            "title": person.title,
            "password_hash": hashed,
            "phone": mobile(number),
            "email": f"{person.login}@yunzhou.example",
        }
        for number, person in enumerate(planned)
    ]
    session.execute(insert(Person), rows)
    ids = _ids(session, Person.login, Person.id)
    session.execute(
        insert(Position),
        [
            {"person_id": ids[person.login], "unit_id": units[person.unit], "role": person.role}
            for person in planned
        ],
    )


def seed_duties(session: Session, units: Mapping[str, int]) -> None:
    """Write the list of duties."""
    rows = [
        {
            "category": duty.category,
            "place_id": units[duty.place] if duty.place else None,
            "unit_id": units[duty.unit],
            "source": duty.source,
        }
        for duty in plan.duties()
    ]
    session.execute(insert(Duty), rows)


def _seed_enterprises(session: Session, units: Mapping[str, int], now: datetime) -> None:
    """Write the companies, each with an account of its contact."""
    rows = [
        {
            "name": name,
            "credit_code": credit_code(number),
            "place_id": units[place],
            "contact": contact,
            "phone": mobile(5000 + number),
            "created_at": now,
        }
        for number, (name, place, contact) in enumerate(plan.enterprises())
    ]
    session.execute(insert(Enterprise), rows)
    ids = _ids(session, Enterprise.name, Enterprise.id)
    hashed = session.scalar(select(Person.password_hash).limit(1))
    logins = {
        account["enterprise"]: account["login"]
        for account in plan.document()["sign_ins"]["accounts"]
        if "enterprise" in account
    }
    session.execute(
        insert(Person),
        [
            {
                "login": logins.get(number, f"company{number + 1:02d}"),
                "name": contact,
                "title": "企业经办人",
                "password_hash": hashed,
                "phone": mobile(5000 + number),
                "enterprise_id": ids[name],
            }
            for number, (name, _, contact) in enumerate(plan.enterprises())
        ],
    )


def seed_sessions(session: Session, now: datetime) -> None:
    """Write the monthly sessions: the city and every county receive on the same day."""
    units = _ids(session, Unit.key, Unit.id)
    settings = plan.document()["sessions"]
    calendar = calendars.load(session, None)
    today = local_day(now)
    leaders = {
        person.unit: person.name for person in reversed(plan.people()) if person.role == "leader"
    }
    months = range(-settings["months_back"], settings["months_ahead"] + 1)
    days = [session_day(calendar, today.year * 12 + today.month - 1 + step) for step in months]
    places = [unit for unit in plan.units() if unit.kind in ("city", "county")]
    session.execute(insert(Reception), list(_sessions(days, places, units, leaders, settings)))


def _sessions(
    days: Iterable[date],
    places: Iterable[plan.PlannedUnit],
    units: Mapping[str, int],
    leaders: Mapping[str, str],
    settings: Mapping[str, Any],
) -> Iterable[dict[str, Any]]:
    for place in places:
        own = "" if place.kind == "city" else place.name
        for day in days:
            yield {
                "place_id": units[place.key],
                "title": own + settings["title"].format(month=day.month),
                "held_on": day,
                "room": own + settings["rooms"][place.kind],
                "leader": leaders[place.key],
                "slots": settings["slots"],
            }


def _seed_rule(session: Session, now: datetime) -> None:
    """Lay down by which rule the planning page proposes session days."""
    rule = rule_of(plan.document()["sessions"]["rule"])
    row = {"name": NAME, "value": rule.as_json(), "changed_at": now, "changed_by": "系统"}
    session.execute(insert(CitySetting), [row])


def session_day(calendar: Calendar, month: int) -> date:
    """Return the session day of a month (counted from year 0) by the city's rule.

    A holiday by law is no session day, even while the year's calendar is not published yet.
    """
    sessions = plan.document()["sessions"]
    day = rule_of(sessions["rule"]).day(calendar, month // 12, month % 12 + 1)
    never = sessions["never_on"]
    while not calendar.is_workday(day) or f"{day:%m-%d}" in never:
        day += timedelta(days=1)
    return day


def _ids(session: Session, key: Any, value: Any) -> dict[str, int]:
    return dict(session.execute(select(key, value)).all())
