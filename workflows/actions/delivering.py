"""One delivery of the outbox carried out: a message handed over, a case begun; or put off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.cases import Case
from models.deliveries import Delivery
from workflows import engine, incidents
from workflows.actions.frame import Frame, decided_in, guarded, in_step, rules_of
from workflows.actions.starting import Origin, begin
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.errors import Busy, CaseSuspended, NotFound, Place, StepFailed, ThroughTrainError
from workflows.outbox import PART, payload_of

FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
NOBODY_WAITED = "nothing waited for it"
OPENER_OVER = "the case that it was to be a part of had ended before"
GIVEN_UP = frozenset({"withdrawn", "declined", "cancelled"})
"""How a case ends without having been worked through: its parts are not begun any more."""


@dataclass(frozen=True, kw_only=True)
class Outstanding:
    """A delivery that is not done yet, as far as it has to be found."""

    id: int
    kind: str
    case_id: int | None
    from_case_id: int | None
    process_key: str
    at: datetime


def hand_over(city: City, delivery: Outstanding, now: datetime) -> bool:
    """Carry out one delivery; False when somebody else holds the case or was faster."""
    if delivery.kind == "start":
        return _start(city, delivery, now)
    try:
        return in_step(
            city,
            SYSTEM,
            action="deliver",
            now=now,
            body=lambda frame: _deliver(frame, delivery.id),
            case_id=delivery.case_id,
            delivery_id=delivery.id,
            wait=False,
            follows=False,
        )
    except (NotFound, Busy, CaseSuspended):
        return False


def _taken(session: Session, delivery_id: int) -> Any:
    """Return a delivery's row for this transaction alone, None when it is done or being done."""
    return session.execute(
        select(
            Delivery.message,
            Delivery.payload,
            Delivery.link_kind,
            Delivery.from_case_id,
            Delivery.tries,
        )
        .where(Delivery.id == delivery_id, Delivery.done_at.is_(None))
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _done(session: Session, delivery_id: int, now: datetime, **values: Any) -> None:
    session.execute(
        update(Delivery).where(Delivery.id == delivery_id).values(done_at=now, **values)
    )


def _deliver(frame: Frame, delivery_id: int) -> bool:
    """Hand a message to the event of the locked case that waits for it; note it if none does."""
    taken = _taken(frame.session, delivery_id)
    if taken is None:
        return False
    waiting = [wait for wait in frame.case.waits if wait.message == taken.message]
    if not waiting:
        _done(frame.session, delivery_id, frame.now, last_error=NOBODY_WAITED)
        return True
    payload = payload_of(taken.payload)
    host = frame.host(payload)
    outcome = engine.deliver(
        frame.definition.specification, frame.case.engine_state, taken.message, payload, host
    )
    effects = frame.effects(outcome, host)
    _done(frame.session, delivery_id, frame.now, last_error="")
    sender = frame.session.scalar(select(Case.number).where(Case.id == taken.from_case_id))
    words = {
        "name": waiting[0].name,
        "name_en": waiting[0].name_en,
        "number": sender if taken.from_case_id != frame.case.id else "",
    }
    frame.write(
        host,
        effects,
        kind="deliver",
        state=outcome.state,
        process=waiting[0].process,
        element=waiting[0].element,
        flows=outcome.flows,
        rules=rules_of(outcome),
        decided=decided_in(outcome),
        timeline=(frame.line("message_received", words, public=waiting[0].public),),
        detail={"message": taken.message, "from": taken.from_case_id, "operations": host.called},
    )
    return True


def _start(city: City, delivery: Outstanding, now: datetime) -> bool:
    """Begin the case that another one has asked for, linked to it and seen by its parties."""

    def body(session: Session) -> bool:
        taken = _taken(session, delivery.id)
        if taken is None:
            return False
        opener = session.execute(
            select(
                Case.id,
                Case.number,
                Case.enterprise_id,
                Case.contact_id,
                Case.channel,
                Case.held,
                Case.state,
                Case.closed_at,
            ).where(Case.id == taken.from_case_id)
        ).one()
        given_up = opener.state in GIVEN_UP and opener.closed_at > delivery.at
        if taken.link_kind == PART and given_up:
            _done(session, delivery.id, now, last_error=OPENER_OVER)
            return True
        definition = city.library.current(delivery.process_key, session)
        form = definition.form(definition.bundle.start_form)
        begun = begin(
            city,
            session,
            definition,
            form.from_json(payload_of(taken.payload)),
            actor=SYSTEM,
            now=now,
            origin=Origin(
                channel=opener.channel,
                held=opener.held,
                kind=taken.link_kind,
                opener=(opener.id, opener.number),
                enterprise_id=opener.enterprise_id,
                contact_id=opener.contact_id,
            ),
        )
        _done(session, delivery.id, now, case_id=begun.id, last_error="")
        if taken.tries:
            incidents.resolve(
                session,
                case_id=opener.id,
                action="open",
                work_item_id=None,
                delivery_id=delivery.id,
                now=now,
            )
        return True

    return guarded(
        city,
        body,
        action="open",
        now=now,
        case_id=lambda: delivery.from_case_id,
        delivery_id=delivery.id,
        process_key=delivery.process_key,
    )


def put_off(city: City, delivery: Outstanding, error: Exception, now: datetime) -> None:
    """Try again later, and tell the process admins what stood in the way."""
    with city.database.transaction() as session:
        tries = session.scalars(
            update(Delivery)
            .where(Delivery.id == delivery.id, Delivery.done_at.is_(None))
            .values(tries=Delivery.tries + 1, last_error=str(error)[:2000])
            .returning(Delivery.tries)
        ).one_or_none()
        if tries is None:
            return
        pause = min(FIRST_RETRY * 2 ** min(tries - 1, 20), LAST_RETRY)
        session.execute(
            update(Delivery).where(Delivery.id == delivery.id).values(retry_at=now + pause)
        )
    if isinstance(error, ThroughTrainError) and not isinstance(error, StepFailed):
        failure = StepFailed(
            place=Place(),
            reason=error.text(),
            advice="Mend what it names; it is tried again.",
            cause="refused",
        )
        starts = delivery.kind == "start"
        incidents.record(
            city,
            failure,
            action="open" if starts else "deliver",
            now=now,
            case_id=delivery.from_case_id if starts else delivery.case_id,
            delivery_id=delivery.id,
            process_key=delivery.process_key,
        )
