"""The outbox is emptied: each message and each start in a transaction of its own, exactly once."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from models.cases import Case
from models.deliveries import Delivery
from workflows.actions.delivering import Outstanding, hand_over, put_off
from workflows.actions.frame import FOLLOWING
from workflows.city import City
from workflows.errors import Place, StepFailed, ThroughTrainError

log = logging.getLogger(__name__)

BATCH = 200
"""Deliveries that one tick takes on before it looks again."""
AT_ONCE = 16
"""Deliveries that are tried right after a step; what those lead to counts too."""
PLAYED = 400
"""Deliveries that follow from one act of a played case at most."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What one round brought: deliveries that are done, and those that failed."""

    done: int
    failed: int


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
    delivery = Outstanding(**row._mapping)
    try:
        return hand_over(city, delivery, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        put_off(city, delivery, error, now)
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
        waiting = [Outstanding(**row._mapping) for row in rows if row.id not in tried]
        if not waiting:
            return done
        for delivery in waiting:
            if len(tried) >= PLAYED:
                raise _endless()
            done += hand_over(city, delivery, delivery.at)
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
) -> list[Outstanding]:
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
    return [Outstanding(**row._mapping) for row in session.execute(statement)]


def _reached(city: City, deliveries: Iterable[Outstanding]) -> list[int]:
    """Return the cases that deliveries went to, those that were started included."""
    ids = [delivery.id for delivery in deliveries]
    with city.database.reading() as session:
        statement = select(Delivery.case_id).where(Delivery.id.in_(ids)).distinct()
        return [case_id for case_id in session.scalars(statement) if case_id is not None]


def _carry_out(city: City, waiting: Iterable[Outstanding], now: datetime) -> Handed:
    done = failed = 0
    for delivery in waiting:
        try:
            done += hand_over(city, delivery, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.warning(
                "delivery failed",
                exc_info=not isinstance(error, ThroughTrainError),
                extra={"action": "deliver", "case_id": delivery.case_id},
            )
            put_off(city, delivery, error, now)
            failed += 1
    return Handed(done=done, failed=failed)
