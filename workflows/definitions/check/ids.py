"""Rules about ids: unique, well formed, and none that the engine uses itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import NODES, Diagram
from workflows.definitions.reading import BPMN, local, namespace

MISSING = rule(
    201,
    "Every node and flow has an id",
    reason="The engine addresses nodes by their ids and silently loses those without one.",
    mend="Save the diagram in the studio; it gives ids.",
)
TWICE = rule(
    202,
    "Ids are unique in a file",
    reason="Of two elements with the same id the engine keeps only the last one.",
    mend="Give one of them another id.",
)
FORM = rule(
    203,
    "Ids are XML names",
    reason="An id with blanks, colons or signs cannot be referred to, and may be an attack.",
    mend="Use letters, digits, '_' and '-', and begin with a letter or '_'.",
)
RESERVED = rule(
    204,
    "Ids are not the engine's own",
    reason="Start, End and Root are nodes inside the engine; a diagram's node of that name"
    " replaces them and an empty process results.",
    mend="Rename the element, for example to StartEvent_1.",
)
ACROSS = rule(
    205,
    "Process ids are unique in a bundle",
    reason="Of two processes with the same id only one would ever be called.",
    mend="Rename one of the processes and its file.",
)

_REFERRED = frozenset(("sequenceFlow", "process", "message", "signal", "error", "escalation"))
_NCNAME = re.compile(r"^[^\W\d][\w.\-]*$")
_OWN = frozenset(("Start", "End", "Root"))
_OWN_ENDINGS = (
    ".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", ".BoundaryEventParent",
)  # fmt: skip
ID_LENGTH = 120


@subject
def ids(material: Material) -> Iterator[Finding]:
    """Look at the ids of all files."""
    owners: dict[str, str] = {}
    for file, diagram in material.diagrams.items():
        yield from _ids_of(file, diagram)
        for process in diagram.processes:
            if owners.setdefault(process.id, file) != file:
                yield ACROSS.at(
                    file, process, f'the process "{process.id}" is in {owners[process.id]} too'
                )


def _ids_of(file: str, diagram: Diagram) -> Iterator[Finding]:
    seen: set[str] = set()
    for element in diagram.root.iter():
        kind = local(element)
        if namespace(element) != BPMN:
            continue
        id_, name = element.get("id"), element.get("name", "")
        if id_ is None:
            if kind in NODES or kind in _REFERRED:
                yield MISSING.found(file, f"a {kind} has no id", name=name)
            continue
        if id_ in seen:
            yield TWICE.found(file, f'the id "{id_}" stands there twice', element=id_, name=name)
        seen.add(id_)
        if len(id_) > ID_LENGTH or not _NCNAME.match(id_):
            yield FORM.found(
                file, f'"{id_[:ID_LENGTH]}" is not an XML name', element=id_[:ID_LENGTH], name=name
            )
        if id_ in _OWN or id_.endswith(_OWN_ENDINGS):
            yield RESERVED.found(
                file, f'"{id_}" is a name that the engine uses itself', element=id_, name=name
            )
