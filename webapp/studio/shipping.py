"""Pages that change what new cases begin with: taking back to an earlier version."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city, now, person, reading
from webapp.language import gettext, language
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.sources import Source, process_of, source_of
from workflows.actions.deployment import Deployed, findings_of, roll_back
from workflows.actor import SYSTEM
from workflows.errors import DeploymentRefused, InvalidEntries, NotFound
from workflows.explanation import day_in_words
from workflows.worktime import local_day


@blueprint.get("/<key>/<ref>/back")
@may(PROCESS_ADMIN)
def back_to(key: str, ref: str) -> ResponseReturnValue:
    """Ask why the process goes back to an earlier version, and show what that changes."""
    return _back_page(_version(key, ref), "")


@blueprint.post("/<key>/<ref>/back")
@may(PROCESS_ADMIN)
def back_now(key: str, ref: str) -> ResponseReturnValue:
    """Deploy the earlier files as the newest version."""
    source = _version(key, ref)
    number = source.version.number if source.version else 0
    try:
        deployed = roll_back(
            city(),
            person().actor,
            key,
            number,
            now=now(),
            reason=request.form.get("reason", ""),
            over=read_number(request.form.get("over", "")),
        )
    except InvalidEntries as error:
        return _back_page(source, said_problem(error)), 422
    except DeploymentRefused as refused:
        return _back_page(source, said_findings(refused)), 422
    tell(deployed)
    return redirect(url_for("studio.process", key=key), 303)


@blueprint.app_template_filter("who")
def who(name: str) -> str:
    """Return who did something: a person's name as it is, the system in the reader's language."""
    return gettext("the system") if name == SYSTEM.name else name


def tell(deployed: Deployed) -> None:
    """Say what new cases begin with now."""
    if deployed.takes_effect_at is not None:
        day = day_in_words(local_day(deployed.takes_effect_at), language(), year=True)
        words = {"number": deployed.number, "day": day}
        said = gettext(
            "Version %(number)d takes effect on %(day)s; until then nothing changes.", **words
        )
        flash(said, "good")
        return
    said = (
        gettext(
            "Version %(number)d is in force: new cases begin with it, open ones stay.",
            number=deployed.number,
        )
        if deployed.new
        else gettext(
            "These files are version %(number)d, which is in force already.", number=deployed.number
        )
    )
    flash(said, "good" if deployed.new else "warn")


def said_problem(error: InvalidEntries) -> str:
    """Return what is wrong with the entries, in the reader's language."""
    return " ".join(gettext(message) for message in error.errors.values())


def sent_back(error: InvalidEntries, address: str) -> ResponseReturnValue:
    """Lead back to a page that says what is wrong with the entries."""
    flash(said_problem(error), "bad")
    return redirect(address, 303)


def read_number(text: str) -> int:
    """Return a number that a page carried along, 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def said_findings(refused: DeploymentRefused) -> str:
    """Return what keeps a bundle from being deployed, in the reader's language."""
    return " ".join(one.sentence for one in looking.in_words(findings_of(refused)))


def _version(key: str, ref: str) -> Source:
    source = source_of(key, ref)
    if source.version is None or source.version.in_force or not source.version.was_in_force:
        raise NotFound
    return source


def _back_page(source: Source, problem: str) -> str:
    with reading() as session:
        process = process_of(session, source.key)
    current = source_of(source.key, f"v{process.in_force.number}")
    return render_template(
        "studio/back.html",
        process=process,
        source=source,
        changes=len(looking.changes_between(current, source)),
        current=current,
        problem=problem,
        reason=request.form.get("reason", ""),
    )
