"""How long things take: the heat over the diagrams, the bottlenecks, and two versions compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext, ngettext

from models.queries.standing import Place
from models.queries.studio import VersionRow
from models.queries.watching_times import NOTHING, Spread, Times, ended_cases, times
from webapp.context import city, reading
from webapp.language import gettext
from webapp.permissions import may
from webapp.studio.blueprint import blueprint
from webapp.studio.watched import WATCHERS, Choice, Mark, Names, choice, offered, pictures
from webapp.studio.watching_period import measured, period, quick_periods
from workflows.watching import within

Figure = Literal["whole", "waiting", "in_hand", "late"]
By = Literal["total", "median", "p90"]
FIGURES: dict[Figure, object] = {
    "whole": lazy_gettext("From opened to done"),
    "waiting": lazy_gettext("Waiting until somebody took it up"),
    "in_hand": lazy_gettext("In hand until done"),
    "late": lazy_gettext("Done too late"),
}
BYS: dict[By, object] = {
    "total": lazy_gettext("all tasks together"),
    "median": lazy_gettext("the middle task (median)"),
    "p90": lazy_gettext("nine of ten tasks (p90)"),
}
LEVELS = 5
FEW = 10
"""With fewer cases or tasks than this a median says little, and nine of ten nothing."""


@dataclass(frozen=True, kw_only=True)
class Hot:
    """A line of the table: an element with its figures and its share of all the time."""

    times: Times
    name: str
    diagram: str
    share: float
    value: float
    level: int


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An element, or whole cases (no element), on two versions."""

    place: Place | None
    name: str
    diagram: str
    before: Spread
    after: Spread

    @property
    def enough(self) -> bool:
        """Whether both have enough to be compared."""
        return min(self.before.count, self.after.count) >= FEW

    @property
    def change(self) -> float | None:
        """By how many working days the median changed; None where there are too few."""
        return self.after.median - self.before.median if self.enough else None


@blueprint.get("/<key>/watch/times")
@may(*WATCHERS)
def watch_times(key: str) -> ResponseReturnValue:
    """Show the heat over the diagrams and the elements that take most time."""
    chosen, when = choice(key), period()
    figure: Figure = next((one for one in FIGURES if one == request.args.get("figure")), "whole")
    by: By = next((one for one in BYS if one == request.args.get("by")), "total")
    with reading() as session:
        found = times(session, measured(chosen, when))
    names = Names([chosen.definition, *chosen.others()])
    rows = _hot(found, figure, by, names)
    marks = [(row.times.process, _heat_mark(row, figure, by)) for row in rows if row.level]
    if figure == "late" or by == "total":
        marks += _called_marks(chosen, rows, figure)
    return render_template(
        "studio/watch_times.html",
        view="watch_times",
        rows=rows,
        figure=figure,
        figures=FIGURES,
        by=by,
        bys=BYS,
        few=FEW,
        days=days,
        levels=LEVELS,
        most=max((row.value for row in rows), default=0.0),
        when=when,
        quick=quick_periods(chosen, "studio.watch_times", figure=figure, by=by),
        names=names,
        pictures=pictures(chosen, names, marks),
        **offered(chosen),
    )


@blueprint.get("/<key>/watch/versions")
@may(*WATCHERS)
def watch_versions(key: str) -> ResponseReturnValue:
    """Compare how long tasks and cases took on two versions."""
    chosen, when = choice(key), period()
    before, after = _two(chosen)
    rows: list[Compared] = []
    if before is not None and after is not None:
        rows = _compare(chosen, before, after)
    return render_template(
        "studio/watch_versions.html",
        view="watch_versions",
        before=before,
        after=after,
        rows=rows,
        few=FEW,
        days=days,
        when=when,
        quick=quick_periods(
            chosen,
            "studio.watch_versions",
            before=before.number if before else None,
            after=after.number if after else None,
        ),
        **offered(chosen),
    )


def _two(chosen: Choice) -> tuple[VersionRow | None, VersionRow | None]:
    """Return the versions that the address names; else the one in force and the one before."""
    known = {one.number: one for one in chosen.process.versions if one.was_in_force}
    older = [one for number, one in known.items() if number < chosen.process.in_force.number]
    usual = (older[0] if older else None, chosen.process.in_force)
    asked = [known.get(request.args.get(name, 0, type=int)) for name in ("before", "after")]
    return asked[0] or usual[0], asked[1] or usual[1]


def _compare(chosen: Choice, before: VersionRow, after: VersionRow) -> list[Compared]:
    wanted = measured(chosen, period())
    wanted = type(wanted)(**{**vars(wanted), "version_ids": (before.id, after.id)})
    with reading() as session:
        found = times(session, wanted, by_version=True)
        whole = {one.version_id: one.whole for one in ended_cases(session, wanted)}
    names = Names([city().library.version(one.id) for one in (after, before)])
    by_place: dict[Place, dict[int | None, Spread]] = {}
    for one in found:
        by_place.setdefault((one.process, one.element), {})[one.version_id] = one.whole
    rows = [_compared(None, gettext("The whole case"), "", whole, before, after)]
    for place, of in by_place.items():
        name, diagram = names.of(*place), names.diagram(place[0])
        rows.append(_compared(place, name, diagram, of, before, after))
    return rows


def _compared(
    place: Place | None,
    name: str,
    diagram: str,
    of: Mapping[int, Spread] | Mapping[int | None, Spread],
    before: VersionRow,
    after: VersionRow,
) -> Compared:
    known = dict(of)
    return Compared(
        place=place,
        name=name,
        diagram=diagram,
        before=known.get(before.id, NOTHING),
        after=known.get(after.id, NOTHING),
    )


# ------------------------------------------------------------------------------- the heat


def _hot(found: Sequence[Times], figure: Figure, by: By, names: Names) -> list[Hot]:
    """Return the lines, hottest first."""
    values = [_value(one, figure, by) for one in found]
    whole, most = sum(_value(one, figure, "total") for one in found), max(values, default=0.0)
    rows = [
        Hot(
            times=one,
            name=names.of(one.process, one.element),
            diagram=names.diagram(one.process),
            share=_value(one, figure, "total") / whole if whole else 0.0,
            value=value,
            level=_level(value, most),
        )
        for one, value in zip(found, values, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.value)


def _value(one: Times, figure: Figure, by: By) -> float:
    if figure == "late":
        return float(one.late)
    spread: Spread = getattr(one, figure)
    return {"total": spread.total, "median": spread.median, "p90": spread.p90}[by]


def _level(value: float, most: float) -> int:
    """Return 0 for nothing, else 1 to 5: fifths of the hottest element's value."""
    if value <= 0 or most <= 0:
        return 0
    return min(LEVELS, int(LEVELS * value / most) + 1)


def _heat_mark(row: Hot, figure: Figure, by: By) -> Mark:
    one = row.times
    if figure == "late":
        title = gettext("%(late)d of %(limited)d too late", late=one.late, limited=one.limited)
        text = f"{one.late}/{one.limited}"
    else:
        spread: Spread = getattr(one, figure)
        text = days(row.value)
        title = ngettext("%(num)d task", "%(num)d tasks", spread.count)
    return Mark(
        element=one.element, text=text, title=f"{row.name}: {title}", level=row.level, kind="heat"
    )


def _called_marks(chosen: Choice, rows: Sequence[Hot], figure: Figure) -> list[tuple[str, Mark]]:
    """Return marks of elements that call other diagrams: what all that is in there adds up to."""
    inside: dict[Place, list[Hot]] = {}
    for inner, place in within(chosen.definition):
        inside.setdefault(place, []).extend(row for row in rows if row.times.process == inner)
    most = max((row.value for row in rows), default=0.0)
    text: Callable[[float], str] = days if figure != "late" else lambda count: f"{count:.0f}"
    found = []
    for (process, element), of in inside.items():
        value = sum(row.value for row in of)
        if value > 0:
            mark = Mark(
                element=element,
                text=f"Σ {text(value)}",
                title=gettext("all that is in the diagram it calls"),
                level=_level(value, max(most, value)),
                kind="heat",
            )
            found.append((process, mark))
    return found


def days(value: float) -> str:
    """Return working days for a narrow place: with a decimal where they are few."""
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
