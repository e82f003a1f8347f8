"""A real case is played again with the files of a draft, and kept as a scenario from there."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.processes import Process
from models.queries.cases import CaseRow, read_case
from models.queries.studio import list_drafts
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.sources import draft_label, process_of, source_of
from workflows.actions import recording
from workflows.errors import NotFound


@blueprint.get("/<key>/record/<int:case_id>")
@may(PROCESS_ADMIN)
def record(key: str, case_id: int) -> ResponseReturnValue:
    """Ask with which files a case is played again."""
    case = _case(key, case_id)
    if case.parent_id is not None:
        raise recording.CannotBeRecorded
    with reading() as session:
        drafts, process = list_drafts(session, key), process_of(session, key)
    in_force = process.in_force.number
    choices = [(f"d{one.id}", draft_label(one)) for one in drafts]
    choices.append((f"v{in_force}", gettext("version %(number)d", number=in_force)))
    return render_template("studio/record.html", key=key, case=case, choices=choices)


@blueprint.post("/<key>/record/<int:case_id>")
@may(PROCESS_ADMIN)
def record_now(key: str, case_id: int) -> ResponseReturnValue:
    """Play the case with these files, and show how far that goes."""
    case = _case(key, case_id)
    source = source_of(key, request.form.get("ref", ""))
    play_id = recording.record(
        city(),
        person().actor,
        case.id,
        source.files,
        source=source.ref,
        now=now(),
        inspect=lambda *_args, **_named: looking.raw_findings(source),
    )
    return redirect(url_for("studio.play", key=key, play_id=play_id), 303)


def _case(key: str, case_id: int) -> CaseRow:
    """Return a case of the process that this person may see."""
    with reading() as session:
        case = read_case(session, person().actor.scope, case_id=case_id)
        if case is None or session.get_one(Process, case.process_id).key != key:
            raise NotFound
    return case
