"""The list of cases, one case, its diagram, taking back the last step, attachments."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.cases import CASE_STATES, Case
from models.queries.cases import CaseRow, list_cases, open_work, read_case
from models.queries.drawing import taken_flows
from models.queries.letters import read_letter
from models.queries.papers import read_paper
from models.queries.takeovers import register_number
from webapp import diagrams, paging, sending
from webapp.cases.reading import case_page, possible
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.letters import letter_page
from webapp.links import linked_lines
from webapp.permissions import SIGNED_IN, STAFF, may
from webapp.rendering.words import CASE_STATES as STATE_WORDS
from webapp.stages import stage_name
from workflows.actions.recall import last_step, recall, why_not
from workflows.errors import NotFound

blueprint = Blueprint("cases", __name__, template_folder="templates")

PAGE = 30


@blueprint.get("/cases")
@may(STAFF)
def index() -> ResponseReturnValue:
    """List the cases that this person may see, newest first."""
    search, state = request.args.get("q", "")[:200], request.args.get("state", "")
    conditions = [Case.state == state] if state in CASE_STATES else []
    with reading() as session:
        rows, more = list_cases(
            session,
            person().actor.scope,
            conditions=conditions,
            search=search,
            after=paging.read_newest(request.args.get("after", "")),
            limit=PAGE,
        )
    return render_template(
        "cases/index.html",
        rows=rows,
        more=paging.write_newest(more),
        search=search,
        state=state,
        states=STATE_WORDS,
        stage_name=stage_name,
        is_first_page=not request.args.get("after"),
    )


@blueprint.get("/cases/<int:case_id>")
@may(STAFF)
def show(case_id: int) -> ResponseReturnValue:
    """Show a case: where it stands, its facts, its story."""
    with reading() as session:
        page = case_page(session, _case(case_id))
        may_recall = not why_not(last_step(session, case_id), person().actor)
        scope = person().actor.scope
        anytime = possible(session, case_id)
        linked = linked_lines(
            session, scope, case_id, lambda one: url_for("cases.show", case_id=one.case_id)
        )
        own_number = register_number(session, case_id)
    return render_template(
        "cases/show.html",
        page=page,
        may_recall=may_recall,
        anytime=anytime,
        linked=linked,
        own_number=own_number,
        process_key=page.definition.bundle.key,
    )


@blueprint.get("/cases/messages/<uuid:wait_id>")
@may(STAFF)
def message(wait_id: UUID) -> ResponseReturnValue:
    """Show the page of something that may be done with a case at any time."""
    return sending.show(_sending(wait_id))


@blueprint.post("/cases/messages/<uuid:wait_id>")
@may(STAFF)
def message_sent(wait_id: UUID) -> ResponseReturnValue:
    """Do it, or show its form again."""
    return sending.answer(_sending(wait_id))


@blueprint.post("/cases/messages/<uuid:wait_id>/keep")
@may(STAFF)
def message_keep(wait_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed."""
    return sending.keep(_sending(wait_id))


def _sending(wait_id: UUID) -> sending.Sending:
    actor = person().actor
    case, found = sending.case_of_message(actor, wait_id)
    around = sending.Around(
        here=url_for("cases.message", wait_id=wait_id),
        back=url_for("cases.show", case_id=case.id),
        back_label=gettext("Case sheet"),
    )
    return sending.Sending(actor=actor, case=case, message=found, around=around)


@blueprint.get("/cases/<int:case_id>/diagrams/<process>")
@may(STAFF)
def diagram(case_id: int, process: str) -> ResponseReturnValue:
    """Return a diagram of the case with its tokens, for the viewer's script."""
    scope = person().actor.scope
    case = _case(case_id)
    with reading() as session:
        work = open_work(session, scope, case_id)
        flows = taken_flows(session, scope, case_id)
    definition = city().library.version(case.version_id)
    return diagrams.picture(definition, case, process, work, flows)


@blueprint.post("/cases/<int:case_id>/recall")
@may(STAFF)
def take_back(case_id: int) -> ResponseReturnValue:
    """Take back one's own last step."""
    reason = request.form.get("reason", "").strip()
    recall(city(), person().actor, case_id, now=now(), reason=reason)
    flash(gettext("Taken back. The task is open again."), "good")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.get("/cases/<int:case_id>/letters/<int:letter_id>")
@may(STAFF)
def letter(case_id: int, letter_id: int) -> ResponseReturnValue:
    """Show a letter of a case as it went out; it prints on A4."""
    with reading() as session:
        found = read_letter(session, person().actor.scope, letter_id)
    if found is None or found.case_id != case_id:
        raise NotFound
    return letter_page(found, url_for("cases.show", case_id=case_id))


@blueprint.get("/files/<uuid:file_id>")
@may(SIGNED_IN)
def file(file_id: UUID) -> ResponseReturnValue:
    """Send an attachment of a case that this person may see."""
    with reading() as session:
        found = read_paper(session, person().actor.scope, file_id)
    if found is None:
        raise NotFound
    paper, content = found
    return attachment(paper.name, paper.media_type, content)


def attachment(name: str, media_type: str, content: bytes) -> Response:
    """Return a file that browsers save and never run."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _case(case_id: int) -> CaseRow:
    with reading() as session:
        case = read_case(session, person().actor.scope, case_id=case_id)
    if case is None:
        raise NotFound
    return case
