"""What somebody reads who comes to a task that is no longer open."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from models.queries.cases import closed_work, read_case_of_work
from webapp.context import person, reading
from webapp.kept import kept_from_request, whole_page
from workflows.errors import NotFound


def closed_page(work_item_id: UUID) -> ResponseReturnValue:
    """Say who did a task that is no longer open."""
    with reading() as session:
        done = closed_work(session, person().actor.scope, work_item_id)
        case = read_case_of_work(session, person().actor.scope, work_item_id)
    if done is None or case is None:
        raise NotFound
    return render_template("tasks/closed.html", done=done, case=case, kept=None, entries=[])


def conflict_page(work_item_id: UUID) -> ResponseReturnValue:
    """Say who was faster, and show what this person had entered."""
    with reading() as session:
        done = closed_work(session, person().actor.scope, work_item_id)
        case = read_case_of_work(session, person().actor.scope, work_item_id)
    if done is None or case is None:
        raise NotFound
    page = render_template("tasks/closed.html", done=done, case=case, kept=kept_from_request())
    return whole_page(make_response(page, 409))
