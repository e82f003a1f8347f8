"""The things of a diagram: what runs, and the flows between; positions are not compared."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.definitions.diagram import Diagram, Flow, Node, Scope
from workflows.definitions.messages import Message
from workflows.definitions.reading import local
from workflows.definitions.things import Thing

KINDS = {
    "userTask": Message("task"),
    "manualTask": Message("task"),
    "task": Message("task"),
    "scriptTask": Message("script"),
    "serviceTask": Message("operation"),
    "businessRuleTask": Message("decision"),
    "sendTask": Message("message sent"),
    "receiveTask": Message("message awaited"),
    "callActivity": Message("called diagram"),
    "subProcess": Message("subprocess"),
    "startEvent": Message("start"),
    "endEvent": Message("end"),
    "intermediateCatchEvent": Message("event awaited"),
    "intermediateThrowEvent": Message("event thrown"),
    "boundaryEvent": Message("event at the border"),
}
GATEWAY = Message("gateway")
FLOW = Message("flow")
NAME = Message("name")
KIND = Message("kind of element")
LANE = Message("lane")
FROM = Message("from")
TO = Message("to")
CONDITION = Message("condition")
DEFAULT = Message("default flow")
SCRIPT = Message("script lines")
DECISION = Message("decision asked")
OPERATION = Message("operation called")
CALLED = Message("diagram called")
BORDER = Message("sits on")
INTERRUPTS = Message("interrupts")
EVENT = Message("event")
INSTANCES = Message("once for each of")

PROPERTIES = {
    "form": Message("form"),
    "unit": Message("unit"),
    "due": Message("due time"),
    "warn": Message("warning time"),
    "stage": Message("stage"),
    "public": Message("shown to the company"),
    "sentence": Message("what the company reads meanwhile"),
    "sentence_en": Message("what the company reads meanwhile, in English"),
    "name_en": Message("English name"),
    "roles": Message("who may send it"),
    "notify": Message("letter to the company when it opens"),
    "pauses": Message("time limits stand still"),
    "assignee": Message("goes to this person"),
    "about": Message("what it is about"),
}
"""What the properties are called; others stand under their own name."""


def things_of_diagram(path: str, data: bytes) -> dict[str, Thing]:
    """Return the things of a diagram by id; raise `Unreadable` when it is no clean XML."""
    diagram = Diagram.parse(path, data)
    messages = {kind: diagram.names_of(kind) for kind in ("message", "signal", "error")}
    known = {name: text for names in messages.values() for name, text in names.items()}
    found: dict[str, Thing] = {}
    for scope in diagram.scopes():
        for node in scope.nodes.values():
            values = dict(_values(scope, node, known))
            sort = KINDS.get(node.kind, GATEWAY)
            keys: dict[str, str] = {BORDER: node.attached_to} if node.attached_to else {}
            found[node.id] = Thing(id=node.id, sort=sort, name=node.name, values=values, keys=keys)
        for flow in scope.flows:
            found[flow.id] = _flow(scope, flow)
    return found


def _values(scope: Scope, node: Node, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield NAME, node.name
    yield KIND, node.kind
    yield LANE, scope.lanes.get(node.id, "")
    for name, value in node.properties.items():
        yield PROPERTIES.get(name, name), value
    yield SCRIPT, node.script
    yield DECISION, node.decision
    yield CALLED, node.called
    if node.operator is not None:
        yield OPERATION, "\n".join(_leaves(node.operator))
    if node.attached_to:
        yield BORDER, _name(scope, node.attached_to)
        yield INTERRUPTS, "true" if node.interrupting else "false"
    if node.events:
        yield EVENT, "\n".join(line for one in node.events for line in _leaves(one, known))
    if node.instances is not None:
        yield INSTANCES, "\n".join(_leaves(node.instances))


def _flow(scope: Scope, flow: Flow) -> Thing:
    source = scope.nodes.get(flow.source)
    start, end = _name(scope, flow.source), _name(scope, flow.target)
    values: dict[str, str] = {
        NAME: flow.name,
        FROM: start,
        TO: end,
        CONDITION: flow.condition or "",
        DEFAULT: "true" if source is not None and source.default == flow.id else "",
    }
    return Thing(
        id=flow.id,
        sort=FLOW,
        name=flow.name or f"{start} → {end}",
        values=values,
        keys={FROM: flow.source, TO: flow.target},
    )


def _name(scope: Scope, node_id: str) -> str:
    node = scope.nodes.get(node_id)
    return (node.name if node is not None else "") or node_id


def _leaves(element: etree._Element, known: dict[str, str] | None = None) -> Iterator[str]:
    """Yield what an element says: its attributes but ids, its texts, and those inside it."""
    words = [
        f"{name} = {(known or {}).get(value, value)}"
        for name, value in element.attrib.items()
        if not name.startswith("{") and not (name == "id" and known is not None)
    ]
    text = (element.text or "").strip()
    if words or text:
        yield " ".join([local(element), *words, text]).strip()
    for child in element.iterchildren():
        yield from _leaves(child, known)
