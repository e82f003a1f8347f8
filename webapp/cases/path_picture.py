"""Where a case stood after a step: its tokens, in words and as marks on a diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from models.queries.cases import CaseRow
from models.queries.watching_path import (
    DueThen,
    Held,
    StepAt,
)
from webapp.context import person
from webapp.diagrams import calls_of, diagram_title, processes
from webapp.language import gettext
from webapp.rendering.dates import as_date
from webapp.rendering.words import named, role_name, unit_name
from workflows.definitions.definition import Definition
from workflows.engine.snapshot import Outcome


@dataclass(frozen=True, kw_only=True)
class Token:
    """Something that waited after a step: a task, a message, a time."""

    kind: str
    process: str
    element: str
    name: str
    who: str
    due_at: datetime | None
    stood_still: bool
    expression: str = ""


def tokens_of(
    case: CaseRow,
    definition: Definition,
    outcome: Outcome,
    people: Mapping[Any, Held],
    times: Iterable[DueThen],
) -> Iterable[Token]:
    """Yield what a case stood at, with who had it and the due times of then."""
    due = {(one.task_id, one.kind): one for one in times}
    for task in outcome.tasks:
        given, limit = people.get(task.id), due.get((task.id, "due"))
        yield Token(
            kind="task",
            process=task.process,
            element=task.element,
            name=named(given) if given else task.name,
            who=_who(case, given, definition.role_of_lane(task.lane or "") or ""),
            due_at=limit.due_at if limit else None,
            stood_still=limit.stood_still if limit else False,
        )
    for timer in outcome.timers:
        limit = due.get((timer.id, "timer"))
        yield Token(
            kind="timer",
            process=timer.process,
            element=timer.element,
            name=timer.name,
            who="",
            due_at=limit.due_at if limit else timer.due_at,
            stood_still=limit.stood_still if limit else False,
            expression=timer.expression if "process_admin" in person().roles else "",
        )
    for wait in outcome.waits:
        roles = [role.strip() for role in wait.properties.get("roles", "").split(",")]
        yield Token(
            kind="wait",
            process=wait.process,
            element=wait.element,
            name=wait.name,
            who="、".join(role_name(role) for role in roles if role),
            due_at=None,
            stood_still=False,
            expression=wait.message,
        )


def _who(case: CaseRow, given: Held | None, role: str) -> str:
    if given is None or given.role == "enterprise":
        return case.enterprise or role_name(role)
    unit = unit_name(given.unit_id, given.unit)
    return " · ".join(part for part in (unit, role_name(given.role)) if part)


def element_name(definition: Definition, process: str, element: str) -> str:
    """Return what an element is called, its id without a name."""
    found = definition.specification.elements.get((process, element))
    return found.name if found and found.name else element


def diagrams_of(
    definition: Definition, tokens: Iterable[Token], step: StepAt
) -> list[tuple[str, str]]:
    """Return the main diagram and those in which something waited or was done."""
    here = {token.process for token in tokens if token.kind == "task"} | {step.process}
    main = definition.bundle.main
    others = (one for one in processes(definition) if one in here and one != main)
    return [(process, diagram_title(definition, process)) for process in (main, *others)]


def shown_diagram(
    definition: Definition, diagrams: list[tuple[str, str]], tokens: list[Token], step: StepAt
) -> str:
    """Return the diagram to look at: where something was done, else where a task waits."""
    known = dict(diagrams)
    tasks = [token.process for token in tokens if token.kind == "task"]
    return next((one for one in (step.process, *tasks) if one in known), definition.bundle.main)


def picture_of(
    case: CaseRow,
    definition: Definition,
    process: str,
    step: StepAt,
    tokens: Iterable[Token],
    flows: Mapping[tuple[str, str], int],
) -> dict[str, Any]:
    """Return what the page's script draws: a diagram, the way taken in it, and the tokens."""
    called = calls_of(definition, process)
    shown = []
    for token in tokens:
        if token.process == process:
            shown.append(_badge(token.element, token))
        elif token.kind == "task":
            shown += [
                _badge(name, token) for name, inner in called.items() if token.process in inner
            ]
    own = {flow: last for (owner, flow), last in flows.items() if owner == process}
    acted = step.element if step.process == process else ""
    acted = acted or next((name for name, inner in called.items() if step.process in inner), "")
    return {
        "source": url_for(
            "cases.path_diagram", case_id=case.id, version_id=definition.version_id, process=process
        ),
        "flows": sorted(own),
        "fresh": sorted(flow for flow, last in own.items() if last == step.number),
        "acted": acted,
        "tokens": shown,
    }


def _badge(element: str, token: Token) -> dict[str, str]:
    sign = {"task": "", "timer": gettext("timer") + " ", "wait": "✉ "}[token.kind]
    until = f"{as_date(token.due_at):%m-%d}" if token.due_at else ""
    words = token.who if token.kind == "task" else ""
    text = sign + " · ".join(part for part in (words, until) if part)
    return {
        "element": element,
        "kind": token.kind,
        "text": text.strip() or "●",
        "title": token.name,
    }
