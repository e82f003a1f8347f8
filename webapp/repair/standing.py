"""Where a case stands, as a repair takes hold of it, and where one can begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.queries.cases import CaseRow, OpenWork
from models.queries.repairs import state_of
from webapp.cases.reading import waiting
from webapp.context import person, reading
from webapp.language import gettext
from webapp.rendering.words import named
from webapp.repair.words import element_name
from workflows.definitions.definition import Definition
from workflows.engine import repair
from workflows.engine.repair import Spot


@dataclass(frozen=True, kw_only=True)
class Place:
    """A token: its name, how it stands there, and in which called part."""

    id: str
    process: str
    element: str
    name: str
    standing: str
    inside: str
    whole: bool


def places_of(definition: Definition, row: CaseRow, work: Sequence[OpenWork]) -> list[Place]:
    """Return where the tokens of an open case stand; what is around others comes last."""
    if row.state != "open":
        return []
    with reading() as session:
        state = state_of(session, person().actor.scope, row.id)
    if state is None:
        return []
    items = {item.id: item for item in work}
    found = [
        _place(definition, spot, items.get(spot.id), row)
        for spot in repair.spots(definition.specification, state)
    ]
    return sorted(found, key=lambda place: place.whole)


def _place(definition: Definition, spot: Spot, item: OpenWork | None, row: CaseRow) -> Place:
    elements = definition.specification.elements
    name = named(item) if item is not None else element_name(elements, spot.process, spot.element)
    inside = gettext(" › ").join(element_name(elements, "", one) for one in spot.path)
    return Place(
        id=str(spot.id),
        process=spot.process,
        element=spot.element,
        name=name,
        standing=_standing(spot, item, row),
        inside=inside,
        whole=spot.whole,
    )


def _standing(spot: Spot, item: OpenWork | None, row: CaseRow) -> str:
    if item is not None:
        return waiting(item, row).who
    if spot.whole:
        return gettext("as a whole")
    if spot.kind.endswith("Gateway"):
        return gettext("waits for the other branches")
    if spot.kind == "receiveTask" or spot.kind.endswith("Event"):
        return gettext("waits for an event")
    return gettext("under way")


def targets_of(definition: Definition) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be begun, by diagram: (title, [(process/element, name)])."""
    elements = definition.specification.elements
    titles = {one.called: one.name for one in elements.values() if one.called}
    found: dict[str, list[tuple[str, str]]] = {definition.bundle.main: []}
    for target, name, kind in repair.targets(definition.specification):
        label = name or target.element
        known = element_name(elements, target.process, target.element) if name else label
        found.setdefault(target.process, []).append(
            (f"{target.process}/{target.element}", f"{known} · {_kind(kind)}")
        )
    return [
        (
            gettext("Whole course")
            if process == definition.bundle.main
            else titles.get(process) or process,
            rows,
        )
        for process, rows in found.items()
        if rows
    ]


def _kind(kind: str) -> str:
    return {
        "userTask": gettext("task"),
        "manualTask": gettext("task"),
        "task": gettext("task"),
        "serviceTask": gettext("operation"),
        "scriptTask": gettext("script"),
        "businessRuleTask": gettext("decision table"),
        "callActivity": gettext("called diagram"),
        "subProcess": gettext("part"),
        "endEvent": gettext("end"),
    }.get(kind, gettext("gateway") if kind.endswith("Gateway") else gettext("event"))
