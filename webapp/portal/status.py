"""Following a case: by number and lookup code, or signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.queries.cases import CaseRow, Line, open_work, read_case, timeline
from models.queries.letters import letters, read_letter
from models.queries.messages import messages_of
from models.queries.notices import notices_of_case
from models.queries.papers import papers, read_paper
from models.queries.portal import EntryRow, deadline_changes, own_entries, stages_seen
from models.queries.results import agenda, decisions, replies, scores
from webapp.context import city, now, reading, viewer
from webapp.language import gettext, say
from webapp.letters import letter_page
from webapp.links import linked_lines
from webapp.messages.views import in_words
from webapp.permissions import ENTERPRISE, PUBLIC, may
from webapp.portal.blueprint import blueprint
from webapp.portal.holder import Reader, company_reader, hold, holder_of, let_go
from webapp.portal.limits import WRONG_CODES
from webapp.portal.standing import standing_of, stations
from webapp.portal.summary import Section, sections
from webapp.portal.told import told
from webapp.rendering import story
from webapp.rendering.values import Shown
from webapp.sender import sender
from webapp.sending import name_of, sentence_of
from workflows import options
from workflows.actions.tallies import TooMany, give_back, require
from workflows.errors import NotFound
from workflows.lookup import CodeRefused, Held, clean_number, open_by_code


@blueprint.get("/status")
@may(PUBLIC)
def lookup() -> ResponseReturnValue:
    """Ask for number and code."""
    return render_template("portal/lookup.html", number=request.args.get("number", "")[:40])


@blueprint.post("/status")
@may(PUBLIC)
def lookup_now() -> ResponseReturnValue:
    """Open the case that number and code belong to."""
    number, code = request.form.get("number", "")[:40], request.form.get("code", "")[:40]
    try:
        held = try_code(number, code)
    except (CodeRefused, TooMany) as refused:
        page = render_template("portal/lookup.html", number=number, problem=say(refused))
        return make_response(page, 429 if isinstance(refused, TooMany) else 403)
    hold(held)
    return redirect(url_for("portal.held_case", number=clean_number(number)), 303)


def try_code(number: str, code: str) -> Held:
    """Return the case that number and code open; CodeRefused or TooMany otherwise."""
    require(city(), WRONG_CODES, sender(), now=now())
    with reading() as session:
        held = open_by_code(session, number, code)
    give_back(city(), WRONG_CODES, sender())
    return held


@blueprint.get("/status/<number>")
@may(PUBLIC)
def held_case(number: str) -> ResponseReturnValue:
    """Show the case to the holder of its code; ask everybody else for the code."""
    number = clean_number(number)
    reader = holder_of(number)
    if reader is not None:
        return _case_page(reader, number)
    if _is_own(number):
        return redirect(url_for("portal.my_case", number=number))
    return redirect(url_for("portal.lookup", number=number))


@blueprint.post("/status/<number>/leave")
@may(PUBLIC)
def leave(number: str) -> ResponseReturnValue:
    """Close the case in this browser."""
    let_go(clean_number(number))
    flash(gettext("The case is closed in this browser."), "good")
    return redirect(url_for("portal.lookup"), 303)


@blueprint.get("/my/cases/<number>")
@may(ENTERPRISE)
def my_case(number: str) -> ResponseReturnValue:
    """Show the case to its company."""
    return _case_page(company_reader(), clean_number(number))


@blueprint.get("/status/<number>/files/<uuid:file_id>")
@may(PUBLIC)
def held_file(number: str, file_id: UUID) -> ResponseReturnValue:
    """Send an attachment to the holder of the case's code."""
    reader = holder_of(clean_number(number))
    if reader is None:
        return redirect(url_for("portal.lookup", number=number))
    return _file(reader, file_id)


@blueprint.get("/my/cases/<number>/files/<uuid:file_id>")
@may(ENTERPRISE)
def my_file(number: str, file_id: UUID) -> ResponseReturnValue:
    """Send an attachment to the company of the case."""
    return _file(company_reader(), file_id)


@blueprint.get("/status/<number>/letters/<int:letter_id>")
@may(PUBLIC)
def held_letter(number: str, letter_id: int) -> ResponseReturnValue:
    """Show a letter to the holder of the case's code."""
    reader = holder_of(clean_number(number))
    if reader is None:
        return redirect(url_for("portal.lookup", number=number))
    return _letter(reader, clean_number(number), letter_id)


@blueprint.get("/my/cases/<number>/letters/<int:letter_id>")
@may(ENTERPRISE)
def my_letter(number: str, letter_id: int) -> ResponseReturnValue:
    """Show a letter to the company of the case."""
    return _letter(company_reader(), clean_number(number), letter_id)


@blueprint.after_request
def keep_off_shared_screens(response: Response) -> Response:
    """Keep a case's pages out of caches: the next person at this screen must not find them."""
    if request.endpoint != "portal.front":
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _is_own(number: str) -> bool:
    """True when a company has signed in and the case is one of its own."""
    found = viewer()
    if found is None or found.is_staff:
        return False
    with reading() as session:
        return read_case(session, found.actor.scope, number=number) is not None


def case_of(session: Session, reader: Reader, number: str) -> CaseRow:
    """Return a case that the reader may see; NotFound otherwise, also for one that exists."""
    case = read_case(session, reader.scope, number=number)
    if case is None:
        raise NotFound
    return case


def _case_page(reader: Reader, number: str) -> str:
    with reading() as session:
        case = case_of(session, reader, number)
        given = _given(session, reader, case)
    return render_template("portal/case.html", reader=reader, case=case, **given)


def _given(session: Session, reader: Reader, case: CaseRow) -> dict[str, Any]:
    """Return all that the page of a case shows, read through the reader's scope."""
    scope = reader.scope
    work = open_work(session, scope, case.id)
    changes = deadline_changes(session, scope, case.id)
    lines = timeline(session, case.id, public_only=True)
    words = told(session, case.id)
    linked = linked_lines(session, scope, case.id, lambda other: reader.case_address(other.number))
    return {
        "standing": standing_of(
            case, work, changes, elsewhere=any(one.state == "open" for one in linked)
        ),
        "stations": stations(case, stages_seen(session, case.id)),
        "story": [
            (line, story.title(line.kind, line.values), _remark(line, words)) for line in lines
        ],
        "entries": [
            (entry, _sections(session, reader, entry))
            for entry in own_entries(session, scope, case.id)
        ],
        "files": {str(one.id): one for one in papers(session, case.id, public_only=True)},
        "decisions": decisions(session, case.id),
        "replies": replies(session, case.id),
        "letters": letters(session, case.id, public_only=True),
        "messages": [in_words(one) for one in notices_of_case(session, scope, case.id)],
        "scores": scores(session, case.id),
        "agenda": agenda(session, case.id),
        "anytime": [
            (name_of(one), sentence_of(one), reader.message_address(case.number, one.id))
            for one in messages_of(session, scope, case.id)
        ],
        "linked": linked,
    }


def _remark(line: Line, words: Mapping[int, Sequence[Shown]]) -> str:
    """Return what was said with a line: by an operation, else by who did or sent it."""
    if line.kind not in ("task_completed", "message_sent"):
        return story.remark(line.values)
    return "\n".join(str(one.value) for one in words.get(line.step, ()))


def _sections(session: Session, reader: Reader, entry: EntryRow) -> list[Section]:
    form = city().library.version(entry.version_id).forms.get(entry.form)
    if form is None:
        return []
    lists = options.for_form(city(), session, form, case=None, actor=reader.actor)
    return sections(form, entry.values, lists)


def _letter(reader: Reader, number: str, letter_id: int) -> ResponseReturnValue:
    with reading() as session:
        found = read_letter(session, reader.scope, letter_id)
    if found is None or found.case_number != number:
        raise NotFound
    return letter_page(found, reader.case_address(number))


def _file(reader: Reader, file_id: UUID) -> ResponseReturnValue:
    with reading() as session:
        found = read_paper(session, reader.scope, file_id)
    if found is None:
        raise NotFound
    paper, content = found
    response = make_response(content)
    response.headers["Content-Type"] = paper.media_type
    response.headers.set("Content-Disposition", "attachment", filename=paper.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
