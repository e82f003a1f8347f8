"""Events that are not run here, or lack what they refer to."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Node
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft, written
from workflows.definitions.importer.identity import usable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.work import operator
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn, local

_DROPPED_EVENTS = frozenset(
    (
        "compensateEventDefinition",
        "cancelEventDefinition",
        "linkEventDefinition",
    )
)


_BEGINS = Message("people or other cases begin a case")


_NOTHING_LIKE_IT = Message("nothing like it is run here")


def settle_events(draft: Draft, node: Node) -> None:
    """Leave one event that is run here, and declare what it refers to."""
    for event in list(node.events)[1:]:
        _event_gone(draft, node, event, Message("an event has one definition here"))
    event = node.events[0]
    kind = local(event)
    if node.kind == "startEvent" and not _in_event_subprocess(node):
        _event_gone(draft, node, event, _BEGINS, todo=True)
    elif kind in _DROPPED_EVENTS and node.kind != "boundaryEvent":
        _event_gone(draft, node, event, _NOTHING_LIKE_IT, todo=True)
    elif kind in _DROPPED_EVENTS:
        _boundary_gone(draft, node)
    elif kind == "signalEventDefinition" and node.kind == "endEvent":
        _signal_end(draft, node)
    elif kind == "messageEventDefinition" and draft.of(node.id).operation:
        _operation_event(draft, node, event)
    elif kind in (
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
    ):
        _declared(draft, node, event)
    elif kind == "timerEventDefinition" and not len(event):
        etree.SubElement(event, bpmn("timeDuration")).text = "P1D"
        draft.say(
            node,
            kind,
            Said(
                severity="todo",
                sentence=Message("The timer has no time; it is one day for now."),
                mend=Message("Write the time."),
            ),
        )


def _in_event_subprocess(node: Node) -> bool:
    parent = node.scope.parent
    return parent is not None and parent.element.get("triggeredByEvent") == "true"


def _event_gone(
    draft: Draft, node: Node, event: etree._Element, reason: str, *, todo: bool = False
) -> None:
    draft.say(
        node,
        local(event),
        Said(
            severity="todo" if todo else "dropped",
            sentence=Message(
                "%(event)s is left out: %(reason)s.", event=quoted(written(event)), reason=reason
            ),
            mend=Message("Draw in another way what it was for.") if todo else "",
        ),
    )
    node.element.remove(event)
    if node.kind == "intermediateCatchEvent" and not node.element.findall("*EventDefinition"):
        node.element.tag = bpmn("intermediateThrowEvent")


def _boundary_gone(draft: Draft, node: Node) -> None:
    """Take out a compensation or cancel event on a border, with the step that hangs on it."""
    lost = [node.element, *(flow.element for flow in node.outgoing)]
    for association in draft.root.iter(bpmn("association")):
        if association.get("sourceRef") == node.id:
            lost.append(association)
            lost += [
                one.element
                for one in node.scope.nodes.values()
                if one.id == association.get("targetRef")
            ]
    draft.say(
        node,
        node.event,
        Said(
            severity="todo",
            sentence=Message(
                "Nothing is taken back by itself here; left out: %(lost)s.",
                lost="; ".join(quoted(written(one)) for one in lost),
            ),
            mend=Message("Draw the steps that take back what was done."),
        ),
    )
    for one in lost:
        if one.getparent() is not None:
            one.getparent().remove(one)


def _signal_end(draft: Draft, node: Node) -> None:
    thrown = pen.node(
        draft, node.scope.element, "intermediateThrowEvent", f"{node.id}_signal", node.name
    )
    event = node.events[0]
    node.element.remove(event)
    thrown.append(event)
    pen.before(draft, node, thrown)
    declare(draft, node, event, "signalRef", "signal")
    draft.say(
        node,
        "signalEventDefinition",
        Said(severity="kept", sentence=Message("The signal is thrown by an event before the end.")),
    )


def _operation_event(draft: Draft, node: Node, event: etree._Element) -> None:
    notes = draft.of(node.id)
    if node.kind == "endEvent":
        made = pen.node(draft, node.scope.element, "serviceTask", f"{node.id}_call", node.name)
        pen.before(draft, node, made)
    elif node.kind == "intermediateThrowEvent":
        made = node.element
        made.tag = bpmn("serviceTask")
    else:
        _declared(draft, node, event)
        return
    node.element.remove(event)
    operator(made, notes.operation, notes.parameters, notes.result)
    draft.say(
        node,
        "messageEventDefinition",
        Said(
            severity="todo",
            sentence=Message(
                "%(event)s: the message is sent by the operation %(operation)s.",
                event=quoted(written(event)),
                operation=notes.operation,
            ),
            mend=Message("Write the operation, or use tell."),
        ),
    )


_REFERENCES = {
    "messageEventDefinition": ("messageRef", "message"),
    "signalEventDefinition": ("signalRef", "signal"),
    "errorEventDefinition": ("errorRef", "error"),
    "escalationEventDefinition": ("escalationRef", "escalation"),
}


def _declared(draft: Draft, node: Node, event: etree._Element) -> None:
    attribute, kind = _REFERENCES[local(event)]
    if attribute == "errorRef" and node.kind == "boundaryEvent" and not event.get(attribute):
        return
    if attribute == "escalationRef" and node.kind == "boundaryEvent" and not event.get(attribute):
        return
    declare(draft, node, event, attribute, kind)
    waits = node.kind in ("intermediateCatchEvent", "boundaryEvent")
    if kind == "message" and waits and not node.properties.get("roles") and not draft.settled:
        draft.say(
            node,
            local(event),
            Said(
                severity="todo",
                sentence=Message("The event waits for a message; nobody may send it yet."),
                mend=Message(
                    "Give it the properties form and roles, or send it from another case."
                ),
            ),
        )


def declare(draft: Draft, node: Node, event: etree._Element, attribute: str, kind: str) -> None:
    """Declare what an event refers to, where the file does not."""
    wanted = event.get(attribute)
    if wanted and any(one.get("id") == wanted for one in draft.root.iterchildren(bpmn(kind))):
        return
    id_ = draft.fresh(usable(kind, wanted or f"{kind}_{node.id}"))
    made = etree.Element(bpmn(kind), id=id_, name=wanted or node.name or id_)
    if kind in ("error", "escalation"):
        made.set(f"{kind}Code", wanted or id_)
    first = next(draft.root.iterchildren(bpmn("process")))
    first.addprevious(made)
    event.set(attribute, id_)
    draft.say(
        node,
        attribute,
        Said(
            severity="guessed",
            sentence=Message(
                "The %(kind)s %(wanted)s was not declared; it is now.",
                kind=Message(kind),
                wanted=quoted(wanted or id_),
            ),
            mend=Message("Look whether it has the right name."),
        ),
    )
