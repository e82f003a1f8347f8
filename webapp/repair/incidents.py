"""Incidents: the list, one with its picture and what to do, trying again, setting aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.incidents import (
    IncidentLine,
    Wanted,
    list_incidents,
    matching,
    places,
    read_incident,
    seen_of,
)
from models.queries.studio import list_drafts, list_processes, read_process
from webapp.context import city, now, person, reading
from webapp.diagrams import Mark, marked
from webapp.language import gettext, said_here
from webapp.permissions import may
from webapp.repair.blueprint import PROCESS_ADMIN, blueprint
from webapp.repair.words import ACTIONS, CAUSES, ENDS, EXPLAINED, MENDS, OUTCOMES, RETRIES, said_of
from workflows.actions.retrying import BY_ITSELF, MOST, Retried, retry_all, settle
from workflows.definitions.definition import Definition
from workflows.errors import InvalidEntries, NotFound

PAGE = 30
LARGEST = 2**63 - 1


@blueprint.get("/incidents")
@may(PROCESS_ADMIN)
def index() -> ResponseReturnValue:
    """List incidents, newest first."""
    wanted = _wanted()
    scope = person().actor.scope
    with reading() as session:
        lines, more = list_incidents(
            session, scope, wanted, before=_number(request.args.get("before", "")), limit=PAGE
        )
        found = places(session, scope, wanted)
        processes = list_processes(session)
    return render_template(
        "repair/incidents.html",
        lines=lines,
        more=more,
        wanted=wanted,
        filters=_filters(wanted),
        elements=found,
        processes=processes,
        versions=_versions(processes, wanted.process),
        causes=CAUSES,
        ends=ENDS,
        is_first_page=not request.args.get("before"),
    )


@blueprint.get("/incidents/<int:incident_id>")
@may(PROCESS_ADMIN)
def incident(incident_id: int) -> ResponseReturnValue:
    """Show one incident: what happened, where, why, and what to do."""
    return _page(_incident(incident_id))


@blueprint.post("/incidents/retry")
@may(PROCESS_ADMIN)
def retry() -> ResponseReturnValue:
    """Try the chosen incidents again, or all that the filter finds; or lead to their repair.

    The form is sent with its token, which must not stand in the address of another page.
    """
    if request.form.get("repair"):
        chosen = request.form.getlist("incident")
        return redirect(url_for("repair.many", incident=chosen), 303)
    scope, wanted = person().actor.scope, _wanted()
    if request.form.get("all"):
        with reading() as session:
            ids = matching(session, scope, wanted, MOST)
    else:
        ids = [one for one in map(_number, request.form.getlist("incident")) if one is not None]
    ids = _seen(ids)
    tried = retry_all(city(), person().actor, ids, now=now())
    _tell(tried, len(ids))
    back = request.form.get("back", "")
    if len(ids) == 1 and back == "incident":
        return redirect(url_for("repair.incident", incident_id=ids[0]), 303)
    return redirect(url_for("repair.index", **_filters(wanted)), 303)


@blueprint.post("/incidents/<int:incident_id>/settle")
@may(PROCESS_ADMIN)
def settle_incident(incident_id: int) -> ResponseReturnValue:
    """Set an incident aside with a reason."""
    line = _incident(incident_id)
    try:
        reason = request.form.get("reason", "")
        settle(city(), person().actor, line.id, reason=reason, now=now())
    except InvalidEntries as error:
        return _page(line, said_of(error)), 422
    flash(gettext("The incident is set aside."), "good")
    return redirect(url_for("repair.incident", incident_id=line.id), 303)


@blueprint.get("/incidents/<int:incident_id>/picture")
@may(PROCESS_ADMIN)
def incident_picture(incident_id: int) -> ResponseReturnValue:
    """Return the diagram with the element marked, for the viewer's script."""
    line = _incident(incident_id)
    definition = _definition(line)
    path = _path(definition, line) if definition is not None else ""
    if definition is None or not path:
        raise NotFound
    word = gettext("The case could not go on here")
    mark = Mark(element=line.element, mark="removed", sign="!", word=word)
    return marked(definition.bundle.files[path].decode("utf-8"), [mark])


def _page(line: IncidentLine, problem: str = "") -> str:
    definition = _definition(line)
    path = _path(definition, line) if definition is not None else ""
    with reading() as session:
        drafts = list_drafts(session, line.process_key) if line.process_key else []
    return render_template(
        "repair/incident.html",
        line=line,
        path=path,
        drafts=[draft for draft in drafts if draft.process_key == line.process_key],
        explained=EXPLAINED.get(line.cause, EXPLAINED[""]),
        mend=MENDS.get(line.cause, MENDS[""]),
        reason=said_here(line.reason) if line.reason else "",
        action=ACTIONS.get(line.action, ""),
        retries=RETRIES.get(line.action, RETRIES[""]),
        by_itself=line.action in BY_ITSELF,
        ends=ENDS,
        problem=problem,
        form=request.form,
    )


def _incident(incident_id: int) -> IncidentLine:
    if incident_id > LARGEST:
        raise NotFound
    with reading() as session:
        found = read_incident(session, person().actor.scope, incident_id)
    if found is None:
        raise NotFound
    return found


def _definition(line: IncidentLine) -> Definition | None:
    """Return the version that an incident happened on, else the one in force."""
    number = line.version or line.version_in_force
    if number is None:
        return None
    with reading() as session:
        process = read_process(session, line.process_key)
    versions = process.versions if process is not None else ()
    found = next((one for one in versions if one.number == number), None)
    return None if found is None else city().library.version(found.id)


def _path(definition: Definition, line: IncidentLine) -> str:
    """Return the diagram that holds the element of an incident, '' for none."""
    path = f"{line.process}.bpmn"
    held = (line.process, line.element) in definition.specification.elements
    return path if held and path in definition.bundle.files else ""


def _seen(ids: Sequence[int]) -> list[int]:
    """Return those of some incidents that the reader may see."""
    with reading() as session:
        seen = seen_of(session, person().actor.scope, ids)
    return [one for one in ids if one in seen]


def _tell(tried: list[Retried], asked: int) -> None:
    if not tried:
        flash(gettext("No open incident was chosen."), "warn")
    for outcome, kind in (("worked", "good"), ("gone", "good"), ("failed", "bad")):
        _tell_of(tried, outcome, kind)
    for outcome in ("person", "busy"):
        _tell_of(tried, outcome, "warn")
    if asked > len(tried) and tried:
        left = asked - len(tried)
        flash(gettext("Closed meanwhile: %(num)d.", num=left))


def _tell_of(tried: list[Retried], outcome: str, kind: str) -> None:
    mine = [one for one in tried if one.outcome == outcome]
    if not mine:
        return
    numbers = gettext(", ").join(str(one.incident_id) for one in mine[:20])
    more = "…" if len(mine) > 20 else ""
    said = gettext(
        "Incident %(numbers)s: %(outcome)s", numbers=numbers + more, outcome=str(OUTCOMES[outcome])
    )
    flash(said, kind)


def _wanted() -> Wanted:
    values = request.values
    state = values.get("state", "open")
    return Wanted(
        process=values.get("process", "")[:200],
        version=_number(values.get("version", "")),
        element=values.get("element", "")[:200],
        cause=values.get("cause", "") if values.get("cause", "") in CAUSES else "",
        state=state if state in ("open", "resolved", "all") else "open",
    )


def _filters(wanted: Wanted) -> dict[str, Any]:
    """Return a filter as an address carries it, without what is as usual."""
    found = {
        "process": wanted.process,
        "version": wanted.version,
        "element": wanted.element,
        "cause": wanted.cause,
        "state": "" if wanted.state == "open" else wanted.state,
    }
    return {key: value for key, value in found.items() if value}


def _versions(processes: Iterable[Any], key: str) -> list[int]:
    return [one.number for process in processes if process.key == key for one in process.versions]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
