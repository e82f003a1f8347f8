"""The list of sessions, and the agenda of one."""

from __future__ import annotations

from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from models.queries.receptions import (
    SessionRow,
    coming_sessions,
    past_sessions,
    read_session,
    slots,
)
from webapp.context import now, person, reading
from webapp.permissions import STAFF, may
from webapp.reception.blueprint import blueprint
from webapp.reception.planning import PLANNERS
from webapp.stages import stage_name
from workflows.errors import NotFound
from workflows.worktime import local_day


@blueprint.get("/")
@may(STAFF)
def index() -> ResponseReturnValue:
    """List the sessions: those to come, or those that were held."""
    past = request.args.get("view") == "past"
    today = local_day(now())
    with reading() as session:
        rows = past_sessions(session, today) if past else coming_sessions(session, today)
    days = [(day, list(group)) for day, group in groupby(rows, key=lambda row: row.held_on)]
    return render_template(
        "reception/index.html",
        days=days,
        past=past,
        plans=not person().roles.isdisjoint(PLANNERS),
    )


@blueprint.get("/<int:reception_id>")
@may(STAFF)
def show(reception_id: int) -> ResponseReturnValue:
    """Show the agenda of a session with what was decided; it prints as the agenda."""
    with reading() as session:
        found = read_session(session, reception_id)
        if found is None:
            raise NotFound
        agenda = slots(session, person().actor.scope, reception_id)
    return render_template(
        "reception/show.html",
        session=found,
        agenda=agenda,
        free=max(0, found.slots - found.taken),
        hidden=found.taken - len(agenda),
        stage_name=stage_name,
        plans=_plans(found),
    )


def _plans(found: SessionRow) -> bool:
    """True for who may move or cancel this session."""
    scope = person().actor.scope
    own = scope.everything or found.place_id in scope.places
    return found.state == "planned" and own and not person().roles.isdisjoint(PLANNERS)
