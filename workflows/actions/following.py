"""What follows when a session is moved: what is due by its day goes along, case by case."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError

from models.work import Deadline
from workflows import engine, incidents
from workflows.actions.frame import Frame, decided_in, in_step, rules_of
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.deadlines import follow_deadline, shifted
from workflows.engine.repair import set_values
from workflows.engine.snapshot import Due, OpenTask, OpenTimer, OpenWait, Outcome
from workflows.engine.timers import is_literal
from workflows.errors import Busy, Place, StepFailed
from workflows.expressions import compiled, evaluate
from workflows.host import StepHost
from workflows.locked import RunningDeadline
from workflows.operations.context import TimeMove
from workflows.rows import Effects
from workflows.worktime import local_day

log = logging.getLogger(__name__)

MOVED = "session_moved"
ROUNDS = 2
"""How often a case is tried that somebody else holds."""
_ASKS = re.compile(r"\bsession_on\s*\(")
"""In the text of a due time that reads the session's day itself."""


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A session that was moved: from its day to another one."""

    reception_id: int
    before: date
    after: date
    title: str


def follow_all(city: City, case_ids: Sequence[int], moved: Moved, *, now: datetime) -> None:
    """Take the cases of a moved session along; of one that cannot follow an incident tells.

    The session has been moved: whatever is wrong with one case, the others follow.
    """
    left = list(case_ids)
    for _ in range(ROUNDS):
        left = [one for one in left if not _followed(city, one, moved, now)]
    for case_id in left:
        failure = StepFailed(
            place=Place(),
            reason=f"somebody was at work on the case when its session of {moved.before} was moved",
            advice=f"Put off by hand what is due on that day to {moved.after}.",
            cause="busy",
        )
        incidents.record(city, failure, action=MOVED, now=now, case_id=case_id)


def _followed(city: City, case_id: int, moved: Moved, now: datetime) -> bool:
    """Take one case along; False where it is worth trying again."""
    try:
        _follow(city, case_id, moved, now)
    except Busy:
        return False
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # the step's frame has opened an incident
        log.exception("session not followed", extra={"action": MOVED, "case_id": case_id})
    return True


def _follow(city: City, case_id: int, moved: Moved, now: datetime) -> None:
    """Let what hangs on the session's day hang on the new one, as a step of the case."""

    def body(frame: Frame) -> int:
        host = frame.host()
        specification = frame.definition.specification
        before = engine.look(specification, frame.case.engine_state)
        values = {name: new for data in _data(before).values() for name, new in _slots(data, moved)}
        outcome = before
        effects = Effects(stage=frame.case.stage)
        if values:
            outcome = set_values(specification, frame.case.engine_state, values, host)
            effects = frame.effects(outcome, host)
        _move_deadlines(frame, host, effects, _data(before), moved)
        line = {"session": moved.title, "on": moved.after.isoformat()}
        frame.write(
            host,
            effects,
            kind="act",
            state=outcome.state,
            flows=outcome.flows,
            rules=rules_of(outcome),
            decided=decided_in(outcome),
            timeline=(frame.line("session_moved", line, public=True),),
            action=MOVED,
            detail={"on": moved.after.isoformat()},
        )
        return frame.number

    in_step(city, SYSTEM, action=MOVED, now=now, body=body, case_id=case_id)


def _data(outcome: Outcome) -> dict[UUID, Mapping[str, Any]]:
    """Return the values at each open task, timer and message."""
    open_ones: list[OpenTask | OpenTimer | OpenWait] = [*outcome.tasks, *outcome.timers]
    return {one.id: one.data for one in [*open_ones, *outcome.waits]}


def _slots(data: Mapping[str, Any], moved: Moved) -> list[tuple[str, dict[str, Any]]]:
    """Return the values that are a slot on the session's agenda, with the new day."""
    return [
        (name, {**value, "date": moved.after})
        for name, value in data.items()
        if isinstance(value, Mapping)
        and value.get("session") == str(moved.reception_id)
        and isinstance(value.get("date"), date)
    ]


def _move_deadlines(
    frame: Frame,
    host: StepHost,
    effects: Effects,
    data: Mapping[UUID, Mapping[str, Any]],
    moved: Moved,
) -> None:
    rows = frame.session.execute(
        select(Deadline.id, Deadline.expression).where(
            Deadline.case_id == frame.case.id, Deadline.ended_at.is_(None)
        )
    )
    texts = {row.id: row.expression for row in rows}
    reason = f"接待日由 {moved.before} 改到 {moved.after}"
    for deadline in frame.case.deadlines:
        if deadline.id in effects.ended_deadlines:
            continue
        found = _follows(host, deadline, texts[deadline.id], data, moved)
        if found is not None:
            move = TimeMove(kind="extend", reason=reason, until=found.at, how=found.how)
            follow_deadline(effects, deadline, deadline, host, move)


def _follows(
    host: StepHost,
    deadline: RunningDeadline,
    text: str,
    data: Mapping[UUID, Mapping[str, Any]],
    moved: Moved,
) -> Due | None:
    """Return when a deadline is due now, if its expression reads the session's day at all.

    One that was put off meanwhile keeps its distance from the session in working days.
    """
    values = data.get(deadline.task_id, {})
    slots = dict(_slots(values, moved))
    asks = bool(_ASKS.search(text))
    if not text or is_literal(text) or not (asks or set(slots) & compiled(text).names):
        return None
    place = Place(element=deadline.element)
    new = evaluate(text, {**values, **slots}, host.functions, place)
    old = moved.before if asks else evaluate(text, values, host.functions, place)
    if old == new or new is None:
        return None
    due, was = host.due(new, text), host.due(old, text)
    if asks or deadline.due_at == was.at:
        return due if due.at != deadline.due_at else None
    calendar = host.city.calendar(host.place_id)
    days = calendar.days_between(local_day(was.at), local_day(due.at))
    return Due(at=shifted(calendar, deadline.due_at, days))
