"""Acts on time: suspend a case's clock, let it run on, extend a due time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from workflows.actions.frame import Frame, in_step
from workflows.actor import Actor
from workflows.city import City
from workflows.deadlines import (
    extend_deadline,
    free_deadline,
    hold_deadline,
)
from workflows.errors import InvalidEntries, NotAllowed, NotFound
from workflows.host import StepHost
from workflows.locked import BY_PERSON, RunningDeadline
from workflows.rows import Effects

MAY_MOVE_TIME = frozenset({"dispatcher", "supervisor", "leader"})
"""Roles that may suspend and extend; who proposes it is the diagram's affair.

The head of a unit may do it too, where the unit leads the case or has open work in it.
"""

MOST_DAYS = 250
"""Working days that one extension may give: about a year; more is a slip of the hand."""


def pause(city: City, actor: Actor, case_id: int, *, now: datetime, reason: str) -> int:
    """Let all deadlines of a case stand still; return the step's number.

    NotAllowed where none runs, or somebody has suspended them already.
    """

    def move(frame: Frame, host: StepHost, effects: Effects) -> None:
        for deadline in frame.case.deadlines:
            hold_deadline(effects, deadline, host, by=BY_PERSON, reason=reason)
        _require_moved(effects)

    return _act(city, actor, case_id, "paused", move, now=now, reason=reason)


def resume(city: City, actor: Actor, case_id: int, *, now: datetime, reason: str) -> int:
    """Let the deadlines run on that somebody suspended, with the working days they had left.

    Those that wait for the company go on waiting. NotAllowed where nothing is suspended.
    """

    def move(frame: Frame, host: StepHost, effects: Effects) -> None:
        for deadline in frame.case.deadlines:
            free_deadline(effects, deadline, host, by=BY_PERSON, reason=reason)
        _require_moved(effects)

    return _act(city, actor, case_id, "resumed", move, now=now, reason=reason)


def _require_moved(effects: Effects) -> None:
    if not effects.moved_deadlines:
        raise NotAllowed()


def extend(
    city: City, actor: Actor, work_item_id: UUID, *, days: int, now: datetime, reason: str
) -> int:
    """Put a task's due time off by working days, and the timers on its boundary with it."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidEntries({"days": "Enter at least one working day."})

    def move(frame: Frame, host: StepHost, effects: Effects) -> None:
        concerned = [d for d in frame.case.deadlines if _guards(d, work_item_id)]
        if not concerned:
            raise NotFound()
        for deadline in concerned:
            extend_deadline(effects, deadline, host, days=days, reason=reason)

    return _act(
        city, actor, None, "extended", move, now=now, reason=reason, work_item_id=work_item_id
    )


def _guards(deadline: RunningDeadline, work_item_id: UUID) -> bool:
    return work_item_id in (deadline.task_id, deadline.guards)


def _heads_it(frame: Frame) -> bool:
    concerned = {frame.case.lead_unit_id, *(item.unit_id for item in frame.case.items)}
    return any(post.role == "head" and post.unit_id in concerned for post in frame.actor.posts)


def _act(
    city: City,
    actor: Actor,
    case_id: int | None,
    what: str,
    move: Callable[[Frame, StepHost, Effects], None],
    *,
    now: datetime,
    reason: str,
    work_item_id: UUID | None = None,
) -> int:
    if not reason.strip():
        raise InvalidEntries({"reason": "Give a reason; it stays with the case."})

    def body(frame: Frame) -> int:
        if not (actor.is_system or MAY_MOVE_TIME & actor.roles or _heads_it(frame)):
            raise NotAllowed()
        host = frame.host()
        effects = Effects(stage=frame.case.stage)
        move(frame, host, effects)
        item = frame.case.item(work_item_id) if work_item_id else None
        frame.write(
            host,
            effects,
            kind="act",
            state=frame.case.engine_state,
            work_item_id=work_item_id,
            element=item.element if item else "",
            process=item.process if item else "",
            timeline=(
                frame.line(
                    f"deadline_{what}",
                    {
                        "reason": reason,
                        "name": item.name if item else "",
                        "name_en": item.name_en if item else "",
                    },
                    public=True,
                ),
            ),
            action=what,
            detail={"reason": reason},
        )
        return frame.number

    return in_step(
        city,
        actor,
        action=what,
        now=now,
        body=body,
        case_id=case_id,
        work_item_id=work_item_id,
    )
