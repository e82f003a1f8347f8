"""Watching a process: the diagrams with the cases that stand on them now, and those cases."""

from __future__ import annotations

from typing import get_args

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from models.queries.standing import Place, Watched
from models.queries.watching import (
    Light,
    Overview,
    Standing,
    overview,
    standing_cases,
)
from webapp.context import city, now, person, reading
from webapp.language import gettext
from webapp.permissions import may
from webapp.rendering.lamps import light_of
from webapp.studio.blueprint import blueprint
from webapp.studio.sources import process_of
from webapp.studio.watched import WATCHERS, Choice, Mark, Names, choice, offered, pictures
from workflows.definitions.contents import pretty
from workflows.errors import NotFound
from workflows.watching import catching, within

PAGE = 50
MOST_PAGES = 200


@blueprint.get("/<key>/watch")
@may(*WATCHERS)
def watch(key: str) -> ResponseReturnValue:
    """Show where the open cases of a process stand now."""
    chosen = choice(key)
    with reading() as session:
        found = overview(session, _watched(chosen))
    names = Names([chosen.definition, *chosen.others()])
    shown = pictures(chosen, names, _live_marks(chosen, found))
    return render_template(
        "studio/watch.html",
        view="watch",
        found=found,
        names=names,
        pictures=shown,
        known=chosen.definition.specification.elements,
        **offered(chosen),
    )


@blueprint.get("/<key>/watch/cases")
@may(*WATCHERS)
def watch_cases(key: str) -> ResponseReturnValue:
    """List the cases at an element (`process`, `element`), or all open ones, by light."""
    chosen = choice(key)
    place = (request.args.get("process", ""), request.args.get("element", ""))
    wanted = request.args.get("light", "")
    light: Light | None = next((one for one in get_args(Light) if one == wanted), None)
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    with reading() as session:
        rows = standing_cases(
            session,
            _watched(chosen),
            _inside(chosen, place) if place[1] else [],
            light=light,
            offset=(page - 1) * PAGE,
            limit=PAGE + 1,
        )
    names = Names([chosen.definition, *chosen.others()])
    return render_template(
        "studio/watch_cases.html",
        rows=[(row, light_of(row, row.place_id)) for row in rows[:PAGE]],
        more=len(rows) > PAGE,
        page=page,
        place=place,
        light=light,
        names=names,
        **offered(chosen),
    )


@blueprint.get("/<key>/watch/diagrams/<int:number>/<process>")
@may(*WATCHERS)
def watch_diagram(key: str, number: int, process: str) -> ResponseReturnValue:
    """Return a diagram of a version for the viewer's script; it never changes."""
    with reading() as session:
        versions = process_of(session, key).versions
    version = next((one for one in versions if one.number == number), None)
    if version is None:
        raise NotFound
    bundle = city().library.version(version.id).bundle
    path = f"{process}.bpmn"
    if path not in bundle.diagrams:
        raise NotFound
    answer: Response = jsonify(xml=pretty(path, bundle.files[path]))
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


def _watched(chosen: Choice) -> Watched:
    definition = chosen.definition
    return Watched(
        scope=person().actor.scope,
        process_id=chosen.process.id,
        now=now(),
        units=chosen.units,
        version_id=chosen.version.id if chosen.version else None,
        catching=catching([definition, *chosen.others()]),
        within=within(definition),
    )


def _inside(chosen: Choice, place: Place) -> list[Place]:
    """Return the places that a count at an element stands for: its own, and those it calls."""
    own = chosen.definition.specification.elements
    called = {inner for inner, at in within(chosen.definition) if at == place}
    return [place, *(one for one in own if one[0] in called)]


def _live_marks(chosen: Choice, found: Overview) -> list[tuple[str, Mark]]:
    marks = []
    for one in found.places:
        href = url_for(
            "studio.watch_cases", **chosen.kept(process=one.process, element=one.element)
        )
        title = ngettext("%(num)d case", "%(num)d cases", one.cases)
        marks.append((one.process, _mark(one, str(one.cases), title, "count", href)))
        for kind, shape, count, words in _lights(one):
            if count:
                there = f"{href}&light={kind}"
                marks.append((one.process, _mark(one, f"{shape}{count}", words, kind, there)))
    return marks


def _lights(one: Standing) -> tuple[tuple[str, str, int, str], ...]:
    return (
        ("red", "●", one.red, gettext("overdue")),
        ("yellow", "▲", one.yellow, gettext("due soon")),
        ("grey", "‖", one.grey, gettext("clock stopped")),
    )


def _mark(one: Standing, text: str, title: str, kind: str, href: str) -> Mark:
    return Mark(element=one.element, text=text, title=title, kind=kind, href=href)
