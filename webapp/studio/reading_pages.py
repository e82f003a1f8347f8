"""Pages to read: all processes, one with its versions, what a version holds, each file of it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from models.queries.plays import plays_of
from models.queries.studio import list_drafts, list_processes
from webapp.context import now, person, reading
from webapp.diagrams import marked
from webapp.language import ENGLISH, language
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.approving import asked_of
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.bringing import summary_of
from webapp.studio.comparing import marks_of
from webapp.studio.drafting import trial_of
from webapp.studio.formview import rows_of
from webapp.studio.sources import Source, process_of, source_of
from workflows.actions import approvals
from workflows.actions.deployment import second_person_needed
from workflows.actions.draft_editors import at_work
from workflows.actions.second_person import admins
from workflows.definitions.archive import pack
from workflows.definitions.contents import kind_of, pretty
from workflows.definitions.decisiontables import decision_tables
from workflows.definitions.forms import Form
from workflows.definitions.reading import Unreadable
from workflows.definitions.texts import ENGLISH as ENGLISH_TEXT
from workflows.errors import DefinitionRefused, NotFound

GROUPS = {
    "diagram": lazy_gettext("Diagrams"),
    "table": lazy_gettext("Decision tables"),
    "form": lazy_gettext("Forms"),
    "text": lazy_gettext("Letters and messages"),
    "scenario": lazy_gettext("Scenarios"),
    "settings": lazy_gettext("Settings"),
}


@blueprint.get("/")
@may(PROCESS_ADMIN)
def index() -> ResponseReturnValue:
    """List the processes: the version in force, what runs, what is in trouble."""
    with reading() as session:
        return render_template(
            "studio/index.html",
            processes=list_processes(session),
            drafts=list_drafts(session),
            requests=approvals.waiting(session),
            second_person=second_person_needed(session),
            admins=admins(session),
        )


@blueprint.get("/<key>")
@may(PROCESS_ADMIN)
def process(key: str) -> ResponseReturnValue:
    """Show a process with its versions."""
    with reading() as session:
        found, drafts = process_of(session, key), list_drafts(session, key)
        plays = plays_of(session, person().id, key)
    numbers = {one.number for one in found.versions}
    base = request.args.get("base", 0, type=int)
    return render_template(
        "studio/process.html",
        process=found,
        drafts=drafts,
        plays=plays,
        base=base if base in numbers else found.in_force.number,
        unnamed="unnamed" in request.args,
    )


@blueprint.get("/<key>/<ref>")
@may(PROCESS_ADMIN)
def bundle(key: str, ref: str) -> ResponseReturnValue:
    """Show what a version or a draft holds, and what the check finds in it."""
    source = source_of(key, ref)
    parts = looking.parts_of(source)
    groups = [(kind, GROUPS[kind], list(of)) for kind, of in groupby(parts, lambda one: one.kind)]
    settings = looking.settings_of(source.files)
    with reading() as session:
        plays = [one for one in plays_of(session, person().id, key) if one.source == ref]
        drawing = at_work(session, source.draft.id, now()) if source.draft else []
    return render_template(
        "studio/bundle.html",
        source=source,
        plays=plays,
        drawing=drawing,
        groups=groups,
        settings=settings,
        main=f"{settings.main}.bpmn" if settings else "",
        findings=looking.findings_of(source),
        imported=summary_of(source),
        english=language() == ENGLISH,
        **trial_of(source),
        **asked_of(source),
    )


@blueprint.get("/<key>/<ref>/files/<path:path>")
@may(PROCESS_ADMIN)
def file(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Show one file in a form that people read."""
    source = source_of(key, ref)
    data = _file(source, path)
    part = next(one for one in looking.parts_of(source) if one.path == path)
    shown: dict[str, Any] = {}
    problem = ""
    try:
        shown = _shown(path, data)
    except (Unreadable, DefinitionRefused) as error:
        problem = error.reason
    return render_template(
        "studio/file.html",
        source=source,
        part=part,
        group=GROUPS[part.kind],
        problem=problem,
        findings=[one for one in looking.findings_of(source) if one.at == path],
        callers=looking.callers_of(source, path) if part.kind == "diagram" else [],
        **shown,
    )


@blueprint.get("/<key>/<ref>/picture/<path:path>")
@may(PROCESS_ADMIN)
def picture(key: str, ref: str, path: str) -> ResponseReturnValue:
    """Return a diagram for the viewer's script; `against` names a version to mark changes to."""
    source = source_of(key, ref)
    data = _file(source, path)
    if kind_of(path) != "diagram":
        raise NotFound
    other = request.args.get("against", "")
    try:
        xml = pretty(path, data)
        marks = marks_of(source, source_of(key, other), path) if other else []
        return marked(xml, marks)
    except Unreadable as error:
        raise NotFound from error


@blueprint.get("/<key>/<ref>/bundle.zip")
@may(PROCESS_ADMIN)
def export(key: str, ref: str) -> ResponseReturnValue:
    """Hand out all files as one archive."""
    source = source_of(key, ref)
    answer = Response(pack(source.files), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}-{ref}.zip"'
    return answer


def _file(source: Source, path: str) -> bytes:
    if path not in source.files:
        raise NotFound
    return source.files[path]


def _shown(path: str, data: bytes) -> dict[str, Any]:
    kind = kind_of(path)
    if kind == "table":
        return {"tables": list(decision_tables(path, data)), "text": pretty(path, data)}
    if kind == "form":
        name = path.removeprefix("forms/").removesuffix(".form")
        return {"fields": rows_of(Form.parse(data, file=path)), "form": name}
    text = pretty(path, data)
    return {"text": text, "letter": kind == "text", "english": path.endswith(f"{ENGLISH_TEXT}.txt")}
