"""The cast of a scenario: who stands behind `dispatcher@huidong_service_office`."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.queries.accounts import read_account
from models.units import Unit
from workflows.actor import Actor, Post
from workflows.city import City


class UnknownRole(Exception):
    """Nobody can play what `by` says; the text says why."""


class Cast:
    """Finds the people who act in scenarios, and makes those that the city does not have.

    `enterprise` is the company of the case; `clerk@unit` somebody who holds that position;
    `login:zhang` that account.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._known: dict[str, Actor] = {}
        self._made: list[int] = []
        self._count = 0

    def actor(self, by: str, *, enterprise: Actor) -> Actor:
        """Return who acts; raises UnknownRole where `by` names no unit or account."""
        if by == "enterprise":
            return enterprise
        if by not in self._known:
            self._known[by] = self._find(by)
        return self._known[by]

    def dismiss(self) -> None:
        """Switch off those who were made, so that they hold no role in the next scenario."""
        if self._made:
            with self._city.database.transaction() as session:
                session.execute(
                    update(Person).where(Person.id.in_(self._made)).values(active=False)
                )
            self._city.forget()
        self._made, self._known = [], {}

    def _find(self, by: str) -> Actor:
        with self._city.database.transaction() as session:
            if by.startswith("login:"):
                login = by.removeprefix("login:")
                found = session.scalar(select(Person.id).where(Person.login == login))
                if found is None:
                    raise UnknownRole(f"there is no account called {login}")
                return actor_of(session, found)
            role, _, unit = by.partition("@")
            person_id = self._holder(session, role, unit)
            actor = actor_of(session, person_id)
        if person_id in self._made:
            self._city.forget()
        return actor

    def _holder(self, session: Session, role: str, unit_key: str) -> int:
        unit_id = session.scalar(select(Unit.id).where(Unit.key == unit_key))
        if unit_id is None:
            raise UnknownRole(f"there is no unit called {unit_key!r}; write role@unit")
        found = session.scalar(
            select(Person.id)
            .join(Position, Position.person_id == Person.id)
            .where(Position.unit_id == unit_id, Position.role == role, Person.active)
            .order_by(Person.id)
            .limit(1)
        )
        return found if found is not None else self._make(session, role, unit_id, unit_key)

    def _make(self, session: Session, role: str, unit_id: int, unit_key: str) -> int:
        self._count += 1
        row = {"login": f"{unit_key}.{role}.{self._count}", "name": f"{unit_key} {role}"}
        person_id = session.scalars(insert(Person).returning(Person.id), [row]).one()
        session.execute(
            insert(Position), [{"person_id": person_id, "unit_id": unit_id, "role": role}]
        )
        self._made.append(person_id)
        return person_id


def actor_of(session: Session, person_id: int) -> Actor:
    """Return the actor that an account is when it is signed in."""
    account = read_account(session, person_id)
    if account is None:
        raise UnknownRole(f"there is no account {person_id}")
    return Actor(
        name=account.name,
        person_id=account.id,
        login=account.login,
        posts=tuple(Post.of(held) for held in account.posts),
        enterprise_id=account.enterprise_id,
    )
