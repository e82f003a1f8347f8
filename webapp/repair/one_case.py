"""Repair of one case: where it stands, what is to be done, what that would bring, then doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.cases import CaseRow, OpenWork, open_work, read_case
from models.queries.drawing import taken_flows
from models.queries.repairs import StepLine, running_times, step_lines
from models.queries.results import open_incidents
from webapp import diagrams
from webapp.cases.reading import waiting
from webapp.context import city, now, person, reading
from webapp.language import gettext, say
from webapp.permissions import may
from webapp.rendering.words import named
from webapp.repair.blueprint import PROCESS_ADMIN, blueprint
from webapp.repair.entries import VALUES, read_act
from webapp.repair.showing import Shown, failed_words, shown
from webapp.repair.standing import Place, places_of, targets_of
from webapp.repair.words import ABOUT, ACTS, KINDS, element_name, said_of
from webapp.stages import stage_name
from workflows.actions.repair import preview, repair
from workflows.definitions.definition import Definition
from workflows.errors import CannotRepair, InvalidEntries, NotAllowed, NotFound, StepFailed
from workflows.repairing import Act
from workflows.repairing.literals import written

LARGEST = 2**63 - 1
TAKEN_BACK = ("set", "move", "add", "end", "restore", "cancel")
"""Kinds that going back to the step before takes back; the others have their own opposite."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What came of looking at an act: what it would bring, or why it cannot be."""

    act: Act | None = None
    shown: Shown | None = None
    problem: str = ""
    mend: str = ""
    reason_error: str = ""


@blueprint.get("/cases/<int:case_id>/repair")
@may(PROCESS_ADMIN)
def case(case_id: int) -> ResponseReturnValue:
    """Show where a case stands and what can be done."""
    kind = request.args.get("act", "")
    return _page(_case(case_id), kind if kind in ACTS else "", Tried())


@blueprint.post("/cases/<int:case_id>/repair")
@may(PROCESS_ADMIN)
def case_repaired(case_id: int) -> ResponseReturnValue:
    """Show what an act would bring about, or make it."""
    row, kind = _case(case_id), request.form.get("act", "")
    if kind not in ACTS:
        raise NotFound
    act = read_act(request.form, kind)
    if "do" not in request.form:
        tried = _looked_at(row, act)
        return _page(row, kind, tried, 422 if tried.problem else 200)
    try:
        made = repair(
            city(),
            person().actor,
            row.id,
            act,
            reason=request.form.get("reason", ""),
            now=now(),
            revision=_revision(),
        )
    except InvalidEntries as error:
        tried = _looked_at(row, act)
        reason_error = said_of(error)
        return _page(row, kind, Tried(act=act, shown=tried.shown, reason_error=reason_error), 422)
    except (CannotRepair, StepFailed) as error:
        return _page(_case(case_id), kind, _refused(act, error), 422)
    flash(gettext("Done: %(act)s.", act=str(ACTS[kind])), "good")
    done = made.revision if kind in TAKEN_BACK else None
    return redirect(url_for("repair.case", case_id=row.id, done=done), 303)


@blueprint.get("/cases/<int:case_id>/repair/diagrams/<process>")
@may(PROCESS_ADMIN)
def case_picture(case_id: int, process: str) -> ResponseReturnValue:
    """Return a diagram with all tokens of the case, for the viewer's script."""
    row = _case(case_id)
    definition = _definition(row)
    work, flows = _work_and_flows(row)
    found = diagrams.picture(definition, row, process, work, flows)
    marked = {token["element"] for token in found["tokens"]}
    for place in places_of(definition, row, work):
        if place.process == process and place.element not in marked:
            found["tokens"].append(
                {"element": place.element, "note": place.standing, "light": "grey"}
            )
    return found


def _looked_at(row: CaseRow, act: Act) -> Tried:
    try:
        found = preview(city(), person().actor, row.id, act, now=now())
    except (CannotRepair, StepFailed) as error:
        return _refused(act, error)
    except NotAllowed as error:
        return Tried(act=act, problem=say(error)[0], mend=say(error)[1])
    return Tried(act=act, shown=shown(found, _definition(row)))


def _refused(act: Act, error: CannotRepair | StepFailed) -> Tried:
    problem, mend = failed_words(error) if isinstance(error, StepFailed) else say(error)
    return Tried(act=act, problem=problem, mend=mend)


def _revision() -> int | None:
    text = request.form.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


# ------------------------------------------------------------------------------- the page


def _page(row: CaseRow, kind: str, tried: Tried, status: int = 200) -> ResponseReturnValue:
    definition = _definition(row)
    scope = person().actor.scope
    work, _ = _work_and_flows(row)
    with reading() as session:
        times = running_times(session, scope, row.id)
        steps = step_lines(session, scope, row.id, row.version_id)
        incidents = open_incidents(session, row.id)
    names = definition.specification.elements
    done = request.args.get("done", "")
    shown_diagrams = diagrams.diagram_links(definition, work)
    targets = targets_of(definition)
    page = render_template(
        "repair/case.html",
        case=row,
        kind=kind,
        tried=tried,
        acts=_acts(row),
        act_words=ACTS,
        about=ABOUT,
        spots=places_of(definition, row, work),
        targets=targets,
        others=_others(definition, {one.process for one in shown_diagrams}),
        times=[(one, element_name(names, one.process, one.element)) for one in times],
        steps=[(one, _step_name(one, names)) for one in steps],
        work=[waiting(item, row) for item in work],
        incidents=incidents,
        older=min((one.number for one in steps), default=row.revision) > 1,
        process_key=definition.bundle.key,
        diagrams=shown_diagrams,
        values=_values(definition, row) if kind == "set" else (),
        value_rows=VALUES,
        stage_name=stage_name,
        number=definition.number,
        back_to=int(done) if done.isdecimal() and len(done) < 10 else 0,
        form=request.form,
    )
    return make_response(page, status)


def _acts(row: CaseRow) -> list[str]:
    """Return the kinds of repair that make sense for a case as it stands."""
    if row.state != "open":
        return ["restore"]
    left_out = "suspend" if row.suspended_at else "resume"
    return [kind for kind in ACTS if kind != left_out]


def _values(definition: Definition, row: CaseRow) -> list[tuple[str, str, str]]:
    """Return (name, label, FEEL literal) of what can be changed; personal data stay covered."""
    labels = {
        field.key: field.label
        for form in definition.forms.values()
        for field in form.everything()
        if field.key
    }
    typed = definition.typed(row.facts)
    names = sorted({*labels, *row.facts, *definition.specification.declared} - {"outcome"})
    covered = definition.personal_keys
    return [
        (
            name,
            labels.get(name, ""),
            "" if name not in typed else "•••" if name in covered else written(typed[name])[:400],
        )
        for name in names
    ]


def _step_name(step: StepLine, names: Any) -> str:
    """Return what a step was called, or what kind of step it was."""
    if step.name:
        return named(step)
    if step.element:
        return element_name(names, "", step.element)
    return str(KINDS.get(step.kind, ""))


def _others(definition: Definition, shown_already: set[str]) -> list[tuple[str, str]]:
    """Return (process, title) of the diagrams that are not shown anyway."""
    found = (one for one in diagrams.processes(definition) if one not in shown_already)
    return [(one, diagrams.diagram_title(definition, one)) for one in found]


def _work_and_flows(row: CaseRow) -> tuple[list[OpenWork], Any]:
    scope = person().actor.scope
    with reading() as session:
        return open_work(session, scope, row.id), taken_flows(session, scope, row.id)


def _definition(row: CaseRow) -> Definition:
    return city().library.version(row.version_id)


def _case(case_id: int) -> CaseRow:
    if case_id > LARGEST:
        raise NotFound
    with reading() as session:
        found = read_case(session, person().actor.scope, case_id=case_id)
    if found is None:
        raise NotFound
    return found


__all__ = ["Place", "case", "case_picture", "case_repaired"]
