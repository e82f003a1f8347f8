"""A small city with one process that companies can book, and browsers without a screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.database import Database
from models.people import Person, Position
from models.tables import Case, Enterprise, Reception, Unit, WorkItem
from tests.application import application
from tests.pages.reader import Page
from tests.portal import petition
from workflows import calendars
from workflows.actions.accounts import hash_password
from workflows.actions.deployment import deploy
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor, Post
from workflows.city import City

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Asia/Shanghai on a Monday without a holiday near it."""
PASSWORD = "a long enough password"
CODE = re.compile(r'class="key code">([^<]+)<')
NUMBER = re.compile(r'class="key">([^<]+)<')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ENTRIES = {
    "company_name": "云州晨星有限公司",
    "credit_code": "91441300MA4W0000X1",
    "contact": "陈晨",
    "phone": "13800000000",
    "kind": "problem",
    "category": "facility",
    "title": "门前没有公交站",
    "story": "八百名员工上下班要走三公里。",
}


@dataclass
class Visitor:
    """Somebody at a browser: remembers cookies, sends each form's own token."""

    client: FlaskClient
    last: TestResponse | None = None

    def get(self, address: str) -> str:
        """Open a page, following redirects, and return its HTML; each page is checked."""
        return self._arrive(self.client.get(address, follow_redirects=True))

    def post(self, address: str, entries: dict[str, object], *, token: str | None = None) -> str:
        """Send a form and return the page that follows."""
        if token is None:
            token = self.token()
        data = {"csrf_token": token, **entries}
        return self._arrive(
            self.client.post(
                address, data=data, follow_redirects=True, content_type="multipart/form-data"
            )
        )

    def _arrive(self, answer: TestResponse) -> str:
        self.last = answer
        if "<html" in answer.text:
            Page(answer).check()
        return answer.text

    def token(self) -> str:
        """Return a valid token of this session."""
        found = TOKEN.search(self.client.get("/status").get_data(as_text=True))
        assert found
        return unescape(found.group(1))

    @property
    def status(self) -> int:
        """The status of the last answer."""
        assert self.last is not None
        return self.last.status_code

    @property
    def path(self) -> str:
        """Where the last answer came from."""
        assert self.last is not None
        return self.last.request.path


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a company has after booking."""

    number: str
    code: str


@dataclass
class Clock:
    """The clock of the pages; tests move it."""

    at: datetime = field(default=MONDAY)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@dataclass(frozen=True, kw_only=True)
class Town:
    """The city, its pages and its people."""

    city: City
    app: Flask
    clock: Clock
    office: Actor
    roads: Actor

    def visitor(self) -> Visitor:
        """Somebody with a new browser."""
        return Visitor(self.app.test_client())

    def signed_in(self, login: str) -> Visitor:
        """Somebody who has signed in."""
        visitor = self.visitor()
        visitor.post("/sign-in", {"login": login, "password": PASSWORD})
        return visitor

    def book(self, visitor: Visitor, **changed: object) -> Kept:
        """Book a case to the end and return what stands on the receipt."""
        visitor.post("/book/petition", {**ENTRIES, **changed})
        assert visitor.path == "/book/petition/check", visitor.status
        page = visitor.post("/book/petition/check", {})
        assert visitor.path.startswith("/book/receipt/"), page
        number, code = NUMBER.search(page), CODE.search(page)
        assert number
        assert code
        return Kept(number=number.group(1), code=code.group(1).replace(" ", ""))

    def count(self) -> int:
        """Return how many cases there are."""
        with self.city.database.reading() as session:
            return session.scalars(select(func.count()).select_from(Case)).one()

    def open_task(self, number: str, element: str) -> WorkItem:
        """Return the open work item of a case at an element."""
        with self.city.database.reading() as session:
            return session.scalars(
                select(WorkItem)
                .join(Case, Case.id == WorkItem.case_id)
                .where(Case.number == number, WorkItem.state == "open", WorkItem.element == element)
            ).one()

    def check(self, number: str, outcome: str) -> None:
        """Let the office check a case."""
        task = self.open_task(number, "check")
        complete(self.city, self.office, task.id, {"outcome": [outcome]}, now=self.clock())

    def answer(self, number: str, reply: str = "公交站将于六日内设立。") -> None:
        """Let the department answer a case."""
        task = self.open_task(number, "work")
        entries = {"reply": [reply], "result": ["solved"]}
        complete(self.city, self.roads, task.id, entries, now=self.clock())


@pytest.fixture
def clock() -> Clock:
    """The clock of the pages."""
    return Clock()


@pytest.fixture
def town(database: Database, clock: Clock) -> Town:
    """A city hall, an office, a roads department, two companies with accounts."""
    with database.transaction() as session:
        calendars.seed(session, MONDAY)
        hall = _unit(session, "city", "云州市", "city", None)
        office = _unit(session, "office", "直通车办", "department", hall)
        roads = _unit(session, "roads", "道路处", "department", hall)
        for day, slots in ((date(2026, 3, 6), 2), (date(2026, 4, 3), 12)):
            session.execute(
                insert(Reception).values(
                    place_id=hall, title="现场接待日", held_on=day, slots=slots, room="一号会议室"
                )
            )
        star = _enterprise(session, "云州晨星有限公司", "91441300MA4W0000X1", hall)
        moon = _enterprise(session, "云州明月有限公司", "91441300MA4W0000X2", hall)
        people = {
            "office": _person(session, "zhang", [(office, "dispatcher")]),
            "clerk": _person(session, "qian", [(office, "clerk")]),
            "roads": _person(session, "li", [(roads, "handler")]),
            "star": _person(session, "star", [], star),
            "moon": _person(session, "moon", [], moon),
        }
    city = City(database)
    deploy(city, SYSTEM, petition.files(), now=MONDAY, reason="test")
    app = application(city, CITY_NAME="云州市", NOW=clock, TESTING=True)
    return Town(city=city, app=app, clock=clock, office=people["office"], roads=people["roads"])


@pytest.fixture
def visitor(town: Town) -> Visitor:
    """Somebody with a new browser."""
    return town.visitor()


def _unit(session: Session, key: str, name: str, kind: str, parent: int | None) -> int:
    return session.scalars(
        insert(Unit).returning(Unit.id),
        [{"key": key, "name": name, "kind": kind, "parent_id": parent, "phone": "0752-000000"}],
    ).one()


def _enterprise(session: Session, name: str, code: str, place_id: int) -> int:
    row = {
        "name": name,
        "credit_code": code,
        "place_id": place_id,
        "contact": "王",
        "phone": "0752-111111",
        "created_at": MONDAY,
    }
    return session.scalars(insert(Enterprise).returning(Enterprise.id), [row]).one()


def _person(
    session: Session, login: str, posts: list[tuple[int, str]], enterprise_id: int | None = None
) -> Actor:
    person_id = session.scalars(
        insert(Person).returning(Person.id),
        [
            {
                "login": login,
                "name": login,
                "password_hash": _hashed(),
                "enterprise_id": enterprise_id,
            }
        ],
    ).one()
    for unit_id, role in posts:
        session.execute(insert(Position).values(person_id=person_id, unit_id=unit_id, role=role))
    return Actor(
        name=login,
        person_id=person_id,
        login=login,
        posts=tuple(Post(unit_id=unit, role=role) for unit, role in posts),
        enterprise_id=enterprise_id,
    )


@cache
def _hashed() -> str:
    """The hash of everybody's password; slow on purpose, so made once."""
    return hash_password(PASSWORD)
