"""What a step opens, as rows: tasks with who does them and until when, timers, messages awaited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflows.definitions.definition import Definition
from workflows.directory import UnitRow
from workflows.engine.snapshot import OpenTask, OpenTimer, OpenWait
from workflows.errors import Place, StepFailed
from workflows.expressions import evaluate
from workflows.host import StepHost
from workflows.notices import notices_of
from workflows.rows import Effects, Row

ABOUT_LENGTH = 60
"""Characters of what a task is about that its name shows."""


def open_item(effects: Effects, task: OpenTask, host: StepHost, definition: Definition) -> None:
    """Add the rows of a new task: its work item, its deadline, whom it makes a party, who is told.

    Raises StepFailed where its unit or due time cannot be computed.
    """
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
            deadline_row(
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


def deadline_row(
    host: StepHost,
    kind: str,
    task: OpenTask | OpenTimer,
    due_at: datetime,
    how: Mapping[str, Any],
    expression: str,
    warn_at: datetime | None = None,
) -> Row:
    """Return the row of a task's time limit (`due`) or of a timer, as it begins to run."""
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
