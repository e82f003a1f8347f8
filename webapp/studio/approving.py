"""Pages of the second person, and of versions that wait for their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city, now, person, reading
from webapp.language import gettext, say
from webapp.permissions import may
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.shipping import read_number, said_findings, said_problem, tell
from webapp.studio.sources import Source, draft_of, source_of
from workflows.actions import approvals, effective
from workflows.actions.deployment import second_person_needed
from workflows.actions.second_person import NobodyElse, require_second_person
from workflows.errors import (
    DefinitionRefused,
    DeploymentRefused,
    InvalidEntries,
    NotFound,
    ThroughTrainError,
)
from workflows.worktime import ZONE


def asked_of(source: Source) -> dict[str, Any]:
    """Return whether a draft needs a second person, and what was asked and decided so far."""
    if source.draft is None:
        return {"asked": None}
    with reading() as session:
        found = approvals.newest(session, source.draft.id)
        needed = second_person_needed(session)
    current = found is not None and found.checksum == source.checksum
    return {
        "asked": {
            "needed": needed,
            "request": found,
            "waits": current and found is not None and found.decided_at is None,
            "outdated": found is not None and not current and found.decided_at is None,
            "own": found is not None and found.asked_by_id == person().id,
            "day_passed": found is not None and approvals.has_passed(found, now()),
        }
    }


def read_day(text: str) -> datetime | None:
    """Return the beginning of a typed day (YYYY-MM-DD) in the city, aware UTC; None for none.

    Raises InvalidEntries for what is no day, or a day that is not ahead.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidEntries({"takes_effect_on": "Write the day as 2026-07-01."}) from None
    begins = datetime.combine(day, time(), ZONE).astimezone(UTC)
    if begins <= now():
        raise InvalidEntries({"takes_effect_on": "Choose a day ahead, or none for at once."})
    return begins


@blueprint.post("/<key>/<ref>/ask")
@may(PROCESS_ADMIN)
def ask(key: str, ref: str) -> ResponseReturnValue:
    """Ask a second person to look at a draft and to approve that it is deployed."""
    draft = draft_of(key, ref)

    def act() -> None:
        approvals.ask(
            city(),
            person().actor,
            draft.id,
            revision=read_number(request.form.get("revision", "")),
            reason=request.form.get("reason", ""),
            over=read_number(request.form.get("over", "")),
            takes_effect_at=read_day(request.form.get("takes_effect_on", "")),
            now=now(),
        )
        flash(gettext("Asked. Any other process admin can approve it on this page."), "good")

    return _done(act, key, ref)


@blueprint.post("/<key>/<ref>/approve")
@may(PROCESS_ADMIN)
def approve(key: str, ref: str) -> ResponseReturnValue:
    """Approve what a colleague asked for: it is deployed."""
    draft = draft_of(key, ref)
    request_id = read_number(request.form.get("request", ""))
    try:
        actor = person().actor
        at_once = request.form.get("at_once") == "1"
        deployed = approvals.approve(
            city(), actor, request_id, now=now(), draft_id=draft.id, at_once=at_once
        )
        tell(deployed)
    except DeploymentRefused as refused:
        flash(said_findings(refused), "bad")
    except approvals.DayPassed as passed:
        flash(" ".join(say(passed)), "bad")
    except DefinitionRefused as refused:
        flash(" ".join(say(refused)), "bad")
    else:
        return redirect(url_for("studio.process", key=key), 303)
    return redirect(url_for("studio.bundle", key=key, ref=ref), 303)


@blueprint.post("/<key>/<ref>/send-back")
@may(PROCESS_ADMIN)
def send_back(key: str, ref: str) -> ResponseReturnValue:
    """Send a request back with a remark, or take one's own back."""
    draft = draft_of(key, ref)
    request_id = read_number(request.form.get("request", ""))
    remark = request.form.get("remark", "")

    def act() -> None:
        actor = person().actor
        approvals.send_back(city(), actor, request_id, remark=remark, now=now(), draft_id=draft.id)
        flash(gettext("The request is closed; the draft stays as it is."), "good")

    return _done(act, key, ref)


@blueprint.post("/second-person")
@may(PROCESS_ADMIN)
def second_person() -> ResponseReturnValue:
    """Let a second person approve each version from now on."""
    try:
        require_second_person(
            city(), person().actor, True, now=now(), reason=request.form.get("reason", "")
        )
        flash(gettext("From now on a second person approves each version."), "good")
    except InvalidEntries as error:
        flash(said_problem(error), "bad")
    except NobodyElse as error:
        flash(" ".join(say(error)), "bad")
    return redirect(url_for("studio.index"), 303)


@blueprint.post("/<key>/<ref>/call-off")
@may(PROCESS_ADMIN)
def call_off(key: str, ref: str) -> ResponseReturnValue:
    """Let a version that waits for its day never come into force."""
    version = source_of(key, ref).version
    if version is None:
        raise NotFound
    try:
        effective.call_off(
            city(),
            person().actor,
            key,
            version.number,
            now=now(),
            reason=request.form.get("reason", ""),
        )
        flash(gettext("Version %(number)d is called off.", number=version.number), "good")
    except InvalidEntries as error:
        flash(said_problem(error), "bad")
    return redirect(url_for("studio.process", key=key), 303)


def _done(act: Callable[[], None], key: str, ref: str) -> ResponseReturnValue:
    """Do it and return to the draft, with what was wrong if something was."""
    try:
        act()
    except InvalidEntries as error:
        flash(said_problem(error), "bad")
    except ThroughTrainError as error:
        flash(" ".join(say(error)), "bad")
    return redirect(url_for("studio.bundle", key=key, ref=ref, _anchor="deploy-title"), 303)
