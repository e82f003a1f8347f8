"""The task page, completing, claiming, releasing, handing on, keeping a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from models.queries.accounts import Holder, holders_of
from models.queries.cases import CaseRow, OpenWork, closed_work, open_work, read_case_of_work
from models.queries.inbox import inbox
from models.queries.portal import read_uploads
from models.queries.work import task_at_hand
from webapp.cases.reading import case_page, waiting
from webapp.context import city, now, person, reading
from webapp.kept import kept_from_request, whole_page
from webapp.language import gettext, language
from webapp.permissions import STAFF, may
from webapp.process_form import Keep, Turn, entries_only, read_turn
from webapp.rendering.forms import FormPage, first_entries, page_of
from workflows import files, options
from workflows.actions import handing, tasks
from workflows.actions.tasks import Completed
from workflows.definitions.forms import Form
from workflows.errors import AlreadyDone, InvalidEntries, NotFound
from workflows.explanation import explain

blueprint = Blueprint("tasks", __name__, template_folder="templates", url_prefix="/tasks")

LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """An open task with its case and its form (None for a task without one)."""

    case: CaseRow
    item: OpenWork
    form: Form | None


@blueprint.get("/<uuid:work_item_id>")
@may(STAFF)
def show(work_item_id: UUID) -> ResponseReturnValue:
    """Show a task: the form with its outcomes, and the case around it."""
    found = _find(work_item_id)
    if found is None:
        return _closed(work_item_id)
    return _page(found, _fresh(found))


@blueprint.post("/<uuid:work_item_id>")
@may(STAFF)
def complete(work_item_id: UUID) -> ResponseReturnValue:
    """Take the form: show it again, or do the task."""
    with reading() as session:
        task = task_at_hand(session, person().actor.scope, work_item_id)
    if task is None:
        raise NotFound
    if task.state != "open":
        return _conflict(work_item_id)
    form = city().library.version(task.version_id).form(task.form) if task.form else None
    turn = read_turn(form, _keeper(work_item_id)) if form else Turn(raw={}, sends=True)
    if not turn.sends:
        return _shown_again(work_item_id, turn, 422 if turn.errors else 200)
    try:
        done = tasks.complete(
            city(),
            person().actor,
            work_item_id,
            turn.raw,
            now=now(),
            owner=files.task_owner(work_item_id),
        )
    except InvalidEntries as error:
        turn.errors = error.errors
        return _shown_again(work_item_id, turn, 422)
    except AlreadyDone:
        return _conflict(work_item_id)
    _tell(task.name, form, done)
    return redirect(url_for("inbox.index"), 303)


def _shown_again(work_item_id: UUID, turn: Turn, status: int) -> ResponseReturnValue:
    found = _find(work_item_id)
    if found is None:
        return _conflict(work_item_id)
    if found.form is not None:
        first = first_entries(found.form, _facts(found.case), person().name)
        turn.start_with(found.form, {**first, **(found.item.draft or {})})
    return _page(found, turn, status)


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
        return _conflict(work_item_id)
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


@blueprint.post("/<uuid:work_item_id>/draft")
@may(STAFF)
def draft(work_item_id: UUID) -> ResponseReturnValue:
    """Keep what was typed so far."""
    tasks.save_draft(city(), person().actor, work_item_id, entries_only(), now=now())
    return render_template("tasks/draft_kept.html")


# ------------------------------------------------------------------------------ pages


def _page(found: Found, turn: Turn, status: int = 200) -> ResponseReturnValue:
    with reading() as session:
        page = case_page(session, found.case)
        form = _form_page(session, found, turn)
        may_hand, colleagues = _handing(session, found.item)
        uploads = {
            str(one.id): one for one in read_uploads(session, files.task_owner(found.item.id))
        }
    return make_response(
        render_template(
            "tasks/show.html",
            page=page,
            item=found.item,
            task=waiting(found.item, found.case),
            form=form,
            files={**page.files, **uploads},
            explained=explain(found.item.how or {}, language()),
            own=found.item.assignee_id == person().id,
            handing=may_hand,
            colleagues=[(one.id, one.name) for one in colleagues],
        ),
        status,
    )


def _handing(session: Session, item: OpenWork) -> tuple[handing.Rights, list[Holder]]:
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


def _form_page(session: Session, found: Found, turn: Turn) -> FormPage | None:
    if found.form is None or not found.item.mine:
        return None
    return page_of(
        found.form,
        turn.raw,
        options=_options(session, found),
        context=_facts(found.case),
        errors=turn.errors,
        opened=turn.opened,
    )


def _closed(work_item_id: UUID) -> ResponseReturnValue:
    """Say who did a task that is no longer open."""
    with reading() as session:
        done = closed_work(session, person().actor.scope, work_item_id)
        case = read_case_of_work(session, person().actor.scope, work_item_id)
    if done is None or case is None:
        raise NotFound
    return render_template("tasks/closed.html", done=done, case=case, kept=None, entries=[])


def _conflict(work_item_id: UUID) -> ResponseReturnValue:
    """Say who was faster, and show what this person had entered."""
    with reading() as session:
        done = closed_work(session, person().actor.scope, work_item_id)
        case = read_case_of_work(session, person().actor.scope, work_item_id)
    if done is None or case is None:
        raise NotFound
    page = render_template("tasks/closed.html", done=done, case=case, kept=kept_from_request())
    return whole_page(make_response(page, 409))


def _tell(name: str, form: Form | None, done: Completed) -> None:
    outcome = next(
        (one for one in (form.outcomes if form else ()) if one.value == done.outcome), None
    )
    # Only the newest is told: somebody who works through a list must not collect them.
    browser_session.pop("_flashes", None)
    label = (outcome.label_en if language() == "en" else outcome.label) if outcome else ""
    what = gettext("“%(task)s” is done", task=name)
    opened = "、".join(dict.fromkeys(done.opened))
    after = gettext("Next: %(tasks)s.", tasks=opened) if opened else ""
    flash(
        Markup('<strong>{}{}{}</strong>{} <a href="{}">{}</a>').format(
            what,
            gettext(": ") if label else "",
            label,
            after,
            url_for("cases.show", case_id=done.case_id),
            gettext("See the case (you can still take it back there)"),
        )
        + _way_on(done),
        "good",
    )


def _way_on(done: Completed) -> Markup:
    """Return the link to the person's next task: in the same case, else the one due first."""
    if done.own is not None:
        task_id, name = done.own
    else:
        with reading() as session:
            rows = inbox(session, person().actor.scope, now=now(), limit=1).rows
        if not rows:
            return Markup("")
        task_id, name = rows[0].id, f"{rows[0].name}（{rows[0].number}）"
    return Markup(' <a class="next-task" href="{}">{}</a>').format(
        url_for("tasks.show", work_item_id=task_id),
        gettext("Your next task: %(task)s", task=name),
    )


# ------------------------------------------------------------------------------ reading


def _find(work_item_id: UUID) -> Found | None:
    """Return an open task; None if it is no longer open. NotFound if it may not be seen."""
    scope = person().actor.scope
    with reading() as session:
        case = read_case_of_work(session, scope, work_item_id)
        if case is None:
            raise NotFound
        work = open_work(session, scope, case.id)
    item = next((one for one in work if one.id == work_item_id), None)
    if item is None:
        return None
    definition = city().library.version(case.version_id)
    return Found(case=case, item=item, form=definition.form(item.form) if item.form else None)


def _fresh(found: Found) -> Turn:
    """Return the entries that the page starts with: the draft, else earlier values."""
    if found.form is None:
        return Turn(raw={}, sends=False)
    if found.item.draft:
        raw = {name: [str(v) for v in values] for name, values in found.item.draft.items()}
        return Turn(raw=raw, sends=False)
    first = first_entries(found.form, _facts(found.case), person().name)
    return Turn(raw=first, sends=False)


def _facts(case: CaseRow) -> Mapping[str, object]:
    return city().library.version(case.version_id).typed(case.facts)


def _keeper(work_item_id: UUID) -> Keep:
    """Return what keeps an upload for a task; it stays with the task, not with the person."""

    def keep(name: str, content: bytes) -> UUID:
        return files.store(
            city(),
            owner=files.task_owner(work_item_id),
            name=name,
            content=content,
            now=now(),
            uploaded_by=person().name,
        )

    return keep


def _options(session: Session, found: Found) -> options.Options:
    if found.form is None:
        return {}
    return options.for_form(city(), session, found.form, case=found.case, actor=person().actor)
