"""Sign-in, sign-out, account and language pages."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from webapp.context import city, now, person, viewer
from webapp.identity import end_session, start_session
from webapp.kept import is_local, kept_through_sign_in, send_again
from webapp.language import choose, gettext, say
from webapp.navigation import home_of
from webapp.permissions import PUBLIC, SIGNED_IN, may
from webapp.sender import sender
from workflows.actions import accounts
from workflows.actions.accounts import AccountLocked, SignInRefused
from workflows.actions.tallies import TooMany
from workflows.demo import plan
from workflows.demo.accounts import SignIn, demo_sign_ins
from workflows.errors import InvalidEntries

blueprint = Blueprint("accounts", __name__, template_folder="templates")


@blueprint.get("/sign-in")
@may(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in page."""
    if viewer() is not None:
        return redirect(home_of(viewer()))
    ended = bool(request.args.get("ended"))
    return render_template(
        "accounts/sign_in.html", ended=ended, next=_next(request.args), demo=_demo_accounts()
    )


@blueprint.post("/sign-in")
@may(PUBLIC)
def sign_in_now() -> ResponseReturnValue:
    """Check login and password; go on where the person wanted to go, entries kept."""
    kept = kept_through_sign_in()
    login, password = request.form.get("login", ""), request.form.get("password", "")
    try:
        found = accounts.sign_in(city(), login, password, now=now(), address=sender())
    except (SignInRefused, AccountLocked, TooMany) as error:
        sentence, mend = say(error)
        page = render_template(
            "accounts/sign_in.html",
            login=login,
            problem=(sentence, mend),
            kept=kept,
            next=_next(request.form),
        )
        return make_response(page, 403 if isinstance(error, SignInRefused) else 429)
    start_session(found.person_id, city(), now())
    if kept is not None:
        return send_again(kept)
    return redirect(_next(request.form) or home_of(viewer()), 303)


@blueprint.post("/sign-out")
@may(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End the session on this browser."""
    end_session(city(), now())
    response = redirect(home_of(None), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/account")
@may(SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show one's own account."""
    return render_template("accounts/account.html", errors={}, directory=city().directory())


@blueprint.post("/account/password")
@may(SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Set a new password; sessions elsewhere end."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise InvalidEntries({"again": gettext("The two new passwords differ.")})
        accounts.change_password(city(), person().actor, old, new, now=now())
    except InvalidEntries as error:
        errors = {field: gettext(text) for field, text in error.errors.items()}
        page = render_template("accounts/account.html", errors=errors, directory=city().directory())
        return make_response(page, 422)
    start_session(person().id, city(), now())
    flash(gettext("Your password was changed. You were signed out everywhere else."), "good")
    return redirect(_back(), 303)


@blueprint.post("/language")
@may(PUBLIC)
def language() -> ResponseReturnValue:
    """Read the pages in another language; people with an account keep it."""
    wanted = request.form.get("language", "")
    choose(wanted)
    user = viewer()
    if user is not None and session.get("language") == wanted:
        accounts.prefer_language(city(), user.actor, wanted)
    return redirect(_next(request.form) or home_of(user), 303)


def _next(source: object) -> str:
    """Return the local address to go on to, '' if there is none."""
    address = source.get("next", "") if hasattr(source, "get") else ""
    return address if isinstance(address, str) and is_local(address) else ""


def _back() -> str:
    return "/account"


def _demo_accounts() -> tuple[SignIn, ...]:
    """Return the accounts that the sign-in page offers where the invented city was laid."""
    named, unit = plan.document()["city"], city().directory().named(plan.document()["city"]["key"])
    return demo_sign_ins() if unit is not None and unit.name == named["name"] else ()
