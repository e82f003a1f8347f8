"""What follows when a session is moved: what is due on its day goes along, case by case."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from workflows import incidents
from workflows.actions.frame import Frame, in_step
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.deadlines import follow_deadline
from workflows.errors import Busy, Place, StepFailed
from workflows.operations.context import TimeMove
from workflows.rows import Effects
from workflows.worktime import local_day, on_day

log = logging.getLogger(__name__)

MOVED = "session_moved"
ROUNDS = 2
"""How often a case is tried that somebody else holds."""


def follow_all(
    city: City, case_ids: Sequence[int], before: date, after: date, title: str, *, now: datetime
) -> None:
    """Take the cases of a moved session along; of one that cannot follow an incident tells.

    The session has been moved: whatever is wrong with one case, the others follow.
    """
    left = list(case_ids)
    for _ in range(ROUNDS):
        left = [one for one in left if not _followed(city, one, before, after, title, now)]
    for case_id in left:
        failure = StepFailed(
            place=Place(),
            reason=f"somebody was at work on the case when its session of {before} was moved",
            advice=f"Put off by hand what is due on that day to {after}.",
            cause="busy",
        )
        incidents.record(city, failure, action=MOVED, now=now, case_id=case_id)


def _followed(
    city: City, case_id: int, before: date, after: date, title: str, now: datetime
) -> bool:
    """Take one case along; False where it is worth trying again."""
    try:
        _follow(city, case_id, before, after, title, now)
    except Busy:
        return False
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # the step's frame has opened an incident
        log.exception("session not followed", extra={"action": MOVED, "case_id": case_id})
    return True


def _follow(city: City, case_id: int, before: date, after: date, title: str, now: datetime) -> None:
    """Let what was due on the session's day be due on the new one, as a step of the case."""
    computed = on_day(after)
    reason = f"接待日由 {before} 改到 {after}"
    move = TimeMove(kind="extend", reason=reason, until=computed.due_at, how=computed.how)

    def body(frame: Frame) -> int:
        host = frame.host()
        effects = Effects(stage=frame.case.stage)
        for deadline in frame.case.deadlines:
            if deadline.rule == "date" and local_day(deadline.due_at) == before:
                follow_deadline(effects, deadline, deadline, host, move)
        line = {"session": title, "on": after.isoformat()}
        frame.write(
            host,
            effects,
            kind="act",
            state=frame.case.engine_state,
            timeline=(frame.line("session_moved", line, public=True),),
            action=MOVED,
            detail={"on": after.isoformat()},
        )
        return frame.number

    in_step(city, SYSTEM, action=MOVED, now=now, body=body, case_id=case_id)
