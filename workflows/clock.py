"""The clock: finds the deadlines that are due and wakes their cases, one transaction each."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from models.cases import Case
from models.work import Deadline, Incident
from workflows import engine, incidents
from workflows.actions.frame import Frame, decided_in, in_step, rules_of
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.errors import Busy, NotFound, Place, StepFailed, ThroughTrainError

log = logging.getLogger(__name__)

BATCH = 200
"""Cases that one tick takes on before it looks again."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """What one tick did."""

    woken: int
    fired: int
    failed: int


def tick(city: City, now: datetime, *, limit: int = BATCH) -> Tick:
    """Wake the cases whose timers are due at `now`, oldest first, each in its own transaction.

    Two workers may tick at once: each takes the cases that the other does not hold, and looks
    again under the lock, so that every timer fires exactly once. A case whose step fails gets an
    incident and is left alone for a while; the others go on.
    """
    woken = fired = failed = 0
    with city.database.reading() as session:
        due = due_cases(session, now, limit)
    for case_id in due:
        try:
            count = wake(city, case_id, now=now)
        except StepFailed:
            log.warning("timer failed", extra={"action": "wake", "case_id": case_id})
            failed += 1
            continue
        except (OperationalError, InterfaceError):
            raise
        except ThroughTrainError as error:
            log.warning("timer refused", extra={"action": "wake", "case_id": case_id})
            _note_refusal(city, case_id, error, now)
            failed += 1
            continue
        except Exception:
            # The clock goes on for all others, whatever is wrong with this case; the step's
            # frame has opened an incident.
            log.exception("timer failed", extra={"action": "wake", "case_id": case_id})
            failed += 1
            continue
        if count:
            woken += 1
            fired += count
    return Tick(woken=woken, fired=fired, failed=failed)


def _note_refusal(city: City, case_id: int, error: ThroughTrainError, now: datetime) -> None:
    """Tell the process admins what a person at a form would have read."""
    failure = StepFailed(
        place=Place(), reason=error.text(), advice="Mend what it names; it is tried again."
    )
    incidents.record(city, failure, action="wake", now=now, case_id=case_id)


def due_cases(session: Session, now: datetime, limit: int) -> list[int]:
    """Return the cases with a timer due at `now`, without held ones and those that just failed."""
    waits_for_retry = exists().where(
        Incident.case_id == Deadline.case_id,
        Incident.action == "wake",
        Incident.resolved_at.is_(None),
        Incident.retry_at > now,
    )
    rows = session.scalars(
        select(Deadline.case_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.kind == "timer",
            Deadline.ended_at.is_(None),
            Deadline.paused_at.is_(None),
            Deadline.due_at <= now,
            ~Case.held,
            ~waits_for_retry,
        )
        .order_by(Deadline.due_at, Deadline.case_id)
        .limit(limit)
    )
    return list(dict.fromkeys(rows))


def wake(city: City, case_id: int, *, now: datetime) -> int:
    """Fire the timers of a case that are due at `now`; return how many fired.

    0 when another worker holds the case or was faster.
    """
    try:
        return in_step(
            city, SYSTEM, action="wake", now=now, body=_fire, case_id=case_id, wait=False
        )
    except (NotFound, Busy):
        return 0


def _fire(frame: Frame) -> int:
    due = [
        deadline
        for deadline in frame.case.deadlines
        if deadline.kind == "timer" and deadline.paused_at is None and deadline.due_at <= frame.now
    ]
    if not due:
        return 0
    ids = {deadline.task_id for deadline in due}
    host = frame.host()
    outcome = engine.wake(frame.definition.specification, frame.case.engine_state, ids, host)
    effects = frame.effects(outcome, host, fired=ids)
    frame.write(
        host,
        effects,
        kind="wake",
        state=outcome.state,
        element=due[0].element,
        flows=outcome.flows,
        rules=rules_of(outcome),
        decided=decided_in(outcome),
        timeline=tuple(
            frame.line("timer_fired", {"element": deadline.element}) for deadline in due
        ),
        detail={"timers": sorted(str(one) for one in ids)},
    )
    return len(ids)


def retry(city: City, case_id: int, *, now: datetime) -> int:
    """Try a case's failed timer again at once, and close its incident when it works."""
    return wake(city, case_id, now=now)


def play_until(city: City, case_id: int, now: datetime) -> int:
    """Fire the timers of one played case that fall due until `now`, each at its own time.

    For cases under a moved clock (scenarios, replays); returns how many steps were made.
    """
    steps = 0
    while fire_next(city, [case_id], now):
        steps += 1
    return steps


def fire_next(city: City, case_ids: Collection[int], now: datetime) -> bool:
    """Fire the first timer of these played cases that falls due until `now`, at its own time.

    False if there is none (or it could not be fired).
    """
    with city.database.reading() as session:
        first = session.execute(
            select(Deadline.case_id, Deadline.due_at)
            .where(
                Deadline.case_id.in_(case_ids),
                Deadline.kind == "timer",
                Deadline.ended_at.is_(None),
                Deadline.paused_at.is_(None),
                Deadline.due_at <= now,
            )
            .order_by(Deadline.due_at, Deadline.case_id)
            .limit(1)
        ).one_or_none()
    return first is not None and wake(city, first.case_id, now=first.due_at) > 0
