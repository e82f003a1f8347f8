"""Who may do what is open in a play: people of the city, as a scenario names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.units import Unit
from workflows.errors import NotFound
from workflows.play.player import ANYBODY


@dataclass(frozen=True, kw_only=True)
class Eligible:
    """Somebody who may do a task or send a message; `by` as a scenario names them."""

    by: str
    person: str
    unit: str
    unit_en: str
    role: str


def eligible(
    session: Session, roles: Sequence[str], unit_id: int | None, assignee_id: int | None = None
) -> list[Eligible]:
    """Return who may do what is given to roles in a unit (in any, without one), the usual first.

    What has an assignee is theirs alone. The company acts as itself, whoever that is.
    """
    found = [Eligible(by="enterprise", person="", unit="", unit_en="", role="enterprise")]
    found = found if "enterprise" in roles else []
    query = (
        select(
            Person.id, Person.login, Person.name, Unit.key, Unit.name, Unit.name_en, Position.role
        )
        .join(Position, Position.person_id == Person.id)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Position.role.in_(roles), Person.active)
        .order_by(Unit.position, Unit.id, Person.id)
        .limit(40)
    )
    if unit_id is not None:
        query = query.where(Position.unit_id == unit_id)
    if assignee_id is not None:
        query = query.where(Person.id == assignee_id)
    seen: set[tuple[str, str]] = set()
    for _id, login, name, key, unit, unit_en, role in session.execute(query):
        usual = (role, key) not in seen and assignee_id is None
        seen.add((role, key))
        by = f"{role}@{key}" if usual else ANYBODY if assignee_id else f"login:{login}"
        found.append(Eligible(by=by, person=name, unit=unit, unit_en=unit_en or "", role=role))
    return found


def usual(session: Session, role: str, unit_id: int) -> Eligible:
    """Return the role in a unit that nobody holds: somebody is made up for the play."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return Eligible(
        by=f"{role}@{unit.key}", person="", unit=unit.name, unit_en=unit.name_en, role=role
    )
