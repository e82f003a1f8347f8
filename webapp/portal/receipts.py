"""The receipt: number and lookup code, what happens next, and a copy to keep."""

from __future__ import annotations

import hmac
from typing import Any
from uuid import UUID

from flask import current_app, flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from models.queries.cases import open_work, read_case
from models.queries.drafts import DraftRow
from webapp.context import city, now, reading, viewer
from webapp.language import gettext
from webapp.permissions import PUBLIC, may
from webapp.portal import drafts
from webapp.portal.blueprint import blueprint
from webapp.portal.holder import hold
from webapp.portal.standing import standing_of
from workflows.actions.cases import Submitted
from workflows.actions.drafts import SENT
from workflows.actor import Actor
from workflows.codes import code_from, code_hash
from workflows.lookup import MARK_LENGTH, CodeRefused, Held, open_by_code

SESSION = "receipts"
MOST = 4
"""Receipts that one session can show again."""


def remember(token: UUID, key: str, sent: Submitted, *, for_company: bool) -> None:
    """Let this session show the receipt; a company's session also has the case open."""
    receipts = {
        **_receipts(),
        str(token): {"key": key, "number": sent.number, "code": sent.code, "case": sent.case_id},
    }
    session[SESSION] = dict(list(receipts.items())[-MOST:])
    if for_company:
        mark = code_hash(sent.number, sent.code)[:MARK_LENGTH]
        hold(Held(case_id=sent.case_id, number=sent.number, mark=mark, enterprise=""))


def code_for(token: UUID) -> str:
    """Return the lookup code of the case that a booking becomes.

    It follows from the booking's token and this installation's secret key: nobody else can tell
    it, and it can be shown once more to whoever has sent the booking and never got the answer.
    """
    key = str(current_app.config["SECRET_KEY"]).encode()
    return code_from(hmac.digest(key, f"lookup code:{token}".encode(), "sha256"))


def sent_before(key: str) -> ResponseReturnValue | None:
    """Return the way to the receipt of what this browser or person has sent already."""
    with reading() as database:
        row = drafts.sent(database, key)
    if row is not None and _recover(row):
        return redirect(url_for("portal.receipt", token=row.id), 303)
    tokens = [token for token, one in _receipts().items() if one.get("key") == key]
    return redirect(url_for("portal.receipt", token=tokens[-1]), 303) if tokens else None


def _recover(row: DraftRow) -> bool:
    """Remember the receipt of a booking that was sent but never answered."""
    if str(row.id) in _receipts():
        return True
    number, code = str(row.values["number"]), code_for(row.id)
    try:
        with reading() as database:
            held = open_by_code(database, number, code)
    except CodeRefused:
        return False
    found = viewer()
    sent = Submitted(case_id=held.case_id, number=number, code=code)
    remember(
        row.id,
        row.purpose.removeprefix(SENT),
        sent,
        for_company=found is None or not found.is_staff,
    )
    return True


def kept() -> dict[str, Any]:
    """Return this session's receipts, to carry them over a sign-in."""
    return _receipts()


def bring_back(receipts: dict[str, Any]) -> None:
    """Put receipts back into the session after a sign-in has begun a new one."""
    if receipts:
        session[SESSION] = receipts


@blueprint.get("/book/receipt/<uuid:token>")
@may(PUBLIC)
def receipt(token: UUID) -> ResponseReturnValue:
    """Show number and code, what happens next and when."""
    told = _told(token)
    if told is None:
        return _elsewhere()
    drafts.put_away(token)
    return render_template("portal/receipt.html", token=token, **told)


@blueprint.get("/book/receipt/<uuid:token>/copy")
@may(PUBLIC)
def receipt_copy(token: UUID) -> ResponseReturnValue:
    """Send the receipt as a text file."""
    told = _told(token)
    if told is None:
        return _elsewhere()
    text = render_template("portal/receipt_copy.html", **told)
    response = make_response(text.replace("\n", "\r\n").encode("utf-8-sig"))
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    name = f"{told['case'].number}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(token: UUID) -> dict[str, Any] | None:
    """Return what the receipt says, None if another session holds it."""
    if str(token) not in _receipts():
        with reading() as database:
            row = drafts.sent_as(database, token)
        if row is not None:
            _recover(row)
    one = _receipts().get(str(token))
    if one is None:
        return None
    scope = Actor(name="", case_id=int(one["case"])).scope
    with reading() as database:
        case = read_case(database, scope, case_id=int(one["case"]))
        if case is None:
            return None
        work = open_work(database, scope, case.id)
    return {
        "case": case,
        "code": one["code"],
        "standing": standing_of(case, work),
        "definition": city().library.version(case.version_id),
        "made_at": now(),
    }


def _elsewhere() -> Response:
    flash(
        gettext(
            "The receipt can only be opened in the browser in which the case was sent. Your "
            "number and lookup code open the case here."
        ),
        "warn",
    )
    return redirect(url_for("portal.lookup"))


def _receipts() -> dict[str, Any]:
    found = session.get(SESSION)
    return found if isinstance(found, dict) else {}
