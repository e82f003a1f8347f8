"""Elements that are not run here: each becomes one that is, or goes, with a line that says so."""

from __future__ import annotations

import re

from lxml import etree

from workflows.definitions.diagram import Node
from workflows.definitions.importer.draft import Draft, written
from workflows.definitions.importer.events import declare, settle_events
from workflows.definitions.importer.jbpm import read_owners
from workflows.definitions.importer.linkevents import draw_links
from workflows.definitions.importer.people import role_of
from workflows.definitions.importer.report import Said, Severity, quoted, together
from workflows.definitions.importer.work import operator
from workflows.definitions.messages import Message
from workflows.definitions.reading import BPMN, bpmn, local, namespace

_ROOTS = frozenset(
    (
        "process",
        "message",
        "signal",
        "error",
        "escalation",
        "collaboration",
        "itemDefinition",
        "dataStore",
        "category",
        "extensionElements",
        "documentation",
    )
)
_GONE = frozenset(
    (
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "property",
        "standardLoopCharacteristics",
        "auditing",
        "monitoring",
        "correlationSubscription",
        "resourceRole",
        "performer",
        "supports",
        "rendering",
        "ioBinding",
        "complexBehaviorDefinition",
        "artifact",
        "activationCondition",
        "correlationKey",
    )
)
_PEOPLE = ("potentialOwner", "humanPerformer")
_RETYPED: dict[str, tuple[str, Severity, Message]] = {
    "task": ("userTask", "guessed", Message("An untyped task waits for a person here")),
    "manualTask": ("userTask", "guessed", Message("A manual task is a user task with a form here")),
    "transaction": (
        "subProcess",
        "todo",
        Message("A transaction is a plain subprocess; nothing is taken back by itself"),
    ),
    "adHocSubProcess": (
        "subProcess",
        "todo",
        Message("An ad-hoc subprocess is a plain one; its steps have an order"),
    ),
    "complexGateway": (
        "inclusiveGateway",
        "guessed",
        Message("A complex gateway is an inclusive one"),
    ),
}
_EXECUTABLE = Said(
    severity="guessed",
    sentence=Message("The process was not marked as executable; it is now."),
    mend=Message("Look whether it was meant to be run."),
)
_GROUP = re.compile(r"(user|group)\s*\(([^)]*)\)")


def retype(draft: Draft) -> None:
    """Bring every element to a kind that is run."""
    _roots(draft)
    read_owners(draft)
    for element in list(draft.root.iter()):
        kind = local(element)
        if namespace(element) != BPMN or element.getparent() is None:
            continue
        if kind in _PEOPLE:
            _owners(draft, element)
        elif kind in _GONE:
            _gone(draft, element)
        elif kind in _RETYPED:
            _retyped(draft, element, kind)
    for process in draft.root.iterchildren(bpmn("process")):
        if process.get("isExecutable") != "true":
            process.set("isExecutable", "true")
            draft.say(process, "isExecutable", _EXECUTABLE)
    draw_links(draft)
    for node in draft.nodes():
        _node(draft, node)


def _roots(draft: Draft) -> None:
    for child in list(draft.root.iterchildren()):
        if namespace(child) != BPMN or local(child) in _ROOTS:
            continue
        draft.report.add(
            child.get("id", ""),
            child.get("name", ""),
            local(child),
            Said(
                severity="dropped",
                sentence=Message("%(child)s is not run here.", child=quoted(written(child))),
                mend=Message("Operations say by themselves what they need."),
            ),
        )
        draft.root.remove(child)
    for name in ("typeLanguage", "expressionLanguage"):
        value = draft.root.attrib.pop(name, None)
        if value is not None:
            draft.report.add(
                "",
                "",
                name,
                Said(
                    severity="dropped",
                    sentence=Message(
                        "%(value)s is not carried over: expressions are in FEEL here.",
                        value=quoted(value),
                    ),
                ),
            )


def _gone(draft: Draft, element: etree._Element) -> None:
    said = Said(
        severity="todo" if local(element) == "standardLoopCharacteristics" else "dropped",
        sentence=Message(
            "%(element)s is not run here: values flow by name.", element=quoted(written(element))
        ),
        mend=Message("Draw loops with a gateway; set values in forms and script tasks."),
    )
    parent = element.getparent()
    draft.say(parent, local(element), said)
    parent.remove(element)


def _owners(draft: Draft, element: etree._Element) -> None:
    """Read the standard's own assignment: groups and users in words."""
    text = " ".join("".join(element.itertext()).split()) or element.get("name", "")
    parent = element.getparent()
    notes = draft.of(parent.get("id", ""))
    found = _GROUP.findall(text) or ([("group", text)] if text else [])
    for kind, name in found:
        plain = name.strip("${}#= ")
        if kind == "group" or role_of(plain) != "handler":
            notes.groups.append(plain[:60])
        elif plain in draft.initiators:
            notes.initiator = True
        else:
            notes.users.append(plain)
    draft.say(
        parent,
        local(element),
        Said(
            severity="guessed" if found else "dropped",
            sentence=Message(
                "%(element)s says who does the task; the lane says so here.",
                element=quoted(written(element)),
            ),
            mend=Message("Look at the lane's role in bundle.toml."),
        ),
    )
    parent.remove(element)


def _retyped(draft: Draft, element: etree._Element, kind: str) -> None:
    new, severity, sentence = _RETYPED[kind]
    element.tag = bpmn(new)
    for child in element.findall(bpmn("completionCondition")):
        _gone(draft, child)
    for name in ("method", "ordering", "cancelRemainingInstances"):
        if name in element.attrib:
            sentence = Message(
                "%(sentence)s (%(name)s %(value)s is dropped)",
                sentence=sentence,
                name=name,
                value=quoted(element.attrib.pop(name)),
            )
    draft.say(
        element,
        kind,
        Said(
            severity=severity,
            sentence=Message("%(sentence)s.", sentence=sentence),
            mend=Message("Look whether that is what was meant."),
        ),
    )


def _node(draft: Draft, node: Node) -> None:
    if node.kind == "receiveTask":
        _receive(draft, node)
    elif _calls_nothing(node):
        _nothing_called(draft, node)
    elif node.events:
        settle_events(draft, node)
    elif node.kind == "intermediateCatchEvent":
        node.element.tag = bpmn("intermediateThrowEvent")
        draft.say(
            node,
            "intermediateCatchEvent",
            Said(
                severity="guessed",
                sentence=Message(
                    "The event does not say what it waits for; it waits for nothing here."
                ),
                mend=Message("Choose a timer or a message."),
            ),
        )


def _calls_nothing(node: Node) -> bool:
    if node.kind == "businessRuleTask":
        return not node.decision
    return node.kind in ("sendTask", "serviceTask") and node.operator is None


def _receive(draft: Draft, node: Node) -> None:
    element = node.element
    element.tag = bpmn("intermediateCatchEvent")
    reference = element.attrib.pop("messageRef", "")
    gone = [
        f"{name}={element.attrib.pop(name)}"
        for name in ("instantiate", "operationRef", "implementation")
        if name in element.attrib
    ]
    made = etree.SubElement(element, bpmn("messageEventDefinition"))
    if reference:
        made.set("messageRef", reference)
    declare(draft, node, made, "messageRef", "message")
    draft.say(
        node,
        "receiveTask",
        Said(
            severity="todo",
            sentence=together(
                Message("A receive task is an event that waits for a message here."),
                Message("Written: %(value)s.", value=quoted(", ".join(gone))) if gone else "",
            ),
            mend=Message(
                "Say in its properties form and roles who sends the message, or send it from"
                " another case."
            ),
        ),
    )


def _nothing_called(draft: Draft, node: Node) -> None:
    name = f"{'send' if node.kind == 'sendTask' else 'do'}_{node.id}".lower()
    reference = node.element.attrib.pop("messageRef", "")
    notes = draft.of(node.id)
    node.element.tag = bpmn("serviceTask")
    operator(node.element, name, notes.parameters, notes.result)
    draft.say(
        node,
        node.kind,
        Said(
            severity="todo",
            sentence=together(
                Message(
                    "The step does not say what it calls; it calls the operation %(name)s,"
                    " which does not exist yet.",
                    name=name,
                ),
                Message("It sent the message %(reference)s.", reference=quoted(reference))
                if reference
                else "",
            ),
            mend=Message("Write the operation, choose one, or make the step a user task."),
        ),
    )
