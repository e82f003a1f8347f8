"""Who has a task: claiming, releasing, handing on."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.queries.accounts import Holder, holders_of
from models.queries.cases import OpenWork
from webapp.context import city, now, person
from webapp.language import gettext
from webapp.permissions import STAFF, may
from webapp.tasks.blueprint import blueprint
from webapp.tasks.over import conflict_page
from workflows.actions import handing, tasks
from workflows.errors import AlreadyDone, InvalidEntries

LONGEST_REASON = 200


@blueprint.post("/<uuid:work_item_id>/claim")
@may(STAFF)
def claim(work_item_id: UUID) -> ResponseReturnValue:
    """Take a task of one's units for oneself."""
    try:
        tasks.claim(city(), person().actor, work_item_id, now=now())
    except AlreadyDone:
        flash(gettext("A colleague was faster: this task is claimed or done already."), "warn")
    return redirect(url_for("tasks.show", work_item_id=work_item_id), 303)


@blueprint.post("/<uuid:work_item_id>/release")
@may(STAFF)
def release(work_item_id: UUID) -> ResponseReturnValue:
    """Give a claimed task back to the unit."""
    tasks.release(city(), person().actor, work_item_id, now=now())
    flash(gettext("The task waits for your unit again; what you entered stays with it."), "good")
    return redirect(url_for("inbox.index"), 303)


@blueprint.post("/<uuid:work_item_id>/hand-on")
@may(STAFF)
def hand_on(work_item_id: UUID) -> ResponseReturnValue:
    """Give a task to a colleague who can do it, or back to the unit."""
    to = request.form.get("to", "")
    try:
        name = handing.hand_on(
            city(),
            person().actor,
            work_item_id,
            None if "back" in request.form else int(to[:18] if to.isdecimal() else 0),
            now=now(),
            reason=request.form.get("reason", "")[:LONGEST_REASON],
        )
    except AlreadyDone:
        return conflict_page(work_item_id)
    except InvalidEntries as error:
        for problem in error.errors.values():
            flash(gettext(problem), "warn")
        return redirect(url_for("tasks.show", work_item_id=work_item_id), 303)
    if name:
        said = gettext("%(person)s has the task now, with all that was entered.", person=name)
    else:
        said = gettext("The task waits for its unit again, with all that was entered.")
    flash(said, "good")
    return redirect(url_for("tasks.show", work_item_id=work_item_id), 303)


def whom(session: Session, item: OpenWork) -> tuple[handing.Rights, list[Holder]]:
    """Return whom this person may give the task to."""
    rights = handing.rights(
        city().directory(),
        person().actor,
        role=item.role,
        unit_id=item.unit_id,
        assignee_id=item.assignee_id,
    )
    if item.unit_id is None or not rights.to_colleague:
        return rights, []
    holders = holders_of(session, item.unit_id, item.role)
    return rights, [one for one in holders if one.id != item.assignee_id]
