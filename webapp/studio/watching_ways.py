"""The ways that ended cases took most: as a list, and as thick flows on the diagrams."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.queries.studio import VersionRow
from models.queries.watching_times import Spread
from models.queries.watching_ways import SAMPLE, Way, Ways, flows_of, ways
from webapp.context import city, reading
from webapp.language import gettext
from webapp.permissions import may
from webapp.rendering.words import named
from webapp.studio.blueprint import blueprint
from webapp.studio.watched import WATCHERS, Choice, Mark, Names, choice, offered, pictures
from webapp.studio.watching_period import measured, period, quick_periods
from webapp.studio.watching_times import FEW, days

WIDEST = 5


@dataclass(frozen=True, kw_only=True)
class Line:
    """A way as the page lists it."""

    key: str
    stations: tuple[str, ...]
    spread: Spread
    share: float
    href: str
    current: bool
    newest: int


@blueprint.get("/<key>/watch/ways")
@may(*WATCHERS)
def watch_ways(key: str) -> ResponseReturnValue:
    """Show the ways taken most in a time; `way` picks one to be drawn alone."""
    chosen, when = choice(key), period()
    by_stage = request.args.get("by") == "stage"
    with reading() as session:
        found = ways(session, measured(chosen, when), by_stage=by_stage)
        picked = next((one for one in found.most if one.key == request.args.get("way")), None)
        cases = picked.cases if picked else found.newest
        taken = flows_of(session, cases)
    names = Names([chosen.definition, *(city().library.version(v.id) for v in _others(chosen))])
    drawn = [(process, _flow(flow, count, len(cases))) for (process, flow), count in taken.items()]
    return render_template(
        "studio/watch_ways.html",
        view="watch_ways",
        found=found,
        lines=[_line(one, found, chosen, names, picked) for one in found.most],
        picked=picked,
        drawn=len(cases),
        sample=SAMPLE,
        few=FEW,
        days=days,
        by="stage" if by_stage else "task",
        when=when,
        quick=quick_periods(chosen, "studio.watch_ways", by=request.args.get("by")),
        pictures=pictures(chosen, names, (), drawn),
        **offered(chosen),
    )


def _others(chosen: Choice) -> list[VersionRow]:
    return [one for one in chosen.process.versions if one.was_in_force and one != chosen.drawn][:5]


def _line(way: Way, found: Ways, chosen: Choice, names: Names, picked: Way | None) -> Line:
    stages = {stage.key: named(stage, "title") for stage in chosen.definition.bundle.stages}
    here = picked is not None and way.key == picked.key
    kept = {name: request.args[name] for name in ("from", "to", "by") if name in request.args}
    return Line(
        key=way.key,
        stations=tuple(
            names.of(process, element) if process else stages.get(element, element)
            for process, element in way.stations
        ),
        spread=way.spread,
        share=way.spread.count / found.cases,
        href=url_for("studio.watch_ways", **chosen.kept(**kept, way=None if here else way.key)),
        current=here,
        newest=way.cases[0],
    )


def _flow(flow: str, count: int, of: int) -> Mark:
    share = count / of if of else 0.0
    return Mark(
        element=flow,
        text=str(count),
        title=gettext("%(count)d of %(of)d cases", count=count, of=of),
        level=max(1, min(WIDEST, round(WIDEST * share))),
        kind="flow",
    )
