"""Link events: each pair of the same name on a level stands for a flow, which is drawn."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Node, Scope
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft, written
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn, local

_THROWN, _CAUGHT = "intermediateThrowEvent", "intermediateCatchEvent"


def draw_links(draft: Draft) -> None:
    """Draw the flows that link events stand for; what has no other end is told."""
    for scope in list(draft.diagram().scopes()):
        _level(draft, scope)


def _level(draft: Draft, scope: Scope) -> None:
    thrown = [(node, link) for node, link in _links(scope) if node.kind == _THROWN]
    caught = [(node, link) for node, link in _links(scope) if node.kind == _CAUGHT]
    targets: dict[str, Node] = {}
    for node, link in caught:
        targets.setdefault(_name(node, link), node)
    sources = {_name(node, link) for node, link in thrown}
    for node, link in thrown:
        target = targets.get(_name(node, link))
        if target is None:
            _alone(draft, node, link)
        else:
            _drawn(draft, scope, node, link, target)
    for node, link in caught:
        if targets[_name(node, link)] is not node or _name(node, link) not in sources:
            _alone(draft, node, link)
        else:
            _reached(draft, node, link)
        node.element.tag = bpmn(_THROWN)


def _links(scope: Scope) -> list[tuple[Node, etree._Element]]:
    return [
        (node, event)
        for node in scope.nodes.values()
        if node.kind in (_THROWN, _CAUGHT)
        for event in node.events[:1]
        if local(event) == "linkEventDefinition"
    ]


def _name(node: Node, link: etree._Element) -> str:
    return link.get("name") or node.name


def _drawn(draft: Draft, scope: Scope, node: Node, link: etree._Element, target: Node) -> None:
    pen.flow(draft, scope.element, node.id, target.id)
    sentence = Message(
        "The link %(link)s to %(name)s is a flow.",
        link=quoted(written(link)),
        name=quoted(target.name or target.id),
    )
    draft.say(node, "linkEventDefinition", Said(severity="kept", sentence=sentence))
    node.element.remove(link)


def _reached(draft: Draft, node: Node, link: etree._Element) -> None:
    sentence = Message("Flows lead here instead of the link %(link)s.", link=quoted(written(link)))
    draft.say(node, "linkEventDefinition", Said(severity="kept", sentence=sentence))
    node.element.remove(link)


def _alone(draft: Draft, node: Node, link: etree._Element) -> None:
    node.element.remove(link)
    sentence = Message(
        "The link %(link)s has no other end on its level.", link=quoted(written(link))
    )
    mend = Message("Draw a flow to where the case goes on.")
    draft.say(node, "linkEventDefinition", Said(severity="todo", sentence=sentence, mend=mend))
