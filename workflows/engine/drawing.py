"""What stands in the diagrams, told to other rooms: elements, flows, expressions and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from workflows.engine.reading import BPMN, SPIFF, local, nodes_of, process_of
from workflows.engine.timers import is_literal

FEEL_PROPERTIES = ("unit", "assignee", "due", "warn")
"""Extension properties of a user task whose values are expressions."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A node of a diagram."""

    process: str
    """Id of the process that holds it, also for elements of embedded subprocesses."""
    id: str
    kind: str
    """BPMN local name: userTask, exclusiveGateway ..."""
    name: str
    lane: str | None
    properties: Mapping[str, str] = field(default_factory=dict)
    called: str | None = None
    """The process that a call activity calls."""
    attached_to: str | None = None
    """The activity that a boundary event sits on."""
    decision: str | None = None
    operation: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A sequence flow."""

    process: str
    id: str
    source: str
    target: str
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A text that stands somewhere in a diagram and is run: an expression or a script."""

    text: str
    file: str
    process: str
    element: str
    name: str
    """The element's name, for messages."""
    use: str
    """What it is for: condition, script, timer, collection, property due ..."""
    is_script: bool = False


def elements_of(root: Any) -> Iterator[Element]:
    """Return the nodes of a diagram."""
    lanes = _lanes(root)
    for node in nodes_of(root):
        yield Element(
            process=process_of(node),
            id=node.get("id"),
            kind=local(node),
            name=node.get("name") or "",
            lane=_lane(node, lanes),
            properties=_properties(node),
            called=node.get("calledElement"),
            attached_to=node.get("attachedToRef"),
            decision=_decision(node),
            operation=_operation(node),
        )


def flows_of(root: Any) -> Iterator[Flow]:
    """Return the sequence flows of a diagram."""
    for node in root.iter(BPMN + "sequenceFlow"):
        yield Flow(
            process=process_of(node),
            id=node.get("id") or "",
            source=node.get("sourceRef") or "",
            target=node.get("targetRef") or "",
            name=node.get("name") or "",
        )


def declared_in(root: Any) -> Iterator[str]:
    """Return names that a diagram itself gives to values, scripts left out."""
    for item in root.iter(BPMN + "inputDataItem", BPMN + "outputDataItem"):
        yield item.get("id") or ""
    for tag in (BPMN + "loopDataOutputRef", SPIFF + "messageVariable", SPIFF + "variableName"):
        yield from ((node.text or "").strip() for node in root.iter(tag))
    for node in root.iter(SPIFF + "serviceTaskOperator"):
        yield node.get("resultVariable") or ""
    yield from (decision for decision in map(_decision, nodes_of(root)) if decision)


def written_in(root: Any, file: str) -> Iterator[Written]:
    """Return every text of a diagram that is evaluated or run, with its place."""
    for node, use, text, is_script in _texts(root):
        owner = _owner(node)
        yield Written(
            text=text,
            file=file,
            process=process_of(node),
            element=owner.get("id") or "",
            name=owner.get("name") or "",
            use=use,
            is_script=is_script,
        )


_EXPRESSIONS = {
    BPMN + "conditionExpression": "condition",
    BPMN + "condition": "condition",
    BPMN + "timeDuration": "timer",
    BPMN + "timeDate": "timer",
    BPMN + "timeCycle": "timer",
    BPMN + "loopDataInputRef": "collection",
    BPMN + "loopCardinality": "cardinality",
    BPMN + "completionCondition": "completion condition",
    BPMN + "loopCondition": "loop condition",
    SPIFF + "messagePayload": "payload",
    SPIFF + "payloadExpression": "payload",
}
_SCRIPTS = {
    BPMN + "script": "script",
    SPIFF + "preScript": "script before",
    SPIFF + "postScript": "script after",
}


def _texts(root: Any) -> Iterator[tuple[Any, str, str, bool]]:
    for node in root.iter(etree.Element):
        tag = node.tag
        if tag in _EXPRESSIONS:
            if not (_EXPRESSIONS[tag] == "timer" and is_literal(node.text or "")):
                yield node, _EXPRESSIONS[tag], node.text or "", False
        elif tag in _SCRIPTS:
            yield node, _SCRIPTS[tag], node.text or "", True
        elif tag == SPIFF + "parameter" and "value" in node.attrib:
            yield node, f"parameter {node.get('id')}", node.get("value"), False
        elif tag == SPIFF + "property" and node.get("name") in FEEL_PROPERTIES:
            text = node.get("value") or ""
            if not is_literal(text):
                yield node, f"property {node.get('name')}", text, False


def _owner(node: Any) -> Any:
    """Return the nearest element around a text that has an id and is drawn."""
    while node.getparent() is not None:
        named = node.get("id") and str(node.tag).startswith(BPMN)
        if named and not local(node).endswith(("EventDefinition", "Characteristics", "Expression")):
            return node
        node = node.getparent()
    return node


def _lanes(root: Any) -> dict[str, str]:
    """Return the innermost lane of each node that stands in one."""
    found: dict[str, str] = {}
    for lane in root.iter(BPMN + "lane"):
        for reference in lane.findall(BPMN + "flowNodeRef"):
            found[(reference.text or "").strip()] = lane.get("name") or ""
    return found


def _lane(node: Any, lanes: Mapping[str, str]) -> str | None:
    """Return a node's lane; inside an embedded subprocess that of the subprocess."""
    while node is not None:
        if node.get("id") in lanes:
            return lanes[node.get("id")] or None
        node = node.getparent()
    return None


def _extensions(node: Any) -> Iterable[Any]:
    return node.findall(BPMN + "extensionElements")  # type: ignore[no-any-return]


def _properties(node: Any) -> dict[str, str]:
    return {
        one.get("name"): one.get("value") or ""
        for extension in _extensions(node)
        for one in extension.iter(SPIFF + "property")
        if one.get("name")
    }


def _decision(node: Any) -> str | None:
    for extension in _extensions(node):
        found = extension.find(SPIFF + "calledDecisionId")
        if found is not None:
            return (found.text or "").strip() or None
    return None


def _operation(node: Any) -> str | None:
    for extension in _extensions(node):
        found = extension.find(SPIFF + "serviceTaskOperator")
        if found is not None:
            return found.get("id") or None
    return None
