"""The supervision page and the work of one unit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from models.queries.booking import current_processes
from models.queries.inbox import LIGHTS, Light, light_counts
from models.queries.supervision import loads, watched
from models.queries.workloads import UnitLoad
from webapp import paging
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.permissions import STAFF, may
from webapp.rendering.lamps import light_of
from webapp.rendering.words import named
from webapp.stages import stage_name
from workflows.errors import NotFound

blueprint = Blueprint(
    "supervision", __name__, template_folder="templates", url_prefix="/supervision"
)

PAGE = 30
WATCH_A_PLACE = frozenset({"supervisor", "leader", "auditor", "inspector"})
WATCH_A_PROCESS = WATCH_A_PLACE | {"process_admin"}
"""Who may look at a whole process on its diagrams."""
COMPANIES = 0
"""Stands for the companies in the address of a unit's work."""


@blueprint.get("/")
@may(STAFF)
def index() -> ResponseReturnValue:
    """Show open work by unit and the tasks that are overdue the longest."""
    mine = request.args.get("view", _usual_view()) != "all"
    units = units_below(_own_units()) if mine else None
    scope = person().actor.scope
    with reading() as session:
        own = light_counts(session, scope, now=now(), view="todo")
        rows = loads(session, scope, now=now(), units=units)
        late, more = watched(session, scope, now=now(), light="red", units=units, limit=PAGE)
        watchable = current_processes(session) if person().roles & WATCH_A_PROCESS else []
    totals = {light: sum(row.counts[light] for row in rows) for light in LIGHTS}
    return render_template(
        "supervision/index.html",
        mine=mine,
        loads=rows,
        totals=totals,
        late=[(row, light_of(row, row.place_id)) for row in late],
        more=bool(more),
        stage_name=stage_name,
        bar=_bar,
        oldest=_oldest_words(),
        own_work=sum(own.values()),
        processes=watchable,
    )


@blueprint.get("/units/<int:unit_id>")
@may(STAFF)
def unit(unit_id: int) -> ResponseReturnValue:
    """List the open work of one unit, or (0) what the companies owe, by light."""
    wanted = request.args.get("light", "")
    light: Light | None = next((one for one in LIGHTS if one == wanted), None)
    after = request.args.get("after", "")
    scope = person().actor.scope
    title = _unit_name(unit_id)
    with reading() as session:
        counted = loads(session, scope, now=now(), units=[unit_id])
        rows, more = watched(
            session,
            scope,
            now=now(),
            light=light,
            units=[unit_id],
            after=paging.read_due(after),
            limit=PAGE,
        )
    return render_template(
        "supervision/unit.html",
        unit_id=unit_id,
        title=title,
        light=light,
        load=counted[0] if counted else None,
        rows=[(row, light_of(row, row.place_id)) for row in rows],
        more=paging.write_due(more),
        is_first_page=not after,
        stage_name=stage_name,
    )


def _usual_view() -> str:
    """Return what this person watches first: a whole place, or the own units."""
    return "all" if person().roles & WATCH_A_PLACE else "mine"


def units_below(unit_ids: Collection[int]) -> frozenset[int]:
    """Return units with everything below them in the tree."""
    directory = city().directory()
    found: set[int] = set()
    ahead = list(unit_ids)
    while ahead:
        unit_id = ahead.pop()
        if unit_id not in found:
            found.add(unit_id)
            ahead += [child.id for child in directory.children(unit_id)]
    return frozenset(found)


def _own_units() -> list[int]:
    return [unit.id for unit in person().units]


def _unit_name(unit_id: int) -> str:
    if unit_id == COMPANIES:
        return ""
    try:
        return named(city().directory().unit(unit_id))
    except KeyError as error:
        raise NotFound from error


def _bar(load: UnitLoad) -> list[tuple[str, str, str]]:
    """Return the pieces of the bar beside a unit: colour, place and width in hundredths."""
    pieces, at = [], 0.0
    for light, count in load.counts.items():
        width = 100 * count / (load.total or 1)
        if count:
            pieces.append((light, f"{at:.2f}", f"{width:.2f}"))
        at += width
    return pieces


def _oldest_words() -> Callable[[datetime], str]:
    """Return what says by how many working days a unit's oldest task is overdue."""
    calendar, at = city().calendar(None), now()
    since_then = gettext("overdue since the last working day")

    @cache
    def words(days: int) -> str:
        said = ngettext("%(num)d working day overdue", "%(num)d working days overdue", days)
        return str(said) if days else since_then

    return lambda due_at: words(max(0, -calendar.between(at, due_at)))
