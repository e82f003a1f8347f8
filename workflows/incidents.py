"""Incidents: what could not be run to its end, written down once however often it is tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from models.work import Incident
from workflows.city import City
from workflows.errors import StepFailed

RETRY_AFTER = timedelta(minutes=10)
"""How long the clock waits before it tries a failed timer again."""


def record(
    city: City,
    failure: StepFailed,
    *,
    action: str,
    now: datetime,
    case_id: int | None,
    work_item_id: UUID | None = None,
    process_key: str = "",
) -> None:
    """Open an incident, or count one more failure at the same place of the same case."""
    place = failure.place
    with city.database.transaction() as session:
        again = (
            update(Incident)
            .where(
                Incident.case_id == case_id,
                Incident.action == action,
                Incident.work_item_id.is_not_distinct_from(work_item_id),
                Incident.process == place.process,
                Incident.element == place.element,
                Incident.resolved_at.is_(None),
            )
            .values(
                count=Incident.count + 1,
                last_at=now,
                retry_at=now + RETRY_AFTER,
                reason=failure.reason,
                advice=failure.advice,
            )
            .returning(Incident.id)
        )
        if case_id is not None and session.scalars(again).first() is not None:
            return
        session.execute(
            insert(Incident).values(
                case_id=case_id,
                process_key=process_key,
                work_item_id=work_item_id,
                at=now,
                last_at=now,
                action=action,
                process=place.process,
                element=place.element,
                name=place.name,
                reason=failure.reason,
                advice=failure.advice,
                retry_at=now + RETRY_AFTER,
            )
        )


def resolve(
    session: Session, *, case_id: int, action: str, work_item_id: UUID | None, now: datetime
) -> None:
    """Close the incidents of what has worked now, in the transaction in which it worked."""
    session.execute(
        update(Incident)
        .where(
            Incident.case_id == case_id,
            Incident.action == action,
            Incident.work_item_id.is_not_distinct_from(work_item_id),
            Incident.resolved_at.is_(None),
        )
        .values(resolved_at=now)
    )
