"""A company's account: registering, its cases on one page, adding a case by its code."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.notices import count_unread
from models.queries.portal import WaitingRow, company_cases, waiting_in
from webapp import paging
from webapp.context import city, now, person, reading, viewer
from webapp.identity import start_session
from webapp.language import gettext, language, say
from webapp.navigation import home_of
from webapp.permissions import ENTERPRISE, PUBLIC, may
from webapp.portal import receipts
from webapp.portal.blueprint import blueprint
from webapp.portal.holder import held_cases
from webapp.portal.limits import REGISTRATIONS
from webapp.portal.standing import COMPANY, who_acts
from webapp.portal.status import try_code
from webapp.rendering.lamps import light_of
from webapp.rendering.words import named
from webapp.sender import sender
from webapp.stages import stage_name
from workflows import status
from workflows.actions.companies import Registration, attach, register
from workflows.actions.tallies import TooMany, require
from workflows.errors import InvalidEntries
from workflows.lookup import CodeRefused

PAGE = 20
FIELDS = ("company", "credit_code", "contact", "phone", "login", "password")


@blueprint.get("/register")
@may(PUBLIC)
def registration() -> ResponseReturnValue:
    """Show the form for a new account."""
    if viewer() is not None:
        return redirect(home_of(viewer()))
    return render_template("portal/register.html", entries={}, errors={})


@blueprint.post("/register")
@may(PUBLIC)
def register_now() -> ResponseReturnValue:
    """Make the account and sign in; cases that this session holds open are added to it."""
    entries = {name: request.form.get(name, "") for name in FIELDS}
    try:
        require(city(), REGISTRATIONS, sender(), now=now())
        if entries["password"] != request.form.get("again", ""):
            raise InvalidEntries({"again": gettext("The two passwords differ.")})
        person_id = register(city(), Registration(**entries), now=now())
    except TooMany as refused:
        return _again(entries, {}, say(refused), 429)
    except InvalidEntries as invalid:
        errors = {name: gettext(text) for name, text in invalid.errors.items()}
        return _again(entries, errors, None, 422)
    held, kept = held_cases(), receipts.kept()
    found = start_session(person_id, city(), now())
    receipts.bring_back(kept)
    if found is not None:
        for one in held:
            attach(city(), found.actor, one)
    flash(gettext("Your account is ready. This is where you follow all of your cases."), "good")
    return redirect(url_for("portal.home"), 303)


@blueprint.get("/my")
@may(ENTERPRISE)
def home() -> ResponseReturnValue:
    """List the company's cases; what it has to do stands first."""
    scope = person().actor.scope
    with reading() as session:
        cases, more = company_cases(
            session, scope, after=paging.read_newest(request.args.get("after", "")), limit=PAGE
        )
        waiting = waiting_in(session, scope, [case.id for case in cases])
        unread = count_unread(session, scope)
    by_case: dict[int, list[WaitingRow]] = {}
    for row in waiting:
        by_case.setdefault(row.case_id, []).append(row)
    listed = []
    for case in cases:
        tasks = by_case.get(case.id, [])
        spoken = status.speaking(tasks) or (tasks[0] if tasks else None)
        light = light_of(spoken, case.place_id) if spoken else None
        listed.append((case, status.sentence(tasks, language()), spoken, light))
    return render_template(
        "portal/home.html",
        unread=unread,
        listed=listed,
        yours=[(case, task) for case, _, task, _ in listed if task and task.role == COMPANY],
        more=paging.write_newest(more),
        is_first_page=not request.args.get("after"),
        stage_name=stage_name,
        who_acts=lambda task: who_acts(task.role, named(task, "unit")),
    )


@blueprint.post("/my/add")
@may(ENTERPRISE)
def add() -> ResponseReturnValue:
    """Add a case to the account by its number and code."""
    number, code = request.form.get("number", "")[:40], request.form.get("code", "")[:40]
    try:
        held = try_code(number, code)
    except (CodeRefused, TooMany) as refused:
        page = render_template("portal/add.html", number=number, problem=say(refused))
        return make_response(page, 429 if isinstance(refused, TooMany) else 403)
    attach(city(), person().actor, held)
    flash(gettext("The case %(number)s is now in your account.", number=held.number), "good")
    return redirect(url_for("portal.my_case", number=held.number), 303)


@blueprint.get("/my/add")
@may(ENTERPRISE)
def add_form() -> ResponseReturnValue:
    """Ask for the number and code of a case to add."""
    return render_template("portal/add.html", number="")


def _again(
    entries: dict[str, str], errors: dict[str, str], problem: tuple[str, str] | None, code: int
) -> ResponseReturnValue:
    page = render_template("portal/register.html", entries=entries, errors=errors, problem=problem)
    return make_response(page, code)
