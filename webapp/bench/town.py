"""The bench's own city: an office, departments, people, and a process that goes round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.database import Database
from models.enterprises import Enterprise
from models.people import Person, Position
from models.units import Unit
from workflows import calendars
from workflows.actions.accounts import hash_password
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM, Actor, Post
from workflows.city import City

KEY = "loop"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DEPARTMENTS = 40
PASSWORD = "bench-only-password"
STORY = "厂区门口的道路积水，货车无法转弯进入，多次联系多个部门未果。" * 20


@dataclass(frozen=True, kw_only=True)
class Town:
    """The city and the people who work in it."""

    city: City
    office: Actor
    worker: Actor
    company: Actor
    units: tuple[int, ...]

    def submit(self) -> int:
        """Submit one case and return its id."""
        entries = {
            "title": "厂门口道路积水",
            "company": "测速公司",
            "category": "facility_road",
            "story": STORY,
        }
        raw = {key: [value] for key, value in entries.items()}
        return submit(self.city, self.company, KEY, raw, now=START).case_id


def build(database: Database) -> Town:
    """Seed the bench's city and deploy its process."""
    with database.transaction() as session:
        calendars.seed(session, START)
        hall = _unit(session, "city", "测速市", "city", None)
        office = _unit(session, "office", "直通车办公室", "department", hall)
        units = tuple(
            _unit(session, f"unit{n}", f"第{n}局", "department", hall) for n in range(DEPARTMENTS)
        )
        enterprise = session.scalars(
            insert(Enterprise).returning(Enterprise.id),
            [{"name": "测速公司", "created_at": START, "place_id": hall}],
        ).one()
        secret = hash_password(PASSWORD)
        people = {
            "office": _person(session, "office", secret, [(office, "dispatcher")]),
            "worker": _person(session, "worker", secret, [(units[0], "handler")]),
            "company": _person(session, "company", secret, [], enterprise),
        }
        _person(session, "supervisor", secret, [(office, "supervisor")])
    city = City(database)
    deploy(city, SYSTEM, bundle_files(), now=START, reason="bench")
    return Town(city=city, units=units, **people)


def bundle_files() -> dict[str, bytes]:
    """Return the bench's own bundle."""
    found: dict[str, bytes] = {}

    def collect(folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            if entry.is_dir():
                collect(entry, f"{prefix}{entry.name}/")
            else:
                found[prefix + entry.name] = entry.read_bytes()

    collect(files("webapp.bench") / "loop", "")
    return found


def _unit(session: Session, key: str, name: str, kind: str, parent: int | None) -> int:
    row = {"key": key, "name": name, "kind": kind, "parent_id": parent}
    return session.scalars(insert(Unit).returning(Unit.id), [row]).one()


def _person(
    session: Session,
    login: str,
    secret: str,
    posts: list[tuple[int, str]],
    enterprise: int | None = None,
) -> Actor:
    row = {"login": login, "name": login, "enterprise_id": enterprise, "password_hash": secret}
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
