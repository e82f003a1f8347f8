"""The switch that a second person approves each version, and who there is to approve."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.people import Person, Position
from models.settings import CitySetting
from workflows import audit
from workflows.actions.deployment import SECOND_PERSON, said_reason
from workflows.actor import PROCESS_ADMIN, Actor
from workflows.city import City
from workflows.errors import NotAllowed, ThroughTrainError


class NobodyElse(ThroughTrainError):
    """There is no second person who could approve anything."""

    sentence = "There is only one process admin: nobody could approve a version."
    mend = "Give a second person the role first, then switch it on."


def require_second_person(
    city: City, actor: Actor, on: bool, *, now: datetime, reason: str
) -> None:
    """Switch on that a second person approves each version, or off.

    Any process admin switches it on. It is switched off on the server alone: else whoever wants
    to deploy alone would only have to switch it off first. NobodyElse where one admin is alone.
    """
    if not actor.is_system and not (on and PROCESS_ADMIN in actor.roles):
        raise NotAllowed
    row = {
        "name": SECOND_PERSON,
        "value": {"on": on},
        "changed_at": now,
        "changed_by": actor.name,
    }
    with city.database.transaction() as session:
        if on and admins(session) < 2:
            raise NobodyElse
        session.execute(
            upsert(CitySetting)
            .values(**row)
            .on_conflict_do_update(index_elements=["name"], set_=row)
        )
        detail = {"on": on, "reason": said_reason(reason)}
        audit.note(
            session,
            "second_person",
            now=now,
            actor=actor.name,
            person_id=actor.person_id,
            detail=detail,
        )


def admins(session: Session) -> int:
    """Return how many people may deploy and approve."""
    return (
        session.scalar(
            select(func.count(Person.id.distinct()))
            .join(Position, Position.person_id == Person.id)
            .where(Person.active, Position.role == PROCESS_ADMIN)
        )
        or 0
    )
