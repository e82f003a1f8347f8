"""The same repair of many cases: chosen, described once, then made one by one with its progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.incidents import cases_of
from models.queries.repairs import (
    Chosen,
    cases_at,
    chosen_cases,
    run_lines,
    run_of,
    standing_at,
)
from models.queries.studio import list_processes
from webapp.context import city, now, person, reading
from webapp.language import gettext, say
from webapp.permissions import may
from webapp.repair.blueprint import PROCESS_ADMIN, blueprint
from webapp.repair.entries import VALUES, read_act
from webapp.repair.showing import Shown, failed_words, shown
from webapp.repair.standing import targets_of
from webapp.repair.words import ABOUT, ACTS, said_of
from webapp.studio.beside import start
from workflows.actions import repairing_many
from workflows.actions.repair import preview
from workflows.definitions.messages import from_data, spoken
from workflows.errors import (
    CannotRepair,
    InvalidEntries,
    NotFound,
    StepFailed,
    ThroughTrainError,
)
from workflows.repairing import Act
from workflows.repairing.act import SAME_FOR_MANY

LARGEST = 2**63 - 1
LISTED = 200
"""Cases that can be chosen from at a time."""
LOOKED_AT = 20
"""Cases of which a preview shows what it would bring."""
FORM_KINDS = tuple(kind for kind in SAME_FOR_MANY if kind != "add")


@blueprint.get("/repair")
@may(PROCESS_ADMIN)
def many() -> ResponseReturnValue:
    """Ask what is to be done with the chosen cases; without any, let them be chosen."""
    if not (request.args.getlist("case") or request.args.getlist("incident")):
        return _choosing()
    return _page(_chosen(), "")


def _choosing() -> str:
    """Show the open cases of a process, those that stand at one step if that is asked for."""
    scope, key = person().actor.scope, request.args.get("process", "")
    element = request.args.get("element", "")[:200]
    with reading() as session:
        processes = list_processes(session)
        chosen = next((one for one in processes if one.key == key), None)
        steps = standing_at(session, scope, chosen.id) if chosen else []
        cases = cases_at(session, scope, chosen.id, element, LISTED) if chosen else []
    return render_template(
        "repair/choose.html",
        processes=processes,
        key=key if chosen else "",
        steps=steps,
        element=element,
        cases=cases,
        limit=LISTED,
    )


@blueprint.post("/repair")
@may(PROCESS_ADMIN)
def many_begun() -> ResponseReturnValue:
    """Show what it would bring; then write the run down, begin it and go to its page."""
    cases, kind = _chosen(), request.form.get("act", "")
    said = request.form.get("reason", "")
    if kind not in FORM_KINDS:
        return _page(cases, gettext("Choose what is to be done.")), 422
    read = read_act(request.form, kind)
    act = Act(**{name: getattr(read, name) for name in _SHARED}, kind=kind)
    if "do" not in request.form:
        return _page(cases, "", looked=[_looked_at(one, act) for one in cases[:LOOKED_AT]])
    try:
        run = repairing_many.begin(
            city(),
            person().actor,
            [one.id for one in cases],
            act,
            reason=said,
            now=now(),
        )
    except InvalidEntries as error:
        looked = [_looked_at(one, act) for one in cases[:LOOKED_AT]]
        return _page(cases, said_of(error), looked), 422
    except CannotRepair as error:
        return _page(cases, " ".join(say(error))), 422
    start("repair-cases", run)
    return redirect(url_for("repair.run", run_id=run), 303)


_SHARED = ("at", "to", "values", "due_at", "public", "public_en")


@blueprint.get("/repair/<int:run_id>")
@may(PROCESS_ADMIN)
def run(run_id: int) -> ResponseReturnValue:
    """Show how far a run is, and what came of each case; its script asks for that part alone."""
    fragment = "HX-Request" in request.headers
    if run_id > LARGEST:
        raise NotFound
    with reading() as session:
        found = run_of(session, run_id)
        lines = run_lines(session, person().actor.scope, run_id)
    if found is None:
        raise NotFound
    waiting = sum(one.state == "waiting" for one in lines)
    page = render_template(
        "repair/progress.html" if fragment else "repair/run.html",
        run=found,
        act_word=ACTS[found.act["kind"]],
        lines=[(one, _said(one.said)) for one in lines],
        done=len(lines) - waiting,
        total=len(lines),
        refused=sum(one.state == "refused" for one in lines),
        running=found.finished_at is None,
    )
    return make_response(page)


def _said(said: list[Any]) -> str:
    return " ".join(spoken(from_data(one), gettext) for one in said)


def _chosen() -> list[Chosen]:
    """Return the cases that were chosen, those of chosen incidents among them."""
    scope = person().actor.scope
    ids, incidents = _numbers("case"), _numbers("incident")[: repairing_many.MOST]
    with reading() as session:
        ids += cases_of(session, scope, incidents)
        cases = chosen_cases(session, scope, ids[: repairing_many.MOST])
    if not cases:
        raise NotFound
    return cases


def _numbers(field: str) -> list[int]:
    sent = request.values.getlist(field)
    return [int(text) for text in sent if text.isdecimal() and len(text) < 19]


def _looked_at(case: Chosen, act: Act) -> tuple[Chosen, Shown | None, str]:
    """Return what an act would bring to a case, or why it cannot be made there."""
    try:
        found = preview(city(), person().actor, case.id, act, now=now())
    except StepFailed as failed:
        return case, None, " ".join(failed_words(failed))
    except ThroughTrainError as error:
        return case, None, " ".join(say(error))
    return case, shown(found, city().library.version(case.version_id)), ""


def _page(
    cases: list[Chosen],
    problem: str,
    looked: Sequence[tuple[Chosen, Shown | None, str]] = (),
) -> str:
    versions = {one.version_id for one in cases}
    definitions = [city().library.version(one) for one in sorted(versions)]
    targets = targets_of(definitions[-1]) if len({one.process_id for one in cases}) == 1 else []
    kind = request.values.get("act", "")
    return render_template(
        "repair/many.html",
        cases=cases,
        kinds=[one for one in FORM_KINDS if targets or one not in ("move", "end", "rearm")],
        kind=kind if kind in FORM_KINDS else "",
        acts=ACTS,
        about=ABOUT,
        targets=targets,
        value_rows=VALUES,
        versions=len(versions),
        problem=problem,
        looked=looked,
        form=request.form,
    )
