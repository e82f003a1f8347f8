"""Reads .bpmn bytes safely, and refuses what would run otherwise than it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.errors import DefinitionRefused, Place
from workflows.foreign_xml import parser

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
MAX_BYTES = 4 * 1024 * 1024

_TASKS = {"userTask", "manualTask", "task", "scriptTask", "serviceTask", "businessRuleTask"}
_EVENTS = {
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "sendTask",
    "receiveTask",
}
_GATEWAYS = {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}
_DECIDING = {"exclusiveGateway", "inclusiveGateway"}
NODES = _TASKS | _EVENTS | _GATEWAYS | {"callActivity", "subProcess"}

_OWN_NAMES = {"Start", "End", "Root"}
_OWN_ENDINGS = (".EndJoin", ".BoundaryEventSplit", " [child]")

_FORBIDDEN = {
    "transaction": "Use a called process and boundary events.",
    "adHocSubProcess": "Draw the order of the tasks, or use a multi-instance task.",
    "complexGateway": "Use an exclusive, inclusive or parallel gateway.",
    "linkEventDefinition": "Draw the flow, or use a called process.",
    "compensateEventDefinition": "Use an operation that can be undone.",
    "cancelEventDefinition": "Use an error event.",
    "correlationKey": "Messages are delivered to one waiting event of the case.",
    "correlationProperty": "Messages are delivered to one waiting event of the case.",
    "processVariableCorrelation": "Messages are delivered to one waiting event of the case.",
}
_THROWN = {
    "messageEventDefinition",
    "signalEventDefinition",
    "escalationEventDefinition",
}
_CAUGHT = {
    "messageEventDefinition",
    "signalEventDefinition",
    "timerEventDefinition",
    "conditionalEventDefinition",
}
_DECLARED = {"message", "signal", "error", "escalation"}
_DEFINITIONS = {
    "startEvent": set[str](),
    "endEvent": _THROWN | {"errorEventDefinition", "terminateEventDefinition"},
    "intermediateThrowEvent": _THROWN,
    "intermediateCatchEvent": _CAUGHT,
    "boundaryEvent": _CAUGHT | {"errorEventDefinition", "escalationEventDefinition"},
}
# Drawn for the reader; what they say about data is not what moves it here.
_DECORATION = {
    "dataInputAssociation",
    "dataOutputAssociation",
    "ioSpecification",
    "dataObject",
    "dataStore",
    "dataObjectReference",
    "dataStoreReference",
    "property",
}


def local(node: Any) -> str:
    """Return a node's name without its namespace."""
    return str(etree.QName(node).localname)


def refuse(node: Any, file: str, reason: str, advice: str) -> DefinitionRefused:
    """Return the refusal of a node, for the caller to raise."""
    return DefinitionRefused(
        place=Place(
            file=file,
            process=process_of(node),
            element=node.get("id") or "",
            name=node.get("name") or "",
        ),
        reason=reason,
        advice=advice,
    )


def process_of(node: Any) -> str:
    """Return the id of the process that holds a node, empty outside of one."""
    while node is not None and node.tag != BPMN + "process":
        node = node.getparent()
    return "" if node is None else (node.get("id") or "")


def read(data: bytes, file: str) -> Any:
    """Return the checked root of a diagram; anything that is not one raises DefinitionRefused.

    The bytes say their own encoding. Entities, DTDs, comments and networks are left out.
    """
    advice = "Export the diagram again from the editor that drew it."
    if len(data) > MAX_BYTES:
        raise _unreadable(file, f"it is larger than {MAX_BYTES} bytes", advice)
    try:
        root = etree.fromstring(data, parser())
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise _unreadable(file, f"it is not readable XML: {error}", advice) from error
    if root.getroottree().docinfo.doctype:
        raise _unreadable(file, "it declares a document type", "Remove the DOCTYPE line.")
    if root.tag != BPMN + "definitions":
        raise _unreadable(file, "it is not a BPMN 2.0 diagram", advice)
    _check_ids(root, file)
    for node in list(root.iter(etree.Element)):
        _check(node, file)
    for scope in root.iter(BPMN + "process", BPMN + "subProcess"):
        _check_scope(scope, file)
    return root


def _unreadable(file: str, reason: str, advice: str) -> DefinitionRefused:
    return DefinitionRefused(place=Place(file=file), reason=reason, advice=advice)


def _check_ids(root: Any, file: str) -> None:
    seen: set[str] = set()
    for node in root.iter(etree.Element):
        name = node.get("id")
        if name is None or not str(node.tag).startswith(BPMN):
            continue
        if name in seen:
            raise refuse(node, file, f"the id {name} is used twice", "Give each a different id.")
        if name in _OWN_NAMES or name.endswith(_OWN_ENDINGS):
            raise refuse(node, file, f"the id {name} is the engine's own", "Choose another id.")
        seen.add(name)


def _check(node: Any, file: str) -> None:
    kind = local(node)
    if kind in _FORBIDDEN:
        owner = node if node.get("id") else node.getparent()
        raise refuse(owner, file, f"{kind} is not run here", _FORBIDDEN[kind])
    if not str(node.tag).startswith(BPMN):
        return
    if kind in _DECORATION:
        node.getparent().remove(node)
    elif kind == "subProcess" and node.get("triggeredByEvent") == "true":
        raise refuse(
            node, file, "event subprocesses are not run here", "Use a boundary event instead."
        )
    elif kind in NODES:
        _check_node(node, kind, file)
    elif kind in _DECLARED and not node.get("id"):
        raise refuse(node, file, f"the id of a {kind} is missing", "Give it an id.")
    elif kind == "standardLoopCharacteristics":
        _check_maximum(node, file)


def _check_node(node: Any, kind: str, file: str) -> None:
    if not node.get("id"):
        raise refuse(node, file, f"the id of a {kind} is missing", "Give it an id.")
    # Below as well: the library looks for them at any depth.
    inside = kind in _EVENTS
    found = [one for one in node.iter() if inside and local(one).endswith("EventDefinition")]
    allowed = _DEFINITIONS.get(kind)
    if allowed is not None:
        if len(found) > 1:
            raise refuse(node, file, "it waits for several events at once", "Draw one event each.")
        for child in found:
            if local(child) not in allowed:
                raise refuse(
                    node, file, f"{local(child)} is not run on a {kind}", "Draw it another way."
                )
        if not found and kind in ("intermediateCatchEvent", "boundaryEvent"):
            raise refuse(node, file, "it does not say what it waits for", "Choose an event type.")
    if kind in ("sendTask", "receiveTask") and not (found or node.get("messageRef")):
        raise refuse(node, file, f"a {kind} names no message", "Choose its message.")


def _check_maximum(loop: Any, file: str) -> None:
    most = loop.get("loopMaximum")
    if most is not None and not (most.isascii() and most.isdigit() and int(most) > 0):
        raise refuse(
            loop.getparent(), file, f"its loop may run {most!r} times", "Give it a number from 1."
        )


def _check_scope(scope: Any, file: str) -> None:
    """Check the flows of a process or an embedded one: what they connect, and how many leave."""
    _check_start(scope, file)
    nodes = {node.get("id"): node for node in scope if local(node) in NODES}
    leaving: dict[str, list[Any]] = {}
    for flow in scope.findall(BPMN + "sequenceFlow"):
        source = nodes.get(flow.get("sourceRef"))
        if source is None or flow.get("targetRef") not in nodes:
            raise refuse(
                flow, file, "it does not connect two nodes of one process", "Draw the flow again."
            )
        _check_condition(flow, local(source), file)
        leaving.setdefault(source.get("id"), []).append(flow)
    for name, flows in leaving.items():
        _check_leaving(nodes[name], flows, file)


def _check_leaving(node: Any, flows: list[Any], file: str) -> None:
    kind = local(node)
    if len(flows) == 1:
        return
    if kind not in _GATEWAYS | {"startEvent"}:
        raise refuse(node, file, "several flows leave it", "Put a gateway behind it.")
    for flow in flows if kind in _DECIDING else ():
        if flow.get("id") == node.get("default"):
            continue
        if not (flow.findtext(BPMN + "conditionExpression") or "").strip():
            raise refuse(
                flow,
                file,
                "it has no condition and is not the default flow of its gateway",
                "Write a condition, or make it the default flow.",
            )


def _check_start(scope: Any, file: str) -> None:
    starts = scope.findall(BPMN + "startEvent")
    if len(starts) != 1:
        raise refuse(
            scope, file, f"it has {len(starts)} start events", "Draw exactly one start event."
        )
    if local(scope) == "subProcess" and scope.find(BPMN + "endEvent") is None:
        raise refuse(scope, file, "it has no end event", "Draw where it ends.")


def _check_condition(flow: Any, source: str, file: str) -> None:
    """Exclusive and inclusive gateways alone look at the conditions of their flows."""
    if flow.find(BPMN + "conditionExpression") is None:
        return
    if source not in _DECIDING:
        raise refuse(
            flow,
            file,
            "its condition would never be looked at",
            "Put an exclusive gateway before it.",
        )


def nodes_of(root: Any) -> Iterator[Any]:
    """Return the flow nodes of a diagram, those of embedded subprocesses included."""
    return (
        node
        for node in root.iter(etree.Element)
        if str(node.tag).startswith(BPMN) and local(node) in NODES
    )
