"""Planning sessions: the year's roster, single and special sessions, moving and cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.receptions import SessionRow, leaders_of, read_session, sessions_of_year
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.permissions import may
from webapp.reception.blueprint import blueprint
from webapp.rendering.words import named
from workflows.actions import receptions
from workflows.actions.receptions import Plan
from workflows.definitions.messages import Message
from workflows.directory import UnitRow
from workflows.errors import InvalidEntries, NotFound
from workflows.sessiondays import SessionRule, proposed, read_rule
from workflows.worktime import local_day

PLANNERS = ("dispatcher", "system_admin")
PLACES = ("city", "county")
YEARS_AHEAD = 2
SLOTS = 12
NINE = time(9, 0)


@blueprint.get("/plan")
@may(*PLANNERS)
def roster() -> ResponseReturnValue:
    """Show the year of a place: what is planned, and what the rule proposes for the rest."""
    return _roster({})


@blueprint.post("/plan")
@may(*PLANNERS)
def roster_entered() -> ResponseReturnValue:
    """Enter the months that were ticked."""
    place = _place(request.form.get("place", ""))
    try:
        plans = [
            _plan({**request.form, **_of_month(month)}, "monthly")
            for month in range(1, 13)
            if request.form.get(f"take-{month}")
        ]
        made = receptions.plan(city(), person().actor, place.id, plans, now=now())
    except InvalidEntries as wrong:
        return _roster(wrong.errors), 422
    flash(gettext("Entered: %(count)d sessions.", count=len(made)), "good")
    return redirect(
        url_for("reception.roster", place=place.key, year=request.form.get("year")), 303
    )


@blueprint.get("/new")
@may(*PLANNERS)
def new() -> ResponseReturnValue:
    """Show the form of a single session."""
    return _form(None, {"place": request.args.get("place", "")}, {})


@blueprint.post("/new")
@may(*PLANNERS)
def new_entered() -> ResponseReturnValue:
    """Enter a single session."""
    place = _place(request.form.get("place", ""))
    try:
        plan = _plan(request.form, request.form.get("kind", ""))
        [made] = receptions.plan(city(), person().actor, place.id, [plan], now=now())
    except InvalidEntries as wrong:
        return _form(None, request.form, wrong.errors), 422
    flash(gettext("Entered: %(count)d sessions.", count=1), "good")
    return redirect(url_for("reception.show", reception_id=made), 303)


@blueprint.get("/<int:reception_id>/change")
@may(*PLANNERS)
def change(reception_id: int) -> ResponseReturnValue:
    """Show the form of a planned session."""
    found = _session(reception_id)
    return _form(found, _entries(found), {})


@blueprint.post("/<int:reception_id>/change")
@may(*PLANNERS)
def changed(reception_id: int) -> ResponseReturnValue:
    """Change or move a session."""
    found = _session(reception_id)
    try:
        plan = _plan(request.form, request.form.get("kind", ""))
        moved = receptions.change(city(), person().actor, reception_id, plan, now=now())
    except InvalidEntries as wrong:
        return _form(found, request.form, wrong.errors), 422
    flash(gettext("Changed. %(count)d cases on the agenda were told.", count=moved), "good")
    return redirect(url_for("reception.show", reception_id=reception_id), 303)


@blueprint.post("/<int:reception_id>/cancel")
@may(*PLANNERS)
def cancelled(reception_id: int) -> ResponseReturnValue:
    """Cancel a session."""
    found = _session(reception_id)
    reason = request.form.get("reason", "").strip()[:200]
    try:
        told = receptions.cancel(city(), person().actor, reception_id, reason=reason, now=now())
    except InvalidEntries as wrong:
        return _form(found, _entries(found), wrong.errors), 422
    flash(gettext("Cancelled. %(count)d cases on the agenda were told.", count=told), "good")
    return redirect(url_for("reception.show", reception_id=reception_id), 303)


@blueprint.post("/rule")
@may(*PLANNERS)
def rule_entered() -> ResponseReturnValue:
    """Lay down the rule for session days."""
    nth, weekday = request.form.get("nth", ""), request.form.get("weekday", "")
    if nth not in set("1234") or weekday not in set("12345"):
        abort(400)
    source = request.form.get("source", "").strip()[:200]
    rule = SessionRule(nth=int(nth), weekday=int(weekday), source=source)
    receptions.set_rule(city(), person().actor, rule, now=now())
    flash(gettext("The rule is kept; the proposals follow it."), "good")
    return redirect(url_for("reception.roster", place=request.form.get("place")), 303)


def _roster(errors: Mapping[str, str]) -> str:
    places = _places()
    place = next((one for one in places if one.key == request.values.get("place")), places[0])
    this_year = local_day(now()).year
    years = range(this_year, this_year + YEARS_AHEAD)
    asked = request.values.get("year", "")
    year = (
        int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in years else this_year
    )
    with reading() as session:
        planned = sessions_of_year(session, place.id, year)
        rule = read_rule(session)
        leaders = leaders_of(session, place.id)
    days = proposed(rule, city().calendar(place.id), year) if rule else []
    taken = {row.held_on.month for row in planned if row.kind == "monthly" and _stands(row)}
    return render_template(
        "reception/roster.html",
        halls=places,
        place=place,
        year=year,
        years=years,
        planned=planned,
        proposals=[
            (day, leaders[place_ % len(leaders)] if leaders else "")
            for place_, day in enumerate(days)
            if day.month not in taken and day >= local_day(now())
        ],
        rule=rule,
        leaders=leaders,
        slots=SLOTS,
        errors=_said(errors),
    )


def _entries(found: SessionRow) -> dict[str, str]:
    return {
        "title": found.title,
        "kind": found.kind,
        "held_on": found.held_on.isoformat(),
        "starts_at": f"{found.starts_at:%H:%M}",
        "room": found.room,
        "leader": found.leader,
        "slots": str(found.slots),
    }


def _said(errors: Mapping[str, str]) -> dict[str, str]:
    return {name: gettext(message) for name, message in errors.items()}


def _stands(row: SessionRow) -> bool:
    return row.state != "cancelled"


def _form(found: SessionRow | None, entries: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    places = _places()
    place_id = found.place_id if found else _chosen(places, entries.get("place")).id
    with reading() as session:
        leaders = leaders_of(session, place_id)
    other = str(entries.get("leader") or "")
    named_leaders = leaders if not other or other in leaders else [other, *leaders]
    return render_template(
        "reception/plan.html",
        session=found,
        halls=[(one.key, named(one)) for one in places],
        entries={"slots": SLOTS, "starts_at": f"{NINE:%H:%M}", "kind": "special", **entries},
        leaders=[("", gettext("not named yet")), *((name, name) for name in named_leaders)],
        errors=_said(errors),
    )


def _chosen(places: list[UnitRow], key: object) -> UnitRow:
    return next((one for one in places if one.key == key), places[0])


def _places() -> list[UnitRow]:
    """Return the places whose sessions this person plans; NotFound where there is none."""
    scope = person().actor.scope
    found = [
        unit
        for unit in city().directory().all()
        if unit.active and unit.kind in PLACES and (scope.everything or unit.id in scope.places)
    ]
    if not found:
        raise NotFound
    return found


def _place(key: str) -> UnitRow:
    found = next((unit for unit in _places() if unit.key == key), None)
    if found is None:
        raise NotFound
    return found


def _session(reception_id: int) -> SessionRow:
    with reading() as session:
        found = read_session(session, reception_id)
    if found is None or found.place_id not in {place.id for place in _places()}:
        raise NotFound
    return found


def _of_month(month: int) -> dict[str, str]:
    names = ("title", "held_on", "leader")
    return {name: request.form.get(f"{name}-{month}", "") for name in names}


def _plan(entries: Mapping[str, Any], kind: str) -> Plan:
    """Return what was typed; InvalidEntries names what cannot be read."""
    errors: dict[str, str] = {}
    held_on = _read(date.fromisoformat, entries.get("held_on"), "held_on", errors)
    starts_at = _read(time.fromisoformat, entries.get("starts_at"), "starts_at", errors)
    slots = _read(int, entries.get("slots"), "slots", errors)
    if errors:
        raise InvalidEntries(errors)
    return Plan(
        title=str(entries.get("title") or "").strip(),
        kind=kind,
        held_on=held_on,
        starts_at=starts_at,
        room=str(entries.get("room") or "").strip()[:80],
        leader=str(entries.get("leader") or "").strip()[:40],
        slots=slots,
    )


def _read(parse: Any, text: object, name: str, errors: dict[str, str]) -> Any:
    try:
        return parse(str(text or "").strip())
    except ValueError:
        errors[name] = Message("This cannot be read.")
        return None
