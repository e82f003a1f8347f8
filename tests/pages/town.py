"""A small city for the tests of pages: an office, a department, people, one made-up process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.database import Database
from models.people import Person, Position
from models.tables import Enterprise, Reception, Unit, WorkItem
from tests.application import application
from workflows import calendars
from workflows.actions.accounts import hash_password
from workflows.actions.cases import Submitted, submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM, Actor
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.worktime import local_day

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Asia/Shanghai on a Monday without a holiday near it."""
PASSWORD = "a password of tests"
HASH = hash_password(PASSWORD)
BUNDLE = Path(__file__).parent / "bundle"

PEOPLE = {
    "dispatcher": ("office", "dispatcher"),
    "clerk": ("office", "clerk"),
    "supervisor": ("office", "supervisor"),
    "leader": ("city", "leader"),
    "registry": ("roads", "registry"),
    "colleague": ("roads", "registry"),
    "head": ("roads", "head"),
    "auditor": ("office", "auditor"),
    "process_admin": ("office", "process_admin"),
    "second_admin": ("office", "process_admin"),
    "elsewhere": ("north", "handler"),
}


class MovedClock:
    """The time of a test; `move` lets days pass."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@dataclass(frozen=True, kw_only=True)
class Town:
    """The city with its application and its clock."""

    city: City
    app: Flask
    clock: MovedClock
    company: Actor
    office_id: int

    def submit(self, title: str = "厂门口增设公交站") -> Submitted:
        """Submit a case of the company at the clock's time."""
        entries = {
            "title": title,
            "kind": "problem",
            "category": "municipal",
            "place": "city",
            "text": "最近的公交站距离厂区 2.1 公里。\n夜班员工通勤困难。",
            "contact": "李某",
        }
        return submit(
            self.city,
            self.company,
            "errand",
            {key: [value] for key, value in entries.items()},
            now=self.clock(),
        )

    def open_item(self, case_id: int) -> WorkItem:
        """Return the one open task of a case."""
        with self.city.database.reading() as session:
            return session.scalars(
                select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.state == "open")
            ).one()

    def item_id(self, case_id: int) -> UUID:
        """Return the id of the one open task of a case."""
        return self.open_item(case_id).id


def lay(database: Database, **config: Any) -> Town:
    """Write the small city and return it with an application."""
    with database.transaction() as session:
        calendars.seed(session, MONDAY)
        units = _units(session)
        enterprise = session.scalars(
            insert(Enterprise).returning(Enterprise.id),
            [{"name": "晨星公司", "created_at": MONDAY, "place_id": units["city"]}],
        ).one()
        company_id = _person(session, "company", "陈某", enterprise)
        for login, (unit, role) in PEOPLE.items():
            person = _person(session, login, f"{login}某")
            session.execute(
                insert(Position).values(person_id=person, unit_id=units[unit], role=role)
            )
        for days, state in ((-20, "held"), (10, "planned")):
            on = local_day(MONDAY + timedelta(days=days))
            session.execute(
                insert(Reception).values(
                    place_id=units["city"], title=f"{on.month}月接待日", held_on=on, state=state
                )
            )
    city = City(database)
    deploy(city, SYSTEM, files_of_folder(BUNDLE), now=MONDAY, reason="test")
    clock = MovedClock(MONDAY)
    app = application(city, **{"NOW": clock, "CITY_NAME": "测试市"} | config)
    company = Actor(name="陈某", person_id=company_id, login="company", enterprise_id=enterprise)
    return Town(city=city, app=app, clock=clock, company=company, office_id=units["office"])


def _units(session: Session) -> dict[str, int]:
    found: dict[str, int] = {}
    rows = (
        ("city", "测试市人民政府", "city", None),
        ("office", "直通车办", "department", "city"),
        ("roads", "道路处", "department", "city"),
        ("north", "北县", "county", "city"),
    )
    for key, name, kind, parent in rows:
        row = {"key": key, "name": name, "kind": kind, "parent_id": found.get(parent or "")}
        found[key] = session.scalars(insert(Unit).returning(Unit.id), [row]).one()
    north = session.get(Unit, found["north"])
    if north is not None:
        north.county_id = north.id
        session.flush()  # written before the people whose scope reads it
    return found


def _person(session: Session, login: str, name: str, enterprise: int | None = None) -> int:
    row = {
        "login": login,
        "name": name,
        "enterprise_id": enterprise,
        "password_hash": HASH,
    }
    return session.scalars(insert(Person).returning(Person.id), [row]).one()
