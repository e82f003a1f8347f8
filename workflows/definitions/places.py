"""Every place of a diagram where something is evaluated, with the names that it sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workflows.definitions.diagram import Diagram, Node, child_text
from workflows.definitions.reading import bpmn, local, spiff
from workflows.feel import Expression, FeelError, compile_expression

FEEL_PROPERTIES = ("unit", "assignee", "due", "warn", "about")
"""Extension properties of a user task that are FEEL; the others are literal texts."""
TIMERS = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, kw_only=True)
class Use:
    """One FEEL text in a diagram."""

    element: str
    name: str
    scope: str
    place: str
    """What it is for, in words: `condition`, `script`, `due` ..."""
    text: str
    node: Node | None = None


def uses(diagram: Diagram) -> Iterator[Use]:
    """Return every FEEL text of a diagram, in the order of the file."""
    for scope in diagram.scopes():
        for flow in scope.flows:
            if flow.condition is not None:
                yield Use(
                    element=flow.id,
                    name=flow.name,
                    scope=scope.id,
                    place="condition",
                    text=flow.condition,
                    node=scope.nodes.get(flow.source),
                )
        for node in scope.nodes.values():
            for place, text in _texts(node):
                yield Use(
                    element=node.id,
                    name=node.name,
                    scope=scope.id,
                    place=place,
                    text=text,
                    node=node,
                )


def _texts(node: Node) -> Iterator[tuple[str, str]]:
    for name in FEEL_PROPERTIES:
        if name in node.properties and not is_literal(node.properties[name]):
            yield name, node.properties[name]
    if node.kind == "scriptTask":
        for one in node.assignments:
            if one.target:
                yield f"script line {one.line}", one.text
    for parameter, text in parameters(node).items():
        yield f"parameter {parameter}", text
    for event in node.events:
        yield from _event_texts(event)
    if node.instances is not None:
        yield from _instance_texts(node.instances)


def _event_texts(event: etree._Element) -> Iterator[tuple[str, str]]:
    for kind in TIMERS:
        if event.find(bpmn(kind)) is not None and not is_literal(child_text(event, kind)):
            yield kind, child_text(event, kind)
    if local(event) == "conditionalEventDefinition":
        yield "condition", child_text(event, "condition")
    for payload in event.iter(spiff("messagePayload"), spiff("payloadExpression")):
        yield "message payload", (payload.text or "").strip()


def _instance_texts(instances: etree._Element) -> Iterator[tuple[str, str]]:
    for name, place in (
        ("loopDataInputRef", "collection"),
        ("loopCardinality", "number of instances"),
        ("completionCondition", "completion condition"),
    ):
        if instances.find(bpmn(name)) is not None:
            yield place, child_text(instances, name)


def parameters(node: Node) -> dict[str, str]:
    """Return the parameters of a service task, name -> FEEL text."""
    operator = node.operator
    if operator is None:
        return {}
    return {one.get("id", ""): one.get("value", "") for one in operator.iter(spiff("parameter"))}


def is_literal(text: str) -> bool:
    """Return whether a timer's text is a literal ISO 8601 date, duration or cycle."""
    return bool(_LITERAL.match(text))


_DURATION = (
    r"P(?=.)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)"
)
_DATE = r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?"
_LITERAL = re.compile(rf"^(?:{_DURATION}|{_DATE}|R\d*/(?:{_DATE}/)?{_DURATION})$")


def item_names(node: Node) -> tuple[str, str, str]:
    """Return input item, output item and output collection of a multi-instance activity."""
    if node.instances is None:
        return ("", "", "")
    return (
        _item(node.instances, "inputDataItem"),
        _item(node.instances, "outputDataItem"),
        child_text(node.instances, "loopDataOutputRef"),
    )


def _item(instances: etree._Element, tag: str) -> str:
    item = instances.find(bpmn(tag))
    return "" if item is None else str(item.get("id", ""))


def written_by(node: Node) -> Iterator[str]:
    """Return the names that a node sets by itself (form fields and decisions come on top)."""
    if node.kind == "scriptTask":
        yield from (one.target for one in node.assignments if one.target)
    if node.operator is not None and node.operator.get("resultVariable"):
        yield node.operator.get("resultVariable", "").strip()
    for event in node.events:
        for variable in event.iter(spiff("messageVariable"), spiff("variableName")):
            yield (variable.text or "").strip()
    yield from (name for name in item_names(node) if name)


def compiled(text: str) -> Expression | None:
    """Return a FEEL text compiled, None if it cannot be; the check says why."""
    try:
        return compile_expression(text)
    except FeelError:
        return None


def names_of(text: str) -> frozenset[str]:
    """Return the free names of a FEEL text; none if it cannot be read."""
    expression = compiled(text)
    return expression.names if expression is not None else frozenset()
