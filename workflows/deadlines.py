"""How a running deadline moves: it is held, let go, extended, counted again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflows.host import StepHost
from workflows.locked import RunningDeadline, written_holds
from workflows.operations.context import TimeMove
from workflows.rows import Effects
from workflows.worktime import ZONE, Calendar, Computed, local_day, on_day


def hold_deadline(
    effects: Effects, deadline: RunningDeadline, host: StepHost, *, by: str, reason: str
) -> None:
    """Let a deadline stand still from now on; one that does already is held for one reason more."""
    if by in deadline.holds:
        return
    since = deadline.paused_at or host.now
    _move(effects, deadline, deadline.due_at, deadline.warn_at, since, deadline.holds | {by})
    if not deadline.holds:
        _change(effects, deadline, host, "pause", None, reason)


def free_deadline(
    effects: Effects, deadline: RunningDeadline, host: StepHost, *, by: str, reason: str
) -> None:
    """Take away one reason to stand still.

    With the last one the deadline runs on: it gets back the working days that it had left when
    it was paused. One that was set to a date stays there: the session does not wait.
    """
    if by not in deadline.holds or deadline.paused_at is None:
        return
    holds = deadline.holds - {by}
    if holds:
        _move(effects, deadline, deadline.due_at, deadline.warn_at, deadline.paused_at, holds)
        return
    if deadline.fixed:
        _move(effects, deadline, deadline.due_at, deadline.warn_at, None, holds)
        _change(effects, deadline, host, "resume", deadline.due_at, reason)
        return
    calendar = host.city.calendar(host.place_id)
    computed = calendar.resumed(deadline.due_at, deadline.paused_at, host.now)
    warn_at = deadline.warn_at
    if warn_at is not None:
        warn_at = calendar.resumed(warn_at, deadline.paused_at, host.now).due_at
    _move(effects, deadline, computed.due_at, warn_at, None, holds, computed.how)
    _change(effects, deadline, host, "resume", computed.due_at, reason)


def extend_deadline(
    effects: Effects, deadline: RunningDeadline, host: StepHost, *, days: int, reason: str
) -> datetime:
    """Put a deadline (and its warning) off by working days; return the new due time."""
    calendar = host.city.calendar(host.place_id)
    computed = calendar.extend(deadline.due_at, days)
    warn_at = calendar.extend(deadline.warn_at, days).due_at if deadline.warn_at else None
    _move(
        effects,
        deadline,
        computed.due_at,
        warn_at,
        deadline.paused_at,
        deadline.holds,
        computed.how,
    )
    _change(effects, deadline, host, "extend", computed.due_at, reason)
    return computed.due_at


def follow_deadline(
    effects: Effects,
    deadline: RunningDeadline,
    task: RunningDeadline,
    host: StepHost,
    move: TimeMove,
) -> None:
    """Set the due time `task` of an open task to a new one, or let a timer on it follow.

    What was due together with the task stays due with it; warnings and other timers keep their
    distance in working days.
    """
    calendar, until = host.city.calendar(host.place_id), move.until
    assert until is not None
    days = calendar.days_between(local_day(task.due_at), local_day(until))
    together = deadline.due_at == task.due_at
    due_at = until if together else shifted(calendar, deadline.due_at, days)
    warn_at = shifted(calendar, deadline.warn_at, days) if deadline.warn_at else None
    how = dict(move.how) if together else {}
    if move.kind == "restore":
        deadline = replace(deadline, fixed=False)
    if together and how.get("rule", "date") == "date":
        how["fixed"] = True
    _move(effects, deadline, due_at, warn_at, deadline.paused_at, deadline.holds, how)
    _change(effects, deadline, host, "extend", due_at, move.reason)


def shifted(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """Return a time put off by working days, or brought forward by them."""
    return calendar.extend(moment, days).due_at


def set_deadline(
    effects: Effects,
    deadline: RunningDeadline,
    host: StepHost,
    due_at: datetime,
    *,
    reason: str,
) -> None:
    """Set a deadline to a time by hand; its warning keeps its distance in working days.

    Like a date that somebody has set it stays there over a pause.
    """
    calendar = host.city.calendar(host.place_id)
    day = local_day(due_at)
    days = calendar.days_between(local_day(deadline.due_at), day)
    warn_at = shifted(calendar, deadline.warn_at, days) if deadline.warn_at else None
    how = dict(on_day(day, due_at.astimezone(ZONE).time()).how)
    _move(
        effects,
        replace(deadline, fixed=True),
        due_at,
        min(warn_at, due_at) if warn_at else None,
        deadline.paused_at,
        deadline.holds,
        how,
    )
    _change(effects, deadline, host, "set", due_at, reason)


def recount_deadline(
    effects: Effects, deadline: RunningDeadline, computed: Computed, warn_at: datetime | None
) -> None:
    """Set a deadline to what a newer calendar makes of it; a pause goes on."""
    _move(
        effects,
        deadline,
        computed.due_at,
        warn_at,
        deadline.paused_at,
        deadline.holds,
        computed.how,
    )


def _move(
    effects: Effects,
    deadline: RunningDeadline,
    due_at: datetime,
    warn_at: datetime | None,
    paused_at: datetime | None,
    holds: frozenset[str],
    how: Mapping[str, Any] | None = None,
) -> None:
    if how and deadline.fixed:
        how = {**how, "fixed": True}
    moved = {"due_at": due_at, "warn_at": warn_at, "paused_at": paused_at}
    effects.moved_deadlines.append(
        {
            "deadline_id": deadline.id,
            "paused_by": written_holds(holds),
            "how": dict(how or {}),
            **moved,
        }
    )
    if deadline.kind == "due":
        effects.moved_items.append({"item_id": deadline.task_id, **moved})


def _change(
    effects: Effects,
    deadline: RunningDeadline,
    host: StepHost,
    kind: str,
    due_after_at: datetime | None,
    reason: str,
) -> None:
    effects.deadline_changes.append(
        {
            "deadline_id": deadline.id,
            "at": host.now,
            "kind": kind,
            "due_before_at": deadline.due_at,
            "due_after_at": due_after_at,
            "reason": reason,
            "actor": host.actor.name,
        }
    )
