"""What the pages of watching have in common: what is looked at, names, pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from models.queries.standing import Place
from models.queries.studio import ProcessRow, VersionRow
from webapp.context import city, person, reading
from webapp.language import ENGLISH, gettext, language
from webapp.rendering.words import named
from webapp.studio.blueprint import PROCESS_ADMIN
from webapp.studio.sources import process_of
from webapp.supervision.views import WATCH_A_PROCESS, units_below
from workflows.definitions.definition import Definition
from workflows.engine.drawing import Element
from workflows.errors import NotFound

WATCHERS = tuple(sorted(WATCH_A_PROCESS))
"""Who may watch processes; each sees the figures of the cases that they may see."""
COMPANIES = 0


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody looks at: a process, the version whose diagrams are drawn, one unit.

    `version` is None where cases of all versions are counted; then the one in force is drawn.
    """

    process: ProcessRow
    version: VersionRow | None
    unit_id: int | None

    @property
    def drawn(self) -> VersionRow:
        """The version whose diagrams are shown."""
        return self.version or self.process.in_force

    @property
    def definition(self) -> Definition:
        """Its definition."""
        return city().library.version(self.drawn.id)

    @property
    def units(self) -> frozenset[int] | None:
        """The unit with all below it, None for all; 0 stands for the companies."""
        if self.unit_id is None:
            return None
        return frozenset({0}) if self.unit_id == COMPANIES else units_below([self.unit_id])

    def others(self) -> list[Definition]:
        """Return the versions that open cases run on, beside the drawn one."""
        running = self.process.running
        return [city().library.version(one.id) for one in running if one.id != self.drawn.id]

    def kept(self, **changed: object) -> dict[str, Any]:
        """Return what the next address has to name to look at the same."""
        values = {
            "key": self.process.key,
            "version": self.version.number if self.version else None,
            "unit": self.unit_id,
            "from": request.args.get("from"),
            "to": request.args.get("to"),
        }
        return {name: value for name, value in {**values, **changed}.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a diagram shows at an element: a number in words, how hot it is, where it leads."""

    element: str
    text: str
    title: str
    level: int = 0
    kind: str = "count"
    href: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as the page's script takes it."""
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A diagram on a page: what its script draws on it."""

    process: str
    title: str
    source: str
    marks: tuple[Mark, ...]
    flows: tuple[Mark, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as the page's script takes it."""
        return {
            "process": self.process,
            "source": self.source,
            "marks": [one.as_json() for one in self.marks],
            "flows": [one.as_json() for one in self.flows],
        }


class Names:
    """What elements are called, in the drawn version or in another one that knows them."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._elements: dict[Place, Element] = {}
        self._main = ""
        for definition in reversed(list(definitions)):
            self._elements.update(definition.specification.elements)
            self._main = definition.bundle.main

    def of(self, process: str, element: str) -> str:
        """Return an element's name in the reader's language, its id without one."""
        found = self._elements.get((process, element))
        if found is None:
            return element
        english = found.properties.get("name_en", "") if language() == ENGLISH else ""
        return english or found.name or element

    def diagram(self, process: str) -> str:
        """Return what a diagram is called: after the element that calls it."""
        if process == self._main:
            return gettext("Whole course")
        for element in self._elements.values():
            if element.called == process:
                return self.of(element.process, element.id)
        return process


def choice(key: str) -> Choice:
    """Return what the address names; NotFound for an unknown process, unit or version."""
    with reading() as session:
        process = process_of(session, key)
    number, unit_id = (request.args.get(name, type=int) for name in ("version", "unit"))
    found = next((one for one in process.versions if one.number == number), None)
    if number is not None and found is None:
        raise NotFound
    if unit_id and unit_id not in {unit.id for unit in city().directory().all()}:
        raise NotFound
    return Choice(process=process, version=found, unit_id=unit_id)


def offered(chosen: Choice) -> dict[str, Any]:
    """Return what the choosers of each page offer."""
    units = [unit for unit in city().directory().all() if unit.active]
    return {
        "chosen": chosen,
        "process": chosen.process,
        "unit_choices": [(unit.id, named(unit)) for unit in units],
        "marks_json": lambda shown: [one.as_json() for one in shown],
        "is_admin": PROCESS_ADMIN in person().roles,
    }


def pictures(
    chosen: Choice,
    names: Names,
    marks: Iterable[tuple[str, Mark]],
    flows: Iterable[tuple[str, Mark]] = (),
) -> list[Picture]:
    """Return the main diagram and each other one on which something is marked."""
    by_process: dict[str, list[Mark]] = {}
    flows_by_process: dict[str, list[Mark]] = {}
    for process, mark in marks:
        by_process.setdefault(process, []).append(mark)
    for process, mark in flows:
        flows_by_process.setdefault(process, []).append(mark)
    bundle = chosen.definition.bundle
    drawn = [path.removesuffix(".bpmn") for path in bundle.diagrams]
    order = sorted(drawn, key=lambda one: (one != bundle.main, one))
    return [
        Picture(
            process=process,
            title=names.diagram(process),
            source=url_for(
                "studio.watch_diagram",
                key=chosen.process.key,
                number=chosen.drawn.number,
                process=process,
            ),
            marks=tuple(by_process.get(process, ())),
            flows=tuple(flows_by_process.get(process, ())),
        )
        for process in order
        if process == bundle.main or process in by_process or process in flows_by_process
    ]
