"""Incidents: what could not be run to its end, written down once however often it is tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from models.cases import Case
from models.deliveries import Delivery
from models.notices import Notice
from models.people import Person, Position
from models.work import Deadline, Incident, WorkItem
from workflows.actor import PROCESS_ADMIN
from workflows.city import City
from workflows.errors import StepFailed

RETRY_AFTER = timedelta(minutes=10)
"""How long the clock waits before it tries a failed timer again."""
CAUSES = (
    "expression",
    "decision",
    "operation",
    "unit",
    "time",
    "gateway",
    "message",
    "limit",
    "stuck",
    "state",
    "refused",
    "busy",
    "unforeseen",
)
"""Kinds of trouble, for the filter and for the plain words; an old incident may have none."""


def record(
    city: City,
    failure: StepFailed,
    *,
    action: str,
    now: datetime,
    case_id: int | None,
    work_item_id: UUID | None = None,
    delivery_id: int | None = None,
    process_key: str = "",
) -> None:
    """Open an incident, or count one more failure at the same place of the same case.

    The failure carries the incident's number from then on. Of a new one the process admins find a
    message; it names the case and the step, and nothing of what the process computed.
    """
    place = failure.place
    said = {
        "last_at": now,
        "retry_at": now + RETRY_AFTER,
        "reason": failure.reason,
        "advice": failure.advice,
        "cause": failure.cause,
    }
    with city.database.transaction() as session:
        again = (
            update(Incident)
            .where(
                Incident.case_id == case_id,
                *_same(action, work_item_id, delivery_id),
                Incident.process == place.process,
                Incident.element == place.element,
                Incident.resolved_at.is_(None),
            )
            .values(count=Incident.count + 1, **said)
            .returning(Incident.id)
        )
        known = session.scalars(again).first() if case_id is not None else None
        if known is not None:
            failure.incident = known
            return
        row = {
            "case_id": case_id,
            "process_key": process_key,
            "version_id": session.scalar(select(Case.version_id).where(Case.id == case_id)),
            "work_item_id": work_item_id,
            "delivery_id": delivery_id,
            "at": now,
            "action": action,
            "process": place.process,
            "element": place.element,
            "name": place.name,
            **said,
        }
        failure.incident = session.scalars(insert(Incident).returning(Incident.id), [row]).one()
        if case_id is not None:
            _tell_admins(session, failure.incident, case_id, place.name or place.element, now)


def _tell_admins(
    session: Session, incident_id: int, case_id: int, name: str, now: datetime
) -> None:
    units = (
        select(Position.unit_id)
        .join(Person, Person.id == Position.person_id)
        .where(Position.role == PROCESS_ADMIN, Person.active)
        .distinct()
    )
    values = {
        "subject": f"运行故障 {incident_id}：{name}" if name else f"运行故障 {incident_id}",
        "subject_en": f"Incident {incident_id}: {name}" if name else f"Incident {incident_id}",
        "body": "有一步没有走完，数据没有改动。原因和办法见“流程”中的运行故障。",
        "body_en": "A step could not be run to its end; nothing was changed. See the incidents.",
    }
    row = {"case_id": case_id, "role": PROCESS_ADMIN, "kind": "incident", "at": now}
    rows = [{**row, "unit_id": unit, "values": values} for unit in session.scalars(units)]
    if rows:
        session.execute(insert(Notice), rows)


def _same(
    action: str, work_item_id: UUID | None, delivery_id: int | None
) -> tuple[ColumnElement[bool], ...]:
    return (
        Incident.action == action,
        Incident.work_item_id.is_not_distinct_from(work_item_id),
        Incident.delivery_id.is_not_distinct_from(delivery_id),
    )


def resolve(
    session: Session,
    *,
    case_id: int,
    action: str,
    work_item_id: UUID | None,
    now: datetime,
    delivery_id: int | None = None,
) -> None:
    """Close the incidents of what has worked now, in the transaction in which it worked."""
    session.execute(
        update(Incident)
        .where(
            Incident.case_id == case_id,
            *_same(action, work_item_id, delivery_id),
            Incident.resolved_at.is_(None),
        )
        .values(resolved_at=now, resolved_how="worked")
    )
    clear_gone(session, case_id=case_id, now=now)


def clear_gone(session: Session, *, case_id: int, now: datetime) -> None:
    """Close the incidents of a case whose task, time or message there is no more."""
    session.execute(
        update(Incident)
        .where(Incident.case_id == case_id, Incident.resolved_at.is_(None), is_gone(now))
        .values(resolved_at=now, resolved_how="gone")
    )


def is_gone(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which nothing is left that could be tried again."""
    ended = exists().where(Case.id == Incident.case_id, Case.state != "open")
    task_open = exists().where(WorkItem.id == Incident.work_item_id, WorkItem.state == "open")
    due = exists().where(
        Deadline.case_id == Incident.case_id,
        Deadline.kind == "timer",
        Deadline.ended_at.is_(None),
        Deadline.due_at <= now,
    )
    handed_over = exists().where(Delivery.id == Incident.delivery_id, Delivery.done_at.is_not(None))
    # One of before deliveries were named: it ends when nothing that has failed is left.
    failing = exists().where(
        Delivery.case_id == Incident.case_id, Delivery.done_at.is_(None), Delivery.tries > 0
    )
    unnamed = and_(Incident.action == "deliver", Incident.delivery_id.is_(None))
    return or_(
        and_(ended, Incident.action != "open"),
        and_(Incident.work_item_id.is_not(None), not_(task_open)),
        and_(Incident.action == "wake", not_(due)),
        handed_over,
        and_(unnamed, not_(failing)),
    )
