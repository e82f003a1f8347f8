"""The outbox is emptied: each message and each start in a transaction of its own, exactly once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from models.cases import Case
from models.deliveries import Delivery
from workflows import engine, incidents
from workflows.actions.frame import (
    FOLLOWING,
    Frame,
    decided_in,
    guarded,
    in_step,
    rules_of,
)
from workflows.actions.starting import Origin, begin
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.errors import Busy, CaseSuspended, NotFound, Place, StepFailed, ThroughTrainError
from workflows.outbox import PART, payload_of

log = logging.getLogger(__name__)

BATCH = 200
"""Deliveries that one tick takes on before it looks again."""
AT_ONCE = 16
"""Deliveries that are tried right after a step; what those lead to counts too."""
PLAYED = 400
"""Deliveries that follow from one act of a played case at most."""
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)
NOBODY_WAITED = "nothing waited for it"
OPENER_OVER = "the case that it was to be a part of had ended before"
GIVEN_UP = frozenset({"withdrawn", "declined", "cancelled"})
"""How a case ends without having been worked through: its parts are not begun any more."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What one round brought: deliveries that are done, and those that failed."""

    done: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class _Open:
    """A delivery that is not done yet, as far as it has to be found."""

    id: int
    kind: str
    case_id: int | None
    from_case_id: int | None
    process_key: str
    at: datetime


def hand_out(city: City, now: datetime, *, limit: int = BATCH) -> Handed:
    """Carry out what is open in the outbox, oldest first; for the worker's tick.

    Two workers may do this at once: each delivery is done exactly once. One that fails is tried
    again later, longer each time; an incident names it. Played cases are left to their player.
    """
    with city.database.reading() as session:
        waiting = _waiting(session, now, limit)
    return _carry_out(city, waiting, now)


def try_again(city: City, delivery_id: int, now: datetime) -> bool:
    """Carry out one delivery that has failed, at once; raises what it raises.

    False when it is done already, its case is suspended, or somebody holds the case.
    """
    with city.database.reading() as session:
        row = session.execute(_SELECT.where(Delivery.id == delivery_id)).one_or_none()
    if row is None:
        return False
    delivery = _Open(**row._mapping)
    try:
        return _hand_over(city, delivery, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        _put_off(city, delivery, error, now)
        raise


def follow(city: City, case_id: int, now: datetime) -> None:
    """Try at once what a committed step of a case has told others; never raises.

    What fails here is in the outbox still, and the worker takes it.
    """
    senders, left = [case_id], AT_ONCE
    try:
        while senders and left > 0:
            with city.database.reading() as session:
                waiting = _waiting(session, now, left, senders=senders)
            left -= len(waiting)
            _carry_out(city, waiting, now)
            senders = _reached(city, waiting)
    except Exception:  # the step is committed: its answer must not suffer from what follows
        log.exception("outbox left to the worker", extra={"action": "follow", "case_id": case_id})


FOLLOWING.append(follow)


def play(city: City, case_ids: Iterable[int]) -> int:
    """Carry out what played cases have told others, each at the time of the step that told it.

    Goes on with what that leads to, also in the cases that are started; they are held as well.
    Returns how many were done; one to a case that somebody else holds waits for the next time.
    Raises what the first failing one raises, and StepFailed after `PLAYED`: cases that tell each
    other without end wait for the worker's next tick in real life, and would hold a player.
    """
    family, tried, done = set(case_ids), set[int](), 0
    while True:
        with city.database.reading() as session:
            rows = session.execute(_SELECT.where(Delivery.from_case_id.in_(family))).all()
        waiting = [_Open(**row._mapping) for row in rows if row.id not in tried]
        if not waiting:
            return done
        for delivery in waiting:
            if len(tried) >= PLAYED:
                raise _endless()
            done += _hand_over(city, delivery, delivery.at)
            tried.add(delivery.id)
        family.update(_reached(city, waiting))


def _endless() -> StepFailed:
    return StepFailed(
        place=Place(),
        reason=f"cases have told each other something {PLAYED} times without a person between",
        advice="Look for messages that lead to each other, or to themselves.",
    )


_SELECT = (
    select(
        Delivery.id,
        Delivery.kind,
        Delivery.case_id,
        Delivery.from_case_id,
        Delivery.process_key,
        Delivery.at,
    )
    .where(Delivery.done_at.is_(None))
    .order_by(Delivery.id)
)


def _waiting(
    session: Session, now: datetime, limit: int, *, senders: Collection[int] = ()
) -> list[_Open]:
    """Return deliveries to be tried now.

    Those from or to a played case are its player's; those to a suspended case wait for it.
    """
    suspended = exists().where(Case.id == Delivery.case_id, Case.suspended_at.is_not(None))
    played = exists().where(
        or_(Case.id == Delivery.case_id, Case.id == Delivery.from_case_id), Case.held
    )
    statement = _SELECT.where(
        or_(Delivery.retry_at.is_(None), Delivery.retry_at <= now), ~played, ~suspended
    ).limit(limit)
    if senders:
        statement = statement.where(Delivery.from_case_id.in_(senders))
    return [_Open(**row._mapping) for row in session.execute(statement)]


def _reached(city: City, deliveries: Iterable[_Open]) -> list[int]:
    """Return the cases that deliveries went to, those that were started included."""
    ids = [delivery.id for delivery in deliveries]
    with city.database.reading() as session:
        statement = select(Delivery.case_id).where(Delivery.id.in_(ids)).distinct()
        return [case_id for case_id in session.scalars(statement) if case_id is not None]


def _carry_out(city: City, waiting: Iterable[_Open], now: datetime) -> Handed:
    done = failed = 0
    for delivery in waiting:
        try:
            done += _hand_over(city, delivery, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.warning(
                "delivery failed",
                exc_info=not isinstance(error, ThroughTrainError),
                extra={"action": "deliver", "case_id": delivery.case_id},
            )
            _put_off(city, delivery, error, now)
            failed += 1
    return Handed(done=done, failed=failed)


def _hand_over(city: City, delivery: _Open, now: datetime) -> bool:
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


def _start(city: City, delivery: _Open, now: datetime) -> bool:
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


def _put_off(city: City, delivery: _Open, error: Exception, now: datetime) -> None:
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
