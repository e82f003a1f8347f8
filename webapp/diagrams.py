"""Pictures of a case's diagrams: what was passed, and where the tokens stand now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from models.queries.cases import CaseRow, OpenWork
from webapp.language import gettext
from webapp.rendering.dates import as_date
from webapp.rendering.lamps import light_of
from webapp.rendering.words import role_name, unit_name
from workflows.definitions.definition import Definition
from workflows.errors import NotFound


class Mark(TypedDict):
    """A sign on an element: `mark` is its kind and colour, `word` what it says when asked."""

    element: str
    mark: str
    sign: str
    word: str
    href: NotRequired[str]


def marked(xml: str, marks: Iterable[Mark]) -> dict[str, Any]:
    """Return a diagram on which some elements are marked, as the viewer's script takes it."""
    return {"xml": xml, "marks": list(marks)}


@dataclass(frozen=True, kw_only=True)
class DiagramLink:
    """A diagram that a page offers; `current` holds a token."""

    process: str
    title: str
    current: bool


def diagram_links(definition: Definition, work: Sequence[OpenWork]) -> list[DiagramLink]:
    """Return the main diagram and those in which something is open."""
    here = {item.process for item in work}
    main = definition.bundle.main
    others = (one for one in processes(definition) if one in here and one != main)
    return [
        DiagramLink(process=process, title=diagram_title(definition, process), current=current)
        for process, current in ((main, main in here), *((one, True) for one in others))
    ]


def diagram_title(definition: Definition, process: str) -> str:
    """Return what a diagram is called: after an element that calls it, its key without one."""
    if process == definition.bundle.main:
        return gettext("Whole course")
    callers = (
        one.name for one in definition.specification.elements.values() if one.called == process
    )
    return next((name for name in callers if name), process)


def picture(
    definition: Definition,
    case: CaseRow,
    process: str,
    work: Sequence[OpenWork],
    flows: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Return a diagram with its tokens, as the viewer's script takes it."""
    path = f"{process}.bpmn"
    if path not in definition.bundle.files:
        raise NotFound
    called = calls_of(definition, process)
    tokens = []
    for item in work:
        if item.process == process:
            tokens.append(_token(item.element, item, case))
        else:
            tokens += [
                _token(name, item, case) for name, inner in called.items() if item.process in inner
            ]
    return {
        "xml": definition.bundle.files[path].decode("utf-8"),
        "flows": [flow for owner, flow in flows if owner == process],
        "tokens": tokens,
    }


def _token(element: str, item: OpenWork, case: CaseRow) -> dict[str, str]:
    who = item.assignee or unit_name(item.unit_id, item.unit) or role_name(item.role)
    light = light_of(item, case.place_id)
    until = f" · {as_date(item.due_at):%m-%d}" if item.due_at else ""
    return {
        "element": element,
        "note": f"{who}{until}",
        "light": light.colour if light else "green",
    }


def processes(definition: Definition) -> list[str]:
    """Return the processes of a bundle, as their diagrams are called."""
    return [path.removesuffix(".bpmn") for path in definition.bundle.diagrams]


def calls_of(definition: Definition, process: str) -> dict[str, frozenset[str]]:
    """Return the elements of a diagram that call others, each with all that goes on inside it."""
    return {
        element: inside(definition, known.called)
        for (owner, element), known in definition.specification.elements.items()
        if owner == process and known.called
    }


def inside(definition: Definition, process: str) -> frozenset[str]:
    """Return a called process with all that it calls in turn."""
    found: set[str] = set()
    ahead = [process]
    while ahead:
        one = ahead.pop()
        if one in found:
            continue
        found.add(one)
        ahead += [
            element.called
            for key, element in definition.specification.elements.items()
            if key[0] == one and element.called
        ]
    return frozenset(found)
