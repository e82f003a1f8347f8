"""The clock: finds the deadlines that are due and wakes their cases, one transaction each."""

from __future__ import annotations

import logging
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.work import Deadline, Incident
from workflows import engine, incidents
from workflows.actions.frame import Frame, decided_in, in_step, rules_of
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.errors import Busy, CaseSuspended, NotFound, Place, StepFailed, ThroughTrainError

log = logging.getLogger(__name__)

BATCH = 200
"""Cases that one tick takes on at most."""
PORTION = 50
"""Cases that it looks up at a time."""
FAILED = -1
"""Instead of a number of timers: the step could not be made."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """What one tick did."""

    woken: int
    fired: int
    failed: int
    tried: int
    """Cases that it took on; `BATCH` of them mean that more may be due."""

    def with_one(self, fired: int) -> Tick:
        """Return this tick with one case more: so many timers fired, or its step `FAILED`."""
        failed = fired == FAILED
        return Tick(
            woken=self.woken + (fired > 0),
            fired=self.fired + (0 if failed else fired),
            failed=self.failed + failed,
            tried=self.tried + 1,
        )


def tick(city: City, now: datetime, *, limit: int = BATCH) -> Tick:
    """Wake the cases whose timers are due at `now`, each in its own transaction.

    Several workers may tick at once. Each takes the oldest cases in portions and walks through a
    portion from a place of its own; where it meets a case that another one holds or has woken, it
    looks anew instead of following in the other's steps. Whoever gets a case looks again under
    the lock, so that every timer fires exactly once. A case whose step fails gets an incident and
    is left alone for a while; the others go on.
    """
    done = Tick(woken=0, fired=0, failed=0, tried=0)
    passed: set[int] = set()
    while done.tried < limit:
        with city.database.reading() as session:
            due = due_cases(session, now, PORTION + len(passed))
        portion = [case_id for case_id in due if case_id not in passed][: limit - done.tried]
        if not portion:
            break
        start = random.randrange(len(portion))
        for case_id in portion[start:] + portion[:start]:
            fired = _fired_in(city, case_id, now)
            done = done.with_one(fired)
            if fired <= 0:
                passed.add(case_id)
            if fired == 0:
                break
    return done


def _fired_in(city: City, case_id: int, now: datetime) -> int:
    """Return how many timers of a case fired, `FAILED` where its step could not be made."""
    try:
        return wake(city, case_id, now=now)
    except StepFailed:
        log.warning("timer failed", extra={"action": "wake", "case_id": case_id})
    except (OperationalError, InterfaceError):
        raise
    except ThroughTrainError as error:
        log.warning("timer refused", extra={"action": "wake", "case_id": case_id})
        _note_refusal(city, case_id, error, now)
    except Exception:
        # The clock goes on for all others, whatever is wrong with this case; the step's
        # frame has opened an incident.
        log.exception("timer failed", extra={"action": "wake", "case_id": case_id})
    return FAILED


def _note_refusal(city: City, case_id: int, error: ThroughTrainError, now: datetime) -> None:
    """Tell the process admins what a person at a form would have read."""
    failure = StepFailed(
        place=Place(),
        reason=error.text(),
        advice="Mend what it names; it is tried again.",
        cause="refused",
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
    except (NotFound, Busy, CaseSuspended):
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

    One that was held past its time fires when it was let go: a case's steps never run back.
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
        if first is None:
            return False
        latest = session.scalar(select(func.max(Step.at)).where(Step.case_id == first.case_id))
    at = first.due_at if latest is None else max(first.due_at, latest)
    return wake(city, first.case_id, now=at) > 0
