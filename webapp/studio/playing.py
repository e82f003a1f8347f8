"""Playing a process in the browser, with a clock that is moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.plays import Play
from webapp.context import city, now, person, reading
from webapp.language import gettext, say
from webapp.permissions import may
from webapp.process_form import Turn
from webapp.studio import looking
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.playing_forms import Chosen, asked, chosen_of, step_of
from webapp.studio.playing_page import play_page
from webapp.studio.playing_view import EXTRA, view_of
from webapp.studio.shipping import read_number
from webapp.studio.sources import source_of
from workflows.actions import bundle_drafts, plays
from workflows.definitions.archive import unpack
from workflows.definitions.contents import pretty
from workflows.errors import InvalidEntries, NotFound, StepFailed, ThroughTrainError
from workflows.plays.athand import at_hand
from workflows.plays.holding import PlayMoved
from workflows.plays.table import PROBLEMS
from workflows.worktime import ZONE


@blueprint.post("/<key>/<ref>/plays")
@may(PROCESS_ADMIN)
def play_begin(key: str, ref: str) -> ResponseReturnValue:
    """Begin a play of a draft or version; its clock stands at this minute."""
    source = source_of(key, ref)
    play_id = plays.begin(
        city(),
        person().actor,
        source.files,
        source=ref,
        name=source.label,
        clock_at=now().replace(second=0, microsecond=0),
        now=now(),
        inspect=lambda *_args, **_named: looking.raw_findings(source),
    )
    return redirect(url_for("studio.play", key=key, play_id=play_id), 303)


@blueprint.get("/<key>/plays/<int:play_id>")
@may(PROCESS_ADMIN)
def play(key: str, play_id: int) -> ResponseReturnValue:
    """Show where a play stands, and the form of what was chosen."""
    with _held(key, play_id) as held:
        view = view_of(held, request.args.get("case", ""))
        chosen = chosen_of(held, view)
        return play_page(held, view, chosen, chosen.fresh if chosen else None)


@blueprint.post("/<key>/plays/<int:play_id>/act")
@may(PROCESS_ADMIN)
def play_act(key: str, play_id: int) -> ResponseReturnValue:
    """Take the form of a task, a message or the start: show it again, or do it."""
    with _held(key, play_id) as held:
        view = view_of(held, request.args.get("case", ""))
        chosen = chosen_of(held, view)
        if chosen is None:
            flash(gettext("This is no longer open in the play."), "warn")
            return _back(key, play_id)
        turn = asked(held, chosen)
        if not turn.sends:
            return play_page(held, view, chosen, turn, 422 if turn.errors else 200)
        try:
            step = step_of(held, chosen, turn.raw)
        except InvalidEntries as error:
            turn.errors = dict(error.errors)
            return play_page(held, view, chosen, turn, 422)
    return _done(key, play_id, chosen, step, turn)


def _done(
    key: str, play_id: int, chosen: Chosen, step: dict[str, Any], turn: Turn
) -> ResponseReturnValue:
    """Do what a form says; where that is not possible show it again with the reason."""
    try:
        plays.perform(city(), person().actor, play_id, step, seen=_seen(), now=now())
    except PlayMoved as problem:
        flash(_said(problem), "warn")
        return _back(key, play_id)
    except PROBLEMS as problem:
        if isinstance(problem, InvalidEntries):
            turn.errors = dict(problem.errors)
        said = "" if isinstance(problem, InvalidEntries) else _said(problem)
        with _held(key, play_id) as held:
            view = view_of(held, chosen.case)
            return play_page(held, view, chosen, turn, 422, problem=said)
    return _back(key, play_id, case=chosen.case)


@blueprint.post("/<key>/plays/<int:play_id>/extra")
@may(PROCESS_ADMIN)
def play_extra(key: str, play_id: int) -> ResponseReturnValue:
    """Suspend the case, extend a time limit, take the last step back."""
    form = request.form
    step: dict[str, Any] = {
        "action": form.get("action") if form.get("action") in EXTRA else "pause",
        "by": form.get("by", ""),
        "reason": form.get("reason", "")[:200],
    }
    if form.get("case", "start") != "start":
        step["case"] = form["case"]
    if step["action"] == "extend":
        step |= {"task": form.get("task", ""), "workdays": read_number(form.get("days", ""))}
    try:
        plays.perform(city(), person().actor, _checked(key, play_id), step, seen=_seen(), now=now())
    except InvalidEntries as error:
        flash(" ".join(gettext(one) for one in error.errors.values()), "bad")
    except PROBLEMS as problem:
        flash(_said(problem), "bad")
    return _back(key, play_id, case=form.get("case", ""))


@blueprint.post("/<key>/plays/<int:play_id>/session")
@may(PROCESS_ADMIN)
def play_session(key: str, play_id: int) -> ResponseReturnValue:
    """Plan a reception in the play."""
    held_on = _time(request.form.get("held_on", ""))
    actor, play_id = person().actor, _checked(key, play_id)
    if held_on is None:
        flash(gettext("Enter a date, for example 2026-03-06."), "bad")
        return _back(key, play_id)
    try:
        plays.plan_session(
            city(),
            actor,
            play_id,
            place=request.form.get("place", ""),
            held_on=held_on.date(),
            seen=_seen(),
            now=now(),
        )
    except PROBLEMS as problem:
        flash(_said(problem), "bad")
    return _back(key, play_id)


@blueprint.post("/<key>/plays/<int:play_id>/clock")
@may(PROCESS_ADMIN)
def play_clock(key: str, play_id: int) -> ResponseReturnValue:
    """Move the clock to a time."""
    then = _time(request.form.get("to", ""))
    if then is None:
        flash(gettext("Enter a date and a time."), "bad")
        return _back(key, play_id, case=request.form.get("case", ""))
    actor, play_id = person().actor, _checked(key, play_id)
    try:
        moved = plays.move_clock(city(), actor, play_id, then, seen=_seen(), now=now())
        if not moved.whole:
            stopped = f"{moved.at.astimezone(ZONE):%Y-%m-%d %H:%M}"
            flash(
                gettext(
                    "So much happens on the way that the clock stopped at %(at)s.",
                    at=stopped,
                ),
                "warn",
            )
    except PROBLEMS as problem:
        flash(_said(problem), "bad")
    return _back(key, play_id, case=request.form.get("case", ""))


@blueprint.post("/<key>/plays/<int:play_id>/rewind")
@may(PROCESS_ADMIN)
def play_rewind(key: str, play_id: int) -> ResponseReturnValue:
    """Take back all acts after one of them."""
    sent = request.form.get("number", "")
    number = -1 if sent == "-1" else read_number(sent)
    actor, play_id = person().actor, _checked(key, play_id)
    try:
        plays.rewind(city(), actor, play_id, number, seen=_seen(), now=now())
    except PlayMoved as problem:
        flash(_said(problem), "warn")
    return _back(key, play_id)


@blueprint.post("/<key>/plays/<int:play_id>/renew")
@may(PROCESS_ADMIN)
def play_renew(key: str, play_id: int) -> ResponseReturnValue:
    """Play the same acts with the draft as it is now."""
    source = source_of(key, _own(key, play_id).source)
    done = plays.renew(
        city(),
        person().actor,
        play_id,
        source.files,
        now=now(),
        inspect=lambda *_args, **_named: looking.raw_findings(source),
    )
    flash(
        gettext("The same acts were played with the files as they are now: %(count)d.", count=done),
        "good",
    )
    return _back(key, play_id)


@blueprint.post("/<key>/plays/<int:play_id>/end")
@may(PROCESS_ADMIN)
def play_end(key: str, play_id: int) -> ResponseReturnValue:
    """End a play; nothing is left of it."""
    ref = _own(key, play_id).source
    plays.finish(city(), person().actor, play_id, now=now())
    flash(gettext("The play has ended; nothing is left of it."), "good")
    try:
        source_of(key, ref)
    except NotFound:
        return redirect(url_for("studio.index"), 303)
    return redirect(url_for("studio.bundle", key=key, ref=ref), 303)


@blueprint.post("/<key>/plays/<int:play_id>/scenario")
@may(PROCESS_ADMIN)
def play_scenario(key: str, play_id: int) -> ResponseReturnValue:
    """Put the play into a draft as a scenario."""
    draft_id = read_number(request.form.get("draft", ""))
    try:
        path = plays.save_scenario(
            city(),
            person().actor,
            _checked(key, play_id),
            draft_id,
            name=request.form.get("name", "").strip(),
            title=request.form.get("title", "").strip()[:200],
            now=now(),
        )
    except bundle_drafts.DraftChanged:
        flash(gettext("The draft has a scenario of this name already; choose another name."), "bad")
        return _back(key, play_id)
    except ThroughTrainError as problem:
        flash(_said(problem), "bad")
        return _back(key, play_id)
    flash(
        gettext(
            "The play is kept in the draft as the scenario %(path)s. Play the scenarios there.",
            path=path,
        ),
        "good",
    )
    return redirect(url_for("studio.bundle", key=key, ref=f"d{draft_id}", _anchor="trial"), 303)


@blueprint.get("/<key>/plays/<int:play_id>/diagrams/<process>")
@may(PROCESS_ADMIN)
def play_diagram(key: str, play_id: int, process: str) -> ResponseReturnValue:
    """Return a diagram of the played files, for the page's script."""
    path = f"{process}.bpmn"
    play_id = _checked(key, play_id)
    with reading() as session:
        files = unpack(session.get_one(Play, play_id).archive)
    if path not in files:  # the diagram of a case of another process, opened by the played one
        with _held(key, play_id) as held:
            view = view_of(held, request.args.get("case", ""))
        files = dict(view.case.definition.bundle.files) if view.case is not None else {}
    if path not in files:
        raise NotFound
    return jsonify(xml=pretty(path, files[path]))


def _held(key: str, play_id: int) -> Any:
    return at_hand(city(), person().actor, _checked(key, play_id), now=now())


def _own(key: str, play_id: int) -> Play:
    """Return the person's own play of this process; NotFound for any other."""
    with reading() as session:
        found = session.get(Play, play_id)
    if found is None or found.process_key != key or found.person_id != person().id:
        raise NotFound
    return found


def _checked(key: str, play_id: int) -> int:
    return _own(key, play_id).id


def _back(key: str, play_id: int, case: str = "") -> ResponseReturnValue:
    at = case if case != "start" else ""
    return redirect(url_for("studio.play", key=key, play_id=play_id, case=at or None), 303)


def _seen() -> int:
    return read_number(request.values.get("seen", ""))


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def _said(problem: Exception) -> str:
    """Return what stood in the way; of a failing step where and why, to the one who can mend it."""
    if isinstance(problem, StepFailed):
        advice = gettext(problem.advice, **getattr(problem.advice, "params", {}))
        return f"{say(problem)[0]} {advice}"
    if isinstance(problem, ThroughTrainError):
        return " ".join(part for part in say(problem) if part)
    return gettext("This cannot be done in the play: %(reason)s", reason=str(problem))
