"""Accounts as the sign-in and each request read them: one statement, one row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, bindparam, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from models.database import rows_of
from models.enterprises import Enterprise
from models.people import EndedSession, Person, Position
from models.units import Unit

NO_AUTHORITY = ("utility", "team")
"""Kinds of units that receive work and are timed like departments, but oversee nobody's cases."""


@dataclass(frozen=True, kw_only=True)
class HeldPost:
    """A role held in a unit, with the places whose cases are seen from there.

    `county_id` is the county or zone (for a town's people the town), None at the city level;
    `towns` those of the county. `outside` is true in units that are no authority themselves
    (utilities, temporary teams): they see what they are party to and nothing else.
    """

    unit_id: int
    role: str
    county_id: int | None
    outside: bool
    towns: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Account:
    """An active or switched-off account with the posts that it holds."""

    id: int
    login: str
    name: str
    title: str
    locale: str
    active: bool
    epoch: int
    enterprise_id: int | None
    enterprise: str
    signed_out: bool
    """The session that was asked about has been ended."""
    posts: tuple[HeldPost, ...]


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What a sign-in is checked against."""

    id: int
    name: str
    epoch: int
    active: bool
    password_hash: str


_TOWN = aliased(Unit)
_SEEN = case((Unit.kind == "town", Unit.id), else_=Unit.county_id)
"""Whose cases somebody sees: a town's people their town, a county's people their county."""
_TOWNS = (
    select(func.jsonb_agg(_TOWN.id, type_=JSONB))
    .where(_TOWN.kind == "town", _TOWN.county_id == Unit.county_id, Unit.kind != "town")
    .correlate(Unit)
    .scalar_subquery()
)
_OUTSIDE = or_(*(Unit.kind == kind for kind in NO_AUTHORITY))
_POSTS = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(Position.unit_id, Position.role, _SEEN, _OUTSIDE, _TOWNS),
            type_=JSONB,
        )
    )
    .join(Unit, Unit.id == Position.unit_id)
    .where(Position.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)

_ACCOUNT = (
    select(
        Person.id,
        Person.login,
        Person.name,
        Person.title,
        Person.locale,
        Person.active,
        Person.epoch,
        Person.enterprise_id,
        func.coalesce(Enterprise.name, "").label("enterprise"),
        exists().where(EndedSession.id == bindparam("session_id", type_=Text)),
        _POSTS.label("posts"),
    )
    .outerjoin(Enterprise, Enterprise.id == Person.enterprise_id)
    .where(Person.id == bindparam("person_id", type_=BigInteger))
)

_ACCOUNT_NAMES = (
    "id",
    "login",
    "name",
    "title",
    "locale",
    "active",
    "epoch",
    "enterprise_id",
    "enterprise",
    "signed_out",
)

_CREDENTIALS = select(
    Person.id,
    Person.name,
    Person.epoch,
    Person.active,
    Person.password_hash,
).where(Person.login == bindparam("login", type_=Text))


def read_account(session: Session, person_id: int, session_id: str = "") -> Account | None:
    """Return the account with this id, switched off or not, and whether a session was ended."""
    rows = rows_of(session, _ACCOUNT, {"person_id": person_id, "session_id": session_id})
    if not rows:
        return None
    *columns, posts = rows[0]
    held = tuple(
        HeldPost(
            unit_id=unit, role=role, county_id=county, outside=outside, towns=tuple(towns or ())
        )
        for unit, role, county, outside, towns in posts or ()
    )
    return Account(**dict(zip(_ACCOUNT_NAMES, columns, strict=True)), posts=held)


def read_credentials(session: Session, login: str) -> Credentials | None:
    """Return what a sign-in with this login is checked against."""
    row = session.execute(_CREDENTIALS, {"login": login}).mappings().first()
    return Credentials(**row) if row else None


def names_of(session: Session, logins: Collection[str]) -> dict[str, str]:
    """Return the names of people by login; unknown logins are left out."""
    if not logins:
        return {}
    rows = session.execute(select(Person.login, Person.name).where(Person.login.in_(logins)))
    return dict(rows.tuples().all())


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who holds a role in a unit."""

    id: int
    name: str
    title: str


def holders_of(session: Session, unit_id: int, role: str) -> list[Holder]:
    """Return the active people who hold a role in a unit."""
    rows = session.execute(
        select(Person.id, Person.name, Person.title)
        .join(Position, Position.person_id == Person.id)
        .where(Position.unit_id == unit_id, Position.role == role, Person.active)
        .order_by(Person.name, Person.id)
    )
    return [Holder(id=key, name=name, title=title) for key, name, title in rows]


def name_of(session: Session, person_id: int) -> str:
    """Return a person's name, '' for nobody."""
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""
