"""What a step means for the tables: computed here from the engine's outcome, written by the ledger.

This room writes nothing; the same outcome on the same city always gives the same effects.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from workflows.deadlines import free_deadline, hold_deadline
from workflows.definitions.definition import Definition
from workflows.engine.snapshot import Outcome
from workflows.host import StepHost
from workflows.locked import (
    BY_ADMIN,
    BY_PERSON,
    BY_TASK,
    LockedCase,
    RunningDeadline,
    written_holds,
)
from workflows.opening import deadline_row, open_item, wait_row
from workflows.requested import carry_out
from workflows.rows import Effects, Row


def effects_of(
    outcome: Outcome,
    *,
    host: StepHost,
    definition: Definition,
    before: LockedCase | None,
    completed: UUID | None = None,
    fired: Collection[UUID] = (),
) -> Effects:
    """Compare where the case stood with where it stands now.

    `before` is None for a new case; `completed` names the work item that this step did, `fired`
    the timers that it released. Raises StepFailed where a task's unit or due time cannot be
    computed, so that the whole step is rolled back.
    """
    effects = Effects(stage=before.stage if before else "", ended=outcome.ended)
    items = before.items if before else ()
    known = {item.id for item in items}
    still_open = {task.id for task in outcome.tasks}
    for task in outcome.tasks:
        if task.id not in known:
            open_item(effects, task, host, definition)
    effects.closed = [item.id for item in items if item.id not in still_open]
    effects.done = completed if completed in effects.closed else None
    _compare_deadlines(effects, outcome, before, completed, fired, host)
    _compare_waits(effects, outcome, before, host)
    effects.stage = _stage(outcome, definition) or effects.stage
    _pause_and_resume(effects, outcome, before, host)
    carry_out(effects, before.deadlines if before else (), host)
    return effects


def _compare_deadlines(
    effects: Effects,
    outcome: Outcome,
    before: LockedCase | None,
    completed: UUID | None,
    fired: Collection[UUID],
    host: StepHost,
) -> None:
    """End what is no longer waited for; begin the timers that are new or were armed again."""
    open_tasks = {task.id for task in outcome.tasks}
    timers = {timer.id: timer for timer in outcome.timers}
    running: set[UUID] = set()
    for deadline in before.deadlines if before else ():
        goes_on = deadline.task_id in (open_tasks if deadline.kind == "due" else timers)
        if deadline.kind == "timer" and deadline.task_id in fired:
            goes_on = False
        if goes_on:
            if deadline.kind == "timer":
                running.add(deadline.task_id)
            continue
        effects.ended_deadlines[deadline.id] = _end(deadline, completed, fired)
    for timer in outcome.timers:
        if timer.id not in running:
            effects.new_deadlines.append(
                deadline_row(host, "timer", timer, timer.due_at, timer.how, timer.expression)
            )


def _compare_waits(
    effects: Effects, outcome: Outcome, before: LockedCase | None, host: StepHost
) -> None:
    """Begin the messages that are new, end those that can no longer be sent."""
    known = {wait.id for wait in before.waits} if before else set()
    effects.new_waits = [wait_row(host, one) for one in outcome.waits if one.id not in known]
    effects.ended_waits = sorted(known - {wait.id for wait in outcome.waits})


def _end(deadline: RunningDeadline, completed: UUID | None, fired: Collection[UUID]) -> str:
    if deadline.kind == "timer":
        return "fired" if deadline.task_id in fired else "cancelled"
    return "met" if deadline.task_id == completed else "cancelled"


def _stage(outcome: Outcome, definition: Definition) -> str:
    """The furthest stage among the open tasks, in the order of the bundle's stages."""
    order = {stage.key: number for number, stage in enumerate(definition.bundle.stages)}
    stages = [task.properties.get("stage", "") for task in outcome.tasks]
    known = [stage for stage in stages if stage in order]
    return max(known, key=order.__getitem__, default="")


def _pause_and_resume(
    effects: Effects,
    outcome: Outcome,
    before: LockedCase | None,
    host: StepHost,
) -> None:
    """While a task that pauses is open, the case's other deadlines stand still.

    What the company owes is such a task (domain: the stage's clock pauses, the total age never).
    What begins in a case that somebody has suspended stands still too, until they let it run on.
    """
    deadlines = before.deadlines if before else ()
    pausing = {task.id for task in outcome.tasks if task.properties.get("pauses") == "true"}
    suspended = {BY_PERSON for deadline in deadlines if BY_PERSON in deadline.holds}
    if before is not None and before.suspended_at is not None:
        suspended.add(BY_ADMIN)
    if not pausing and not suspended and not any(deadline.holds for deadline in deadlines):
        return
    for row in effects.new_deadlines:
        own = row["task_id"] in pausing or row["guards"] in pausing
        holds = {BY_TASK} if pausing and not own else set()
        _begin_held(effects, row, frozenset(holds | suspended), host)
    for deadline in deadlines:
        if deadline.id in effects.ended_deadlines:
            continue
        own = deadline.task_id in pausing or deadline.guards in pausing
        if pausing and not own:
            hold_deadline(effects, deadline, host, by=BY_TASK, reason="waiting for the company")
        else:
            free_deadline(effects, deadline, host, by=BY_TASK, reason="the company has answered")


def _begin_held(effects: Effects, row: Row, holds: frozenset[str], host: StepHost) -> None:
    if not holds:
        return
    row["paused_at"], row["paused_by"] = host.now, written_holds(holds)
    for opened in effects.opened:
        if opened["id"] == row["task_id"]:
            opened["paused_at"] = host.now
