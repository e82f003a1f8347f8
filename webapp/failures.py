"""Error pages: each says what happened and what to do, and keeps what was typed."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from webapp.context import viewer
from webapp.kept import kept_from_request, send_again, whole_page
from webapp.language import gettext, say
from workflows.actions.accounts import AccountLocked, SignInRefused
from workflows.actions.approvals import OwnRequest, RequestDecided
from workflows.actions.bundle_drafts import DraftChanged, NotGreen
from workflows.actions.deployment import Overtaken, SecondPersonNeeded
from workflows.actions.effective import NotPlanned
from workflows.actions.migration import NothingToMove, StillMoving
from workflows.actions.plays import CannotBePlayed, TooManyPlays
from workflows.actions.recording import CannotBeRecorded
from workflows.actions.tallies import TooMany
from workflows.definitions.archive import ArchiveRefused
from workflows.errors import (
    AlreadyDone,
    Busy,
    CannotRecall,
    CannotRepair,
    CaseSuspended,
    DefinitionRefused,
    DeploymentRefused,
    FileRefused,
    InvalidEntries,
    NotAllowed,
    NotFound,
    OperationRefused,
    StepFailed,
    ThroughTrainError,
)
from workflows.plays.athand import PlayFull
from workflows.plays.holding import PlayBusy, PlayMoved

log = logging.getLogger("throughtrain.web")

STATUS: dict[type[ThroughTrainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    AlreadyDone: 409,
    Busy: 503,
    InvalidEntries: 422,
    StepFailed: 500,
    DefinitionRefused: 422,
    DeploymentRefused: 422,
    FileRefused: 422,
    ArchiveRefused: 422,
    Overtaken: 409,
    DraftChanged: 409,
    NotGreen: 409,
    NothingToMove: 409,
    StillMoving: 409,
    NotPlanned: 409,
    OwnRequest: 403,
    RequestDecided: 409,
    SecondPersonNeeded: 409,
    OperationRefused: 422,
    CannotRecall: 409,
    CannotRepair: 422,
    CaseSuspended: 409,
    SignInRefused: 403,
    AccountLocked: 429,
    TooMany: 429,
    CannotBePlayed: 422,
    CannotBeRecorded: 409,
    TooManyPlays: 409,
    PlayMoved: 409,
    PlayBusy: 503,
    PlayFull: 409,
}
LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What an error page says; `kept` shows the sent entries, `again` offers to send them again."""

    status: int
    sentence: str
    mend: str
    again: bool = False


def use_failures(app: Flask) -> None:
    """Install the handlers; nothing but these turns an exception into a page."""
    app.register_error_handler(ThroughTrainError, _on_known)
    app.register_error_handler(CSRFError, _on_stale_form)
    app.register_error_handler(RequestEntityTooLarge, _on_oversize)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database)
    app.register_error_handler(PoolTimeout, _on_database)
    app.register_error_handler(DBAPIError, _on_database_error)
    app.register_error_handler(Exception, _on_unknown)


def failure_page(failure: Failure) -> Response:
    """Render an error page; a form that was sent is shown below the message.

    A script that asked for JSON gets the sentences alone.
    """
    if request.accept_mimetypes.best == "application/json":
        said = jsonify(sentence=failure.sentence, mend=failure.mend)
        return make_response(said, failure.status)
    kept = kept_from_request() if request.method == "POST" else None
    page = render_template("failures/failure.html", failure=failure, kept=kept)
    response = whole_page(make_response(page, failure.status))
    if failure.status == 503:
        response.headers["Retry-After"] = "5"
    return response


def status_of(error: ThroughTrainError) -> int:
    """Return the HTTP status for a known error."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def _on_known(error: ThroughTrainError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error("request failed", extra={"action": "page", "reason": error.text()})
    sentence, mend = step_words(error) if isinstance(error, StepFailed) else say(error)
    passes = isinstance(error, Busy | PlayBusy | StepFailed | CaseSuspended)
    again = passes and request.method == "POST"
    return failure_page(Failure(status=status, sentence=sentence, mend=mend, again=again))


def step_words(error: StepFailed) -> tuple[str, str]:
    """Return what people read of a step that failed: the details are for process admins alone."""
    reader = viewer()
    if reader is not None and "process_admin" in reader.roles:
        return say(error)
    sentence = gettext("The process could not go on here; that is not your fault.")
    if error.incident:
        mend = gettext(
            "Nothing was changed. The process admins have been told (incident %(number)d) and see "
            "to it. What you entered is kept; send it again later.",
            number=error.incident,
        )
    else:
        mend = gettext("Nothing was changed. What you entered is kept; send it again later.")
    return sentence, mend


def _on_stale_form(error: CSRFError) -> Response:
    log.info("form without a valid token", extra={"action": "csrf", "reason": error.description})
    if request.accept_mimetypes.best == "application/json":
        sentence = gettext("Nothing was saved: you were signed out meanwhile.")
        mend = gettext("Sign in again in another window; then go on here.")
        return failure_page(Failure(status=400, sentence=sentence, mend=mend))
    return send_again(kept_from_request(), 400)


def _on_oversize(error: RequestEntityTooLarge) -> Response:
    page = render_template(
        "failures/failure.html",
        failure=Failure(
            status=413,
            sentence=gettext("What you sent is too large."),
            mend=gettext(
                "All files of one form together may have 64 MB. Go back (your entries are still "
                "there), choose smaller files and send it again."
            ),
        ),
        kept=None,
    )
    return whole_page(make_response(page, 413))


def _on_http(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 404:
        return _on_known(NotFound())
    if code == 405:
        sentence = gettext("This page cannot be opened in this way.")
        mend = gettext("Go to the start page and try again from there.")
    else:
        sentence = gettext("The request could not be understood.")
        mend = gettext("Go back and try again; if it happens again, tell the hotline.")
    response = failure_page(Failure(status=code, sentence=sentence, mend=mend))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _on_database(error: Exception) -> Response:
    if getattr(getattr(error, "orig", None), "sqlstate", None) == LOCK_NOT_AVAILABLE:
        return _on_known(Busy())
    log.error("database away", extra={"action": "page", "reason": str(error)})
    return failure_page(
        Failure(
            status=503,
            sentence=gettext("The database cannot be reached right now."),
            mend=gettext(
                "Nothing was changed. Wait a moment and send it again; your entries are kept below."
            )
            if request.method == "POST"
            else gettext("Nothing was changed. Wait a moment and load the page again."),
            again=request.method == "POST",
        )
    )


def _on_database_error(error: DBAPIError) -> Response:
    if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
        return _on_known(Busy())
    if error.connection_invalidated:
        return _on_database(error)
    if isinstance(error, DataError):
        # An id with thirty digits names nothing; anything else was not typed into our forms.
        log.warning("entries that no column holds", exc_info=error, extra={"action": "page"})
        return _on_known(NotFound()) if request.method == "GET" else _on_http(BadRequest())
    return _on_unknown(error)


def _unknown_mend(incident: int) -> str:
    if incident:
        return gettext(
            "Nothing was changed. The process admins have been told (incident %(number)d). Please "
            "try again; if it happens again, tell the hotline.",
            number=incident,
        )
    return gettext("Nothing was changed. Please try again; if it happens again, tell the hotline.")


def _on_unknown(error: Exception) -> Response:
    log.exception("unexpected error", exc_info=error, extra={"action": "page"})
    return failure_page(
        Failure(
            status=500,
            sentence=gettext("Something went wrong on our side."),
            mend=_unknown_mend(getattr(error, "incident", 0)),
            again=request.method == "POST",
        )
    )
