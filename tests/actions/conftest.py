"""A small city with one made-up process, for the tests of actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from models.database import Database
from models.people import Person, Position
from models.tables import Enterprise, Unit, WorkItem
from tests.actions import errand
from workflows import calendars
from workflows.actions.cases import Submitted, submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM, Actor, Post
from workflows.city import City

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Asia/Shanghai on a Monday without a holiday near it."""


@dataclass(frozen=True, kw_only=True)
class Town:
    """The city and the people of a test."""

    city: City
    office: Actor
    worker: Actor
    colleague: Actor
    supervisor: Actor
    company: Actor
    stranger: Actor

    def submit(self, **values: str) -> Submitted:
        """Submit an errand on the Monday."""
        entries = {"title": "门前积水", "company": "晨星公司", "story": "雨后积水", **values}
        return submit(
            self.city,
            self.company,
            errand.KEY,
            {key: [value] for key, value in entries.items()},
            now=MONDAY,
        )

    def open_items(self, case_id: int) -> dict[str, WorkItem]:
        """Return the open work items of a case by element."""
        with self.city.database.reading() as session:
            rows = session.scalars(
                select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.state == "open")
            )
            return {row.element: row for row in rows}


@pytest.fixture
def town(database: Database) -> Town:
    """A city hall with an office and a department, and one deployed process."""
    with database.transaction() as session:
        calendars.seed(session, MONDAY)
        hall = _unit(session, "city", "城市", "city", None)
        office = _unit(session, "office", "办公室", "department", hall)
        roads = _unit(session, "roads", "道路处", "department", hall)
        enterprise = session.scalars(
            insert(Enterprise).returning(Enterprise.id),
            [{"name": "晨星公司", "created_at": MONDAY, "place_id": hall}],
        ).one()
        people = {
            "office": _person(session, "zhang", [(office, "dispatcher")]),
            "worker": _person(session, "li", [(roads, "handler")]),
            "colleague": _person(session, "wang", [(roads, "handler")]),
            "supervisor": _person(session, "zhao", [(office, "supervisor")]),
            "company": _person(session, "chen", [], enterprise),
            "stranger": _person(session, "sun", []),
        }
    city = City(database)
    deploy(city, SYSTEM, errand.files(), now=MONDAY, reason="test")
    return Town(city=city, **people)


def _unit(session, key, name, kind, parent):
    row = {"key": key, "name": name, "kind": kind, "parent_id": parent}
    return session.scalars(insert(Unit).returning(Unit.id), [row]).one()


def _person(session, login, posts, enterprise=None):
    row = {"login": login, "name": login, "enterprise_id": enterprise}
    person = session.scalars(insert(Person).returning(Person.id), [row]).one()
    for unit, role in posts:
        session.execute(insert(Position).values(person_id=person, unit_id=unit, role=role))
    return Actor(
        name=login,
        person_id=person,
        login=login,
        posts=tuple(Post(unit_id=unit, role=role) for unit, role in posts),
        enterprise_id=enterprise,
    )
