"""What a step means for the tables: computed here from the engine's outcome, written by the ledger.

This room writes nothing; the same outcome on the same city always gives the same effects.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from workflows.access import (
    BY_ADMIN,
    BY_PERSON,
    BY_TASK,
    LockedCase,
    RunningDeadline,
    written_holds,
)
from workflows.deadlines import free_deadline, hold_deadline
from workflows.definitions.definition import Definition
from workflows.directory import UnitRow
from workflows.engine.snapshot import OpenTask, OpenTimer, OpenWait, Outcome
from workflows.errors import Place, StepFailed
from workflows.expressions import evaluate
from workflows.host import StepHost
from workflows.notices import notices_of
from workflows.requested import carry_out
from workflows.rows import Effects, Row

ABOUT_LENGTH = 60
"""Characters of what a task is about that its name shows."""


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
            _open_item(effects, task, host, definition)
    effects.closed = [item.id for item in items if item.id not in still_open]
    effects.done = completed if completed in effects.closed else None
    _compare_deadlines(effects, outcome, before, completed, fired, host)
    _compare_waits(effects, outcome, before, host)
    effects.stage = _stage(outcome, definition) or effects.stage
    _pause_and_resume(effects, outcome, before, host)
    carry_out(effects, before.deadlines if before else (), host)
    return effects


def _open_item(effects: Effects, task: OpenTask, host: StepHost, definition: Definition) -> None:
    place = Place(process=task.process, element=task.element, name=task.name)
    role = _role(task, definition, place)
    unit = _unit(task, role, host, place)
    due = _due(task, "due", host, place)
    warn = _due(task, "warn", host, place)
    properties = task.properties
    row: Row = {
        "id": task.id,
        "case_id": host.case.id,
        "state": "open",
        "process": task.process,
        "element": task.element,
        **shown(task, host),
        "role": role,
        "unit_id": unit.id if unit else None,
        "assignee_id": _assignee(task, role, unit, host, place),
        "opened_at": host.now,
        "opened_step": host.step,
        "due_at": due.at if due else None,
        "warn_at": warn.at if warn else None,
        "paused_at": None,
    }
    effects.opened.append(row)
    if unit is not None:
        effects.parties.add(unit.id)
    due_at = due.at if due else None
    effects.notices += notices_of(task, host, place, own=unit is None, due_at=due_at)
    if due is not None:
        effects.new_deadlines.append(
            _deadline_row(
                host, "due", task, due.at, due.how, properties.get("due", ""), row["warn_at"]
            )
        )


def shown(task: OpenTask, host: StepHost) -> Row:
    """Return what a task's row repeats of its diagram, its names filled in."""
    place = Place(process=task.process, element=task.element, name=task.name)
    properties = task.properties
    return {
        **_names(task, host, place),
        "stage": properties.get("stage", ""),
        "form": properties.get("form", ""),
        "public": properties.get("public") == "true",
        "pauses": properties.get("pauses") == "true",
        "sentence": properties.get("sentence", ""),
        "sentence_en": properties.get("sentence_en", ""),
    }


def _names(task: OpenTask, host: StepHost, place: Place) -> Row:
    """Return the task's names, with what it is about where the diagram says so.

    Tasks that are opened once for each item of a list would read alike without it.
    """
    english = task.properties.get("name_en", "")
    text = task.properties.get("about")
    found = evaluate(text, task.data, host.functions, place) if text else None
    about = found.strip()[:ABOUT_LENGTH] if isinstance(found, str) else ""
    if not about:
        return {"name": task.name, "name_en": english}
    return {
        "name": f"{task.name}：{about}",
        "name_en": f"{english}: {about}" if english else "",
    }


def _role(task: OpenTask, definition: Definition, place: Place) -> str:
    role = definition.role_of_lane(task.lane) if task.lane else None
    if role is None:
        raise StepFailed(
            place=place,
            reason=f"the lane {task.lane!r} stands for no role",
            advice="Put the task into a lane that bundle.toml gives a role to.",
            cause="unit",
        )
    return role


def _unit(task: OpenTask, role: str, host: StepHost, place: Place) -> UnitRow | None:
    if role == "enterprise":
        return None
    text = task.properties.get("unit")
    if not text:
        found = host.city.directory().nearest(role, host.place_id)
        reason = f"nobody near this case holds the role {role}"
    else:
        key = evaluate(text, task.data, host.functions, place)
        found = host.city.unit(key) if isinstance(key, str) else None
        reason = f"{text} gave {key!r}, which is no unit that works"
    if found is None or not found.active:
        raise StepFailed(
            place=place,
            reason=reason,
            advice="Enter the unit or give somebody the role, then try again.",
            cause="unit",
        )
    return found


def _assignee(
    task: OpenTask, role: str, unit: UnitRow | None, host: StepHost, place: Place
) -> int | None:
    """Return the person whom the diagram names; nobody where that person left the unit."""
    text = task.properties.get("assignee")
    login = evaluate(text, task.data, host.functions, place) if text and unit else None
    if not isinstance(login, str) or unit is None:
        return None
    return host.holder(login, role, unit.id)


def _due(task: OpenTask, name: str, host: StepHost, place: Place) -> Any:
    text = task.properties.get(name)
    if not text:
        return None
    value = evaluate(text, task.data, host.functions, place)
    if value is None:
        return None
    try:
        return host.due(value, text)
    except StepFailed as failed:
        raise StepFailed(
            place=place, reason=failed.reason, advice=failed.advice, cause="time"
        ) from failed
    except (ArithmeticError, ValueError) as error:
        raise StepFailed(
            place=place,
            reason=f"the due time {text!r}: {error}",
            advice="Mend it in the diagram and deploy it again.",
            cause="time",
        ) from error


def _deadline_row(
    host: StepHost,
    kind: str,
    task: OpenTask | OpenTimer,
    due_at: datetime,
    how: Mapping[str, Any],
    expression: str,
    warn_at: datetime | None = None,
) -> Row:
    return {
        "case_id": host.case.id,
        "kind": kind,
        "task_id": task.id,
        "guards": task.guards if isinstance(task, OpenTimer) else None,
        "process": task.process,
        "element": task.element,
        "started_at": host.now,
        "due_at": due_at,
        "warn_at": warn_at,
        "expression": expression,
        "how": dict(how),
        "paused_at": None,
        "paused_by": "",
    }


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
                _deadline_row(host, "timer", timer, timer.due_at, timer.how, timer.expression)
            )


def _compare_waits(
    effects: Effects, outcome: Outcome, before: LockedCase | None, host: StepHost
) -> None:
    """Begin the messages that are new, end those that can no longer be sent."""
    known = {wait.id for wait in before.waits} if before else set()
    effects.new_waits = [wait_row(host, one) for one in outcome.waits if one.id not in known]
    effects.ended_waits = sorted(known - {wait.id for wait in outcome.waits})


def wait_row(host: StepHost, wait: OpenWait) -> Row:
    """Return the row of a message that waits."""
    properties = wait.properties
    roles = [role.strip() for role in properties.get("roles", "").split(",")]
    return {
        "id": wait.id,
        "case_id": host.case.id,
        "process": wait.process,
        "element": wait.element,
        "name": wait.name,
        "name_en": properties.get("name_en", ""),
        "message": wait.message,
        "form": properties.get("form", ""),
        "roles": ",".join(role for role in roles if role),
        "unit_id": _sending_unit(wait, host),
        "public": properties.get("public") == "true",
        "sentence": properties.get("sentence", ""),
        "sentence_en": properties.get("sentence_en", ""),
        "opened_at": host.now,
        "opened_step": host.step,
    }


def _sending_unit(wait: OpenWait, host: StepHost) -> int | None:
    """Return the unit whose people send the message; None: whoever holds the role."""
    text = wait.properties.get("unit")
    if not text:
        return None
    place = Place(process=wait.process, element=wait.element, name=wait.name)
    key = evaluate(text, wait.data, host.functions, place)
    if key is None:
        return None
    found = host.city.unit(key) if isinstance(key, str) else None
    if found is None:
        raise StepFailed(
            place=place,
            reason=f"{text} gave {key!r}, which is no unit",
            advice="Enter the unit or mend the property in the diagram, then try again.",
            cause="unit",
        )
    return found.id


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
