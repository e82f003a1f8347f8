"""The task page, completing, keeping a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.queries.cases import CaseRow, OpenWork, open_work, read_case_of_work
from models.queries.drafts import read_uploads
from models.queries.work import task_at_hand
from webapp.cases.reading import case_page, possible, waiting
from webapp.context import city, now, person, reading
from webapp.language import language
from webapp.permissions import STAFF, may
from webapp.process_form import Keep, Turn, entries_only, read_turn
from webapp.rendering.form_page import FormPage
from webapp.rendering.forms import first_entries, page_of
from webapp.rendering.words import named
from webapp.tasks.blueprint import blueprint
from webapp.tasks.claims import whom
from webapp.tasks.done import tell
from webapp.tasks.over import closed_page, conflict_page
from workflows import files, options
from workflows.actions import tasks
from workflows.definitions.forms import Form
from workflows.errors import AlreadyDone, InvalidEntries, NotFound, StepFailed
from workflows.explanation import explain


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
        return closed_page(work_item_id)
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
        return conflict_page(work_item_id)
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
        return conflict_page(work_item_id)
    except StepFailed:
        # Whoever comes back once the process is mended finds the entries with the task.
        tasks.save_draft(city(), person().actor, work_item_id, entries_only(), now=now())
        raise
    tell(named(task), form, done)
    return redirect(url_for("inbox.index"), 303)


def _shown_again(work_item_id: UUID, turn: Turn, status: int) -> ResponseReturnValue:
    found = _find(work_item_id)
    if found is None:
        return conflict_page(work_item_id)
    if found.form is not None:
        first = first_entries(found.form, _facts(found.case), person().name)
        turn.start_with(found.form, {**first, **(found.item.draft or {})})
    return _page(found, turn, status)


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
        may_hand, colleagues = whom(session, found.item)
        anytime = possible(session, found.case.id)
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
            anytime=anytime,
        ),
        status,
    )


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
