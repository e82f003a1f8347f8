"""Incidents tried again after a fix, one or many, or set aside by hand with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from models.work import Incident
from workflows import audit, clock, incidents
from workflows.actions import deliveries
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.errors import InvalidEntries, NotAllowed, NotFound, StepFailed, ThroughTrainError

MOST = 200
"""Incidents that are tried again in one go."""
BY_ITSELF = ("wake", "deliver", "open")
"""What can be tried again without a person: timers, messages between cases, cases to be begun."""


@dataclass(frozen=True, kw_only=True)
class Retried:
    """What became of an incident.

    `worked`; `failed` again (`reason` says why); `person`: the task is open for the person who
    had it, nothing is done without them; `gone`: nothing is left to be tried; `busy`: somebody is
    at work on the case, or it is suspended.
    """

    incident_id: int
    outcome: str
    reason: str = ""


def retry(city: City, actor: Actor, incident_id: int, *, now: datetime) -> Retried:
    """Try again what failed; NotFound for an incident that is not open."""
    require_process_admin(actor)
    with city.database.reading() as session:
        row = session.execute(
            select(Incident.case_id, Incident.action, Incident.delivery_id).where(
                Incident.id == incident_id, Incident.resolved_at.is_(None)
            )
        ).one_or_none()
    if row is None:
        raise NotFound()
    if row.action not in BY_ITSELF or row.case_id is None:
        return Retried(incident_id=incident_id, outcome=_looked_at(city, incident_id, now))
    try:
        worked = _try(city, row.case_id, row.action, row.delivery_id, now)
    except StepFailed as failed:
        return Retried(incident_id=incident_id, outcome="failed", reason=failed.reason)
    except ThroughTrainError as refused:
        return Retried(incident_id=incident_id, outcome="failed", reason=refused.text())
    outcome = "worked" if worked else _looked_at(city, incident_id, now, instead="busy")
    return Retried(incident_id=incident_id, outcome=outcome)


def retry_all(
    city: City, actor: Actor, incident_ids: Iterable[int], *, now: datetime
) -> list[Retried]:
    """Try several again, each in a transaction of its own; those that are closed are left out.

    What nobody foresaw fails alone, the others go on.
    """
    found: list[Retried] = []
    for incident_id in list(dict.fromkeys(incident_ids))[:MOST]:
        try:
            found.append(retry(city, actor, incident_id, now=now))
        except NotFound:
            continue
        except NotAllowed:
            raise
        except Exception as error:  # noqa: BLE001  the step's frame has logged it in its incident
            name = type(error).__name__
            found.append(Retried(incident_id=incident_id, outcome="failed", reason=name))
    return found


def settle(city: City, actor: Actor, incident_id: int, *, reason: str, now: datetime) -> None:
    """Set an open incident aside by hand: it was mended elsewhere, or needs no mending."""
    require_process_admin(actor)
    if not reason.strip():
        raise InvalidEntries({"reason": "Give a reason; it stays with the case."})
    with city.database.transaction() as session:
        settled = session.execute(
            update(Incident)
            .where(Incident.id == incident_id, Incident.resolved_at.is_(None))
            .values(
                resolved_at=now,
                resolved_how="settled",
                resolved_why=reason.strip()[:2000],
                resolved_by=actor.name,
            )
        )
        if settled.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound()
        audit.note(
            session,
            "incident_settled",
            now=now,
            actor=actor.name,
            person_id=actor.person_id,
            detail={"incident": incident_id, "reason": reason.strip()[:2000]},
        )


def _try(city: City, case_id: int, action: str, delivery_id: int | None, now: datetime) -> bool:
    if action == "wake":
        return clock.wake(city, case_id, now=now) > 0
    if delivery_id is None:
        return False
    return deliveries.try_again(city, delivery_id, now)


def _looked_at(city: City, incident_id: int, now: datetime, *, instead: str = "person") -> str:
    """Close an incident of which nothing is left, and say so; else say `instead`."""
    with city.database.transaction() as session:
        gone = session.scalars(
            update(Incident)
            .where(
                Incident.id == incident_id,
                Incident.resolved_at.is_(None),
                incidents.is_gone(now),
            )
            .values(resolved_at=now, resolved_how="gone")
            .returning(Incident.id)
        ).first()
    return "gone" if gone is not None else instead
