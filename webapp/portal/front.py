"""The city's front page: what the through-train is, and the ways in."""

from __future__ import annotations

from itertools import groupby

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from models.queries.booking import coming_receptions, current_processes
from webapp.context import city, now, reading, viewer
from webapp.navigation import home_of
from webapp.permissions import PUBLIC, may
from webapp.portal.blueprint import blueprint
from webapp.portal.start import VISITOR
from webapp.rendering.words import named
from workflows.actions.cases import may_start
from workflows.definitions.definition import Definition
from workflows.promises import Promise, promises_of
from workflows.worktime import local_day

_promises: dict[int, tuple[Promise, ...]] = {}
"""By version id; a deployed version never changes."""


@blueprint.get("/")
@may(PUBLIC)
def front() -> ResponseReturnValue:
    """Show visitors what this is; people with an account go to their place."""
    if viewer() is not None:
        return redirect(home_of(viewer()))
    with reading() as session:
        sessions = coming_receptions(session, local_day(now()), limit=20)
        processes = current_processes(session)
    definitions = [city().library.version(process.version_id) for process in processes]
    opened = [one for one in definitions if one.bundle.start_form and may_start(one, VISITOR)]
    return render_template(
        "portal/front.html",
        sessions=[(on, list(rows)) for on, rows in groupby(sessions, lambda one: one.held_on)],
        processes=opened,
        promises=_by_stage(opened[0]) if opened else [],
    )


def _by_stage(definition: Definition) -> list[tuple[str, list[Promise]]]:
    """Return (stage's name, limits) of what the city owes the company."""
    if definition.version_id not in _promises:
        _promises[definition.version_id] = promises_of(definition)
    promises = _promises[definition.version_id]
    stages = {stage.key: named(stage, "title") for stage in definition.bundle.stages}
    return [
        (stages[key], list(rows))
        for key, rows in groupby(promises, lambda one: one.stage)
        if key in stages
    ]
