"""What the company itself has to do in a case: supplement, confirm, score, any form it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from models.queries.cases import CaseRow, OpenWork, closed_work, open_work, read_case_of_work
from models.queries.drafts import read_uploads
from models.queries.portal import own_entries
from models.queries.results import replies
from webapp.context import city, now, reading
from webapp.kept import kept_from_request
from webapp.language import gettext
from webapp.permissions import ENTERPRISE, PUBLIC, may
from webapp.portal.blueprint import blueprint
from webapp.portal.holder import Reader, company_reader, holder_of
from webapp.portal.limits import require_room
from webapp.portal.standing import COMPANY, work_of
from webapp.portal.told import told
from webapp.process_form import Keep, entries_only, read_turn
from webapp.rendering.forms import first_entries, page_of
from webapp.rendering.words import named
from workflows import files, options
from workflows.actions.tasks import complete, save_draft
from workflows.definitions.definition import Definition
from workflows.definitions.fields import Options
from workflows.definitions.forms import OUTCOME, Form
from workflows.errors import AlreadyDone, InvalidEntries, NotAllowed, NotFound
from workflows.lookup import clean_number

NO_FORM = Form(id="", components=())
"""For a task that asks for nothing but to be done."""


@dataclass(kw_only=True)
class _Turn:
    """An open task of the company with everything that its page needs."""

    reader: Reader
    case: CaseRow
    task: OpenWork
    definition: Definition
    form: Form
    options: Options
    context: Mapping[str, Any]

    @property
    def owner(self) -> str:
        """The token under which this task's uploads are kept."""
        return files.task_owner(self.task.id)

    @property
    def address(self) -> str:
        """The task's own address."""
        return self.reader.task_address(self.case.number, self.task.id)

    @property
    def keep_address(self) -> str:
        """Where what is being typed is kept."""
        return f"{self.address}/keep"

    def upload(self) -> Keep:
        """Return what keeps an upload for this task."""

        def keep(name: str, content: bytes) -> UUID:
            require_room(name, content)
            return files.store(
                city(),
                owner=self.owner,
                name=name,
                content=content,
                now=now(),
                uploaded_by=self.reader.actor.name,
            )

        return keep

    def entries(self) -> dict[str, list[str]]:
        """Return what was typed before, else what the form starts with.

        Only what the company itself said before stands in it: a field of staff may have the
        same key, and what is shown on purpose is a readonly field.
        """
        if self.task.draft:
            return {name: list(values) for name, values in self.task.draft.items()}
        said: dict[str, Any] = {}
        with reading() as session:
            for entry in own_entries(session, self.reader.scope, self.case.id):
                said |= entry.values
        return first_entries(self.form, self.definition.typed(said))

    def save(self, raw: Mapping[str, list[str]]) -> None:
        """Keep what was typed."""
        save_draft(city(), self.reader.actor, self.task.id, raw, now=now())

    def page(
        self,
        raw: Mapping[str, list[str]],
        errors: Mapping[str, str],
        opened: str = "",
        status: int = 200,
    ) -> Response:
        """Render the task with these entries."""
        page = page_of(
            self.form,
            raw,
            options=self.options,
            context=self.context,
            errors=errors,
            opened=opened,
        )
        with reading() as session:
            uploads = {str(row.id): row for row in read_uploads(session, self.owner)}
            answers = replies(session, self.case.id)[-1:]
            words = told(session, self.case.id)
        html = render_template(
            "portal/task.html",
            turn=self,
            case=self.case,
            work=work_of(self.case, self.task),
            page=page,
            files=uploads,
            answers=answers,
            words=next(iter(words.values()), ()),
        )
        return make_response(html, status)


@blueprint.get("/my/tasks/<uuid:task_id>")
@may(ENTERPRISE)
def my_task(task_id: UUID) -> ResponseReturnValue:
    """Show a task to the signed-in company."""
    return _show(company_reader(), task_id)


@blueprint.post("/my/tasks/<uuid:task_id>")
@may(ENTERPRISE)
def my_task_done(task_id: UUID) -> ResponseReturnValue:
    """Take the company's answer."""
    return _answer(company_reader(), task_id)


@blueprint.post("/my/tasks/<uuid:task_id>/keep")
@may(ENTERPRISE)
def my_task_keep(task_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed."""
    return _keep(company_reader(), task_id)


@blueprint.get("/status/<number>/tasks/<uuid:task_id>")
@may(PUBLIC)
def held_task(number: str, task_id: UUID) -> ResponseReturnValue:
    """Show a task to the holder of the case's code."""
    reader = holder_of(clean_number(number))
    return _show(reader, task_id) if reader else _code_first(number)


@blueprint.post("/status/<number>/tasks/<uuid:task_id>")
@may(PUBLIC)
def held_task_done(number: str, task_id: UUID) -> ResponseReturnValue:
    """Take the answer of the holder of the case's code."""
    reader = holder_of(clean_number(number))
    return _answer(reader, task_id) if reader else _code_first(number)


@blueprint.post("/status/<number>/tasks/<uuid:task_id>/keep")
@may(PUBLIC)
def held_task_keep(number: str, task_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed."""
    reader = holder_of(clean_number(number))
    return _keep(reader, task_id) if reader else _code_first(number)


def _code_first(number: str) -> ResponseReturnValue:
    return redirect(url_for("portal.lookup", number=number), 303)


def _show(reader: Reader, task_id: UUID) -> ResponseReturnValue:
    turn = _open(reader, task_id)
    if not isinstance(turn, _Turn):
        return turn
    return turn.page(turn.entries(), {})


def _answer(reader: Reader, task_id: UUID) -> ResponseReturnValue:
    turn = _open(reader, task_id)
    if not isinstance(turn, _Turn):
        return turn
    typed = read_turn(turn.form, turn.upload())
    first = first_entries(turn.form, turn.context)
    typed.start_with(turn.form, {**first, **(turn.task.draft or {})})
    try:
        # Kept before anything can go wrong: whatever happens now, the page shows it again.
        turn.save({name: values for name, values in typed.raw.items() if name != OUTCOME})
        if not typed.sends:
            return turn.page(typed.raw, typed.errors, typed.opened, 422 if typed.errors else 200)
        done = complete(city(), reader.actor, task_id, typed.raw, now=now(), owner=turn.owner)
    except InvalidEntries as invalid:
        return turn.page(typed.raw, invalid.errors, typed.opened, 422)
    except AlreadyDone:
        return _over(reader, turn.case, task_id)
    message = gettext("Sent. Thank you: “%(task)s” is done.", task=named(turn.task))
    if done.ended:
        message = gettext("Sent. Thank you: your case is closed.")
    flash(message, "good")
    return redirect(reader.case_address(turn.case.number), 303)


def _keep(reader: Reader, task_id: UUID) -> ResponseReturnValue:
    turn = _open(reader, task_id)
    if not isinstance(turn, _Turn):
        return turn
    turn.save(entries_only())
    return render_template("portal/kept_at.html")


def _open(reader: Reader, task_id: UUID) -> _Turn | ResponseReturnValue:
    """Return the open task, or the page that says that it is over."""
    with reading() as session:
        case = read_case_of_work(session, reader.scope, task_id)
        if case is None:
            raise NotFound
        tasks = open_work(session, reader.scope, case.id)
        task = next((one for one in tasks if one.id == task_id), None)
        if task is not None:
            if not task.mine or task.role != COMPANY:
                raise NotAllowed
            definition = city().library.version(case.version_id)
            form = definition.form(task.form) if task.form else NO_FORM
            return _Turn(
                reader=reader,
                case=case,
                task=task,
                definition=definition,
                form=form,
                options=options.for_form(city(), session, form, case=case, actor=reader.actor),
                context=definition.typed(case.facts),
            )
    return _over(reader, case, task_id)


def _over(reader: Reader, case: CaseRow, task_id: UUID) -> Response:
    """Say who has done the task, or that it is no longer asked for; show what was typed."""
    with reading() as session:
        closed = closed_work(session, reader.scope, task_id)
    if closed is None:
        raise NotFound
    page = render_template(
        "portal/over.html", reader=reader, case=case, closed=closed, kept=kept_from_request()
    )
    return make_response(page, 409)
