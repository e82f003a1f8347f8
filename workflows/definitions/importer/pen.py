"""The pen that adds nodes and flows to a diagram, with ids that nothing else has."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Flow, Node, Scope
from workflows.definitions.importer.draft import Draft
from workflows.definitions.reading import XSI, bpmn


def node(
    draft: Draft, scope: etree._Element, kind: str, wish: str, name: str = ""
) -> etree._Element:
    """Draw a node on a level and return it."""
    made = etree.SubElement(scope, bpmn(kind), id=draft.fresh(wish))
    if name:
        made.set("name", name)
    return made


def flow(draft: Draft, scope: etree._Element, source: str, target: str) -> etree._Element:
    """Draw a flow and return it."""
    return etree.SubElement(
        scope,
        bpmn("sequenceFlow"),
        id=draft.fresh(f"{source}_to_{target}"),
        sourceRef=source,
        targetRef=target,
    )


def condition(flow_: etree._Element, text: str) -> None:
    """Give a flow a condition."""
    found = flow_.find(bpmn("conditionExpression"))
    if found is None:
        found = etree.SubElement(flow_, bpmn("conditionExpression"))
    found.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
    found.text = text


def no_condition(flow_: etree._Element) -> str:
    """Take a flow's condition away and return it."""
    found = flow_.find(bpmn("conditionExpression"))
    if found is None:
        return ""
    text = "".join(found.itertext()).strip()
    flow_.remove(found)
    return text


def behind(draft: Draft, one: Node, made: etree._Element) -> None:
    """Put a drawn node behind another: its ways out leave the new node instead."""
    for way in one.outgoing:
        way.element.set("sourceRef", made.get("id"))
    default = one.element.attrib.pop("default", None)
    if default is not None and made.tag in (bpmn("exclusiveGateway"), bpmn("inclusiveGateway")):
        made.set("default", default)
    flow(draft, one.scope.element, one.id, made.get("id"))


def before(draft: Draft, one: Node, made: etree._Element) -> None:
    """Put a drawn node before another: its ways in lead to the new node instead."""
    for way in one.incoming:
        way.element.set("targetRef", made.get("id"))
    flow(draft, one.scope.element, made.get("id"), one.id)


def on(draft: Draft, way: Flow, scope: Scope, made: etree._Element) -> None:
    """Put a drawn node onto a flow; a condition stays on its first half."""
    target = way.target
    way.element.set("targetRef", made.get("id"))
    flow(draft, scope.element, made.get("id"), target)
