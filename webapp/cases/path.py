"""The path of a case: where it stood after each of its steps, what was done and what it knew.

Who may see a case may see its path, as far as its sheet shows it. People who see it only because
they look after processes or accounts get the course, but personal data stay covered for them. The
values that conditions read are shown to process admins alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from models.queries.accounts import names_of
from models.queries.cases import CaseRow, Line, read_case
from models.queries.watching_path import (
    DueThen,
    Held,
    Known,
    StepAt,
    due_then,
    flows_until,
    held,
    known_at,
    lines_of,
    read_step,
)
from webapp.cases.path_picture import (
    Token,
    diagrams_of,
    element_name,
    picture_of,
    shown_diagram,
    tokens_of,
)
from webapp.cases.path_values import ValueThen, logins_in, rules_of, values_then
from webapp.cases.views import blueprint
from webapp.context import city, person, reading
from webapp.language import gettext
from webapp.permissions import STAFF, may
from webapp.rendering.story import title
from workflows.definitions.definition import Definition
from workflows.engine.snapshot import Outcome
from workflows.errors import NotFound
from workflows.watching import stood

KINDS = {
    "start": lazy_gettext("Begun"),
    "complete": lazy_gettext("A task was done"),
    "wake": lazy_gettext("A time was reached"),
    "deliver": lazy_gettext("A message from another case"),
    "recall": lazy_gettext("The last step was taken back"),
    "act": lazy_gettext("Done at any time"),
    "migrate": lazy_gettext("Taken over into another version"),
}
LARGEST = 2**31 - 1
ADMINISTERS = frozenset({"process_admin", "system_admin"})
"""Roles that look after the house; alone they need not know the people in a case."""


@dataclass(frozen=True, kw_only=True)
class PathStep:
    """A step as the page shows it."""

    step: StepAt
    what: str
    element: str
    version: int
    lines: list[str]
    tokens: list[Token]
    ended: bool
    values: list[ValueThen]
    routing: list[tuple[str, str]]
    rules: list[tuple[str, str]]
    picture: dict[str, Any]
    diagrams: list[tuple[str, str]]
    diagram: str


@blueprint.get("/cases/<int:case_id>/path")
@may(STAFF)
def path(case_id: int) -> ResponseReturnValue:
    """Show the path of a case at a step (`step`), its newest one without."""
    return render_template("cases/path.html", **_shown(case_id, _asked()))


@blueprint.get("/cases/<int:case_id>/path/<int:number>")
@may(STAFF)
def path_step(case_id: int, number: int) -> ResponseReturnValue:
    """Return what the page shows of one step, for its slider."""
    return render_template("cases/path_step.html", **_shown(case_id, number))


def _asked() -> int:
    wanted = request.args.get("step", LARGEST, type=int)
    return wanted if 0 < wanted <= LARGEST else LARGEST


def _shown(case_id: int, number: int) -> dict[str, Any]:
    scope = person().actor.scope
    with reading() as session:
        case = read_case(session, scope, case_id=case_id)
        step = read_step(session, scope, case_id, min(max(number, 1), LARGEST))
        if case is None or step is None:
            raise NotFound
        definition = city().library.version(step.version_id)
        outcome = stood(definition, step.state)
        ids = [one.id for one in outcome.tasks] + [one.id for one in outcome.timers]
        known = known_at(session, case_id, step.number)
        shown = _path_step(
            case,
            step,
            definition,
            outcome,
            flows=flows_until(session, case_id, step.number),
            known=known,
            names=names_of(session, logins_in(definition, known)),
            lines=lines_of(session, case_id, step.number),
            people=held(session, ids),
            times=due_then(session, case_id, ids, step.at),
        )
    return {"case": case, "shown": shown, "step": step, "asked": request.args.get("diagram", "")}


def _path_step(
    case: CaseRow,
    step: StepAt,
    definition: Definition,
    outcome: Outcome,
    *,
    flows: Mapping[tuple[str, str], int],
    known: list[Known],
    names: Mapping[str, str],
    lines: list[Line],
    people: Mapping[Any, Held],
    times: list[DueThen],
) -> PathStep:
    covered = not person().roles - ADMINISTERS
    tokens = list(tokens_of(case, definition, outcome, people, times))
    name = element_name(definition, step.process, step.element)
    diagrams = diagrams_of(definition, tokens, step)
    wanted = request.args.get("diagram", "")
    diagram = (
        wanted if wanted in dict(diagrams) else shown_diagram(definition, diagrams, tokens, step)
    )
    said = [_said(line, definition) for line in lines]
    may_route = "process_admin" in person().roles
    return PathStep(
        step=step,
        what=next(iter(said), "") or str(KINDS[step.kind]),
        element=name,
        version=definition.number,
        lines=said[1:],
        tokens=tokens,
        ended=outcome.ended,
        values=values_then(definition, known, names, covered=covered),
        routing=_routing(definition, outcome) if may_route else [],
        rules=rules_of(definition, step.effects.get("rules", ())),
        picture=picture_of(case, definition, diagram, step, tokens, flows),
        diagrams=diagrams,
        diagram=diagram,
    )


def _said(line: Line, definition: Definition) -> str:
    wanted = line.values.get("element")
    elements = definition.specification.elements.values()
    name = next((one.name for one in elements if one.id == wanted), "")
    return title(line.kind, {"name": name, **line.values})


def _routing(definition: Definition, outcome: Outcome) -> list[tuple[str, str]]:
    personal = definition.personal_keys
    return [
        (key, gettext("covered") if key in personal else str(value))
        for key, value in sorted(outcome.data.items())
    ]


@blueprint.get("/cases/<int:case_id>/path/diagrams/<int:version_id>/<process>")
@may(STAFF)
def path_diagram(case_id: int, version_id: int, process: str) -> ResponseReturnValue:
    """Return a diagram of a version that the case ran on, for the viewer's script."""
    with reading() as session:
        case = read_case(session, person().actor.scope, case_id=case_id)
    if case is None:
        raise NotFound
    definition = city().library.version(version_id)
    path_ = f"{process}.bpmn"
    if definition.process_id != case.process_id or path_ not in definition.bundle.diagrams:
        raise NotFound
    return {"xml": definition.bundle.files[path_].decode("utf-8")}
