"""Elements that are not run here: each becomes one that is, or goes, with a line that says so."""

from __future__ import annotations

import re

from lxml import etree

from workflows.definitions.diagram import Node
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.people import role_of
from workflows.definitions.importer.report import LONGEST, Said, quoted
from workflows.definitions.importer.speech import operator
from workflows.definitions.reading import BPMN, bpmn, local, namespace

_ROOTS = frozenset((
    "process", "message", "signal", "error", "escalation", "collaboration", "itemDefinition",
    "dataStore", "category", "extensionElements", "documentation",
))  # fmt: skip
_GONE = frozenset((
    "ioSpecification", "dataInputAssociation", "dataOutputAssociation", "property",
    "standardLoopCharacteristics", "auditing", "monitoring", "correlationSubscription",
    "resourceRole", "performer", "supports", "rendering", "ioBinding", "complexBehaviorDefinition",
    "artifact", "activationCondition", "correlationKey",
))  # fmt: skip
_PEOPLE = ("potentialOwner", "humanPerformer")
_RETYPED = {
    "task": ("userTask", "guessed", "An untyped task waits for a person here"),
    "manualTask": ("userTask", "guessed", "A manual task is a user task with a form here"),
    "transaction": ("subProcess", "todo", "A transaction is a plain subprocess; nothing is taken"
                    " back by itself"),
    "adHocSubProcess": ("subProcess", "todo", "An ad-hoc subprocess is a plain one; its steps"
                        " have an order"),
    "complexGateway": ("inclusiveGateway", "guessed", "A complex gateway is an inclusive one"),
}  # fmt: skip
_DROPPED_EVENTS = frozenset((
    "compensateEventDefinition", "cancelEventDefinition", "linkEventDefinition",
))  # fmt: skip
_EXECUTABLE = Said(severity="guessed", sentence="The process was not marked as executable; it is"
                   " now.", mend="Look whether it was meant to be run.")  # fmt: skip
_GROUP = re.compile(r"(user|group)\s*\(([^)]*)\)")


def retype(draft: Draft) -> None:
    """Bring every element to a kind that is run."""
    _roots(draft)
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
    for node in draft.nodes():
        _node(draft, node)


def _roots(draft: Draft) -> None:
    for child in list(draft.root.iterchildren()):
        if namespace(child) != BPMN or local(child) in _ROOTS:
            continue
        draft.report.add(child.get("id", ""), child.get("name", ""), local(child), Said(
            severity="dropped", sentence=f"{quoted(written(child))} is not run here.",
            mend="Operations say by themselves what they need.",
        ))  # fmt: skip
        draft.root.remove(child)
    for name in ("typeLanguage", "expressionLanguage"):
        value = draft.root.attrib.pop(name, None)
        if value is not None:
            draft.report.add("", "", name, Said(
                severity="dropped", sentence=f"{quoted(value)} is not carried over: expressions"
                " are in FEEL here."
            ))  # fmt: skip


def written(element: etree._Element) -> str:
    """Return an element as text, without namespaces."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", " ".join(text.split()))[:LONGEST]


def _gone(draft: Draft, element: etree._Element) -> None:
    said = Said(
        severity="todo" if local(element) == "standardLoopCharacteristics" else "dropped",
        sentence=f"{quoted(written(element))} is not run here: values flow by name.",
        mend="Draw loops with a gateway; set values in forms and script tasks.",
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
    draft.say(parent, local(element), Said(
        severity="guessed" if found else "dropped",
        sentence=f"{quoted(written(element))} says who does the task; the lane says so here.",
        mend="Look at the lane's role in bundle.toml.",
    ))  # fmt: skip
    parent.remove(element)


def _retyped(draft: Draft, element: etree._Element, kind: str) -> None:
    new, severity, sentence = _RETYPED[kind]
    element.tag = bpmn(new)
    for name in ("method", "ordering", "cancelRemainingInstances"):
        if name in element.attrib:
            sentence += f" ({name} {quoted(element.attrib.pop(name))} is dropped)"
    draft.say(element, kind, Said(severity=severity, sentence=f"{sentence}.",  # type: ignore[arg-type]
                                  mend="Look whether that is what was meant."))  # fmt: skip


def _node(draft: Draft, node: Node) -> None:
    if node.kind == "receiveTask":
        _receive(draft, node)
    elif _calls_nothing(node):
        _nothing_called(draft, node)
    elif node.events:
        _events(draft, node)
    elif node.kind == "intermediateCatchEvent":
        node.element.tag = bpmn("intermediateThrowEvent")
        draft.say(node, "intermediateCatchEvent", Said(
            severity="guessed", sentence="The event does not say what it waits for; it waits for"
            " nothing here.", mend="Choose a timer or a message.",
        ))  # fmt: skip


def _calls_nothing(node: Node) -> bool:
    if node.kind == "businessRuleTask":
        return not node.decision
    return node.kind in ("sendTask", "serviceTask") and node.operator is None


def _receive(draft: Draft, node: Node) -> None:
    element = node.element
    element.tag = bpmn("intermediateCatchEvent")
    reference = element.attrib.pop("messageRef", "")
    for name in ("instantiate", "operationRef", "implementation"):
        element.attrib.pop(name, None)
    made = etree.SubElement(element, bpmn("messageEventDefinition"))
    if reference:
        made.set("messageRef", reference)
    draft.say(node, "receiveTask", Said(
        severity="todo", sentence="A receive task is an event that waits for a message here.",
        mend="Say in its properties form and roles who sends the message, or send it from"
        " another case.",
    ))  # fmt: skip


def _nothing_called(draft: Draft, node: Node) -> None:
    name = f"{'send' if node.kind == 'sendTask' else 'do'}_{node.id}".lower()
    reference = node.element.attrib.pop("messageRef", "")
    notes = draft.of(node.id)
    node.element.tag = bpmn("serviceTask")
    operator(node.element, name, notes.parameters, notes.result)
    draft.say(node, node.kind, Said(
        severity="todo", sentence=f"The step does not say what it calls; it calls the operation"
        f" {name}, which does not exist yet" + (f" (message {quoted(reference)})." if reference
                                                 else "."),
        mend="Write the operation, choose one, or make the step a user task.",
    ))  # fmt: skip


def _events(draft: Draft, node: Node) -> None:
    for event in list(node.events)[1:]:
        _event_gone(draft, node, event, "an event has one definition here")
    event = node.events[0]
    kind = local(event)
    if node.kind == "startEvent" and not _in_event_subprocess(node):
        _event_gone(draft, node, event, "people or other cases begin a case", todo=True)
    elif kind in _DROPPED_EVENTS and node.kind != "boundaryEvent":
        if kind != "linkEventDefinition" or not _link(draft, node, event):
            _event_gone(draft, node, event, "nothing like it is run here", todo=True)
    elif kind in _DROPPED_EVENTS:
        _boundary_gone(draft, node)
    elif kind == "signalEventDefinition" and node.kind == "endEvent":
        _signal_end(draft, node)
    elif kind == "messageEventDefinition" and draft.of(node.id).operation:
        _operation_event(draft, node, event)
    elif kind in ("messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
                  "escalationEventDefinition"):  # fmt: skip
        _declared(draft, node, event)
    elif kind == "timerEventDefinition" and not len(event):
        etree.SubElement(event, bpmn("timeDuration")).text = "P1D"
        draft.say(node, kind, Said(severity="todo", sentence="The timer has no time; it is one"
                                   " day for now.", mend="Write the time."))  # fmt: skip


def _in_event_subprocess(node: Node) -> bool:
    parent = node.scope.parent
    return parent is not None and parent.element.get("triggeredByEvent") == "true"


def _event_gone(
    draft: Draft, node: Node, event: etree._Element, reason: str, *, todo: bool = False
) -> None:
    draft.say(node, local(event), Said(
        severity="todo" if todo else "dropped",
        sentence=f"{quoted(written(event))} is left out: {reason}.",
        mend="Draw in another way what it was for." if todo else "",
    ))  # fmt: skip
    node.element.remove(event)
    if node.kind == "intermediateCatchEvent" and not node.element.findall("*EventDefinition"):
        node.element.tag = bpmn("intermediateThrowEvent")


def _link(draft: Draft, node: Node, event: etree._Element) -> bool:
    """Draw the flow that a pair of link events stands for."""
    if node.kind != "intermediateThrowEvent":
        return any(_link_name(one) == _link_name(node) and one is not node
                   for one in node.scope.nodes.values())  # fmt: skip
    target = next(
        (one for one in node.scope.nodes.values() if one.kind == "intermediateCatchEvent"
         and _link_name(one) == _link_name(node)), None,
    )  # fmt: skip
    if target is None:
        return False
    for one in (node, target):
        for held in one.events:
            if held.getparent() is not None and local(held) == "linkEventDefinition":
                one.element.remove(held)
    target.element.tag = bpmn("intermediateThrowEvent")
    pen.flow(draft, node.scope.element, node.id, target.id)
    draft.say(node, "linkEventDefinition", Said(
        severity="kept", sentence=f"The link to {quoted(target.name or target.id)} is a flow."
    ))  # fmt: skip
    return True


def _link_name(node: Node) -> str:
    event = next((one for one in node.events if local(one) == "linkEventDefinition"), None)
    return "" if event is None else (event.get("name") or node.name)


def _boundary_gone(draft: Draft, node: Node) -> None:
    """Take out a compensation or cancel event on a border, with the step that hangs on it."""
    lost = [node.element, *(flow.element for flow in node.outgoing)]
    for association in draft.root.iter(bpmn("association")):
        if association.get("sourceRef") == node.id:
            lost.append(association)
            lost += [
                one.element for one in node.scope.nodes.values()
                if one.id == association.get("targetRef")
            ]  # fmt: skip
    draft.say(node, node.event, Said(
        severity="todo",
        sentence=f"Nothing is taken back by itself here; left out: "
        f"{'; '.join(quoted(written(one)) for one in lost)}.",
        mend="Draw the steps that take back what was done.",
    ))  # fmt: skip
    for one in lost:
        if one.getparent() is not None:
            one.getparent().remove(one)


def _signal_end(draft: Draft, node: Node) -> None:
    thrown = pen.node(draft, node.scope.element, "intermediateThrowEvent", f"{node.id}_signal",
                      node.name)  # fmt: skip
    event = node.events[0]
    node.element.remove(event)
    thrown.append(event)
    pen.before(draft, node, thrown)
    _declare(draft, node, event, "signalRef", "signal")
    draft.say(node, "signalEventDefinition", Said(
        severity="kept", sentence="The signal is thrown by an event before the end."
    ))  # fmt: skip


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
    draft.say(node, "messageEventDefinition", Said(
        severity="todo", sentence=f"{quoted(written(event))}: the message is sent by the operation"
        f" {notes.operation}.", mend="Write the operation, or use tell.",
    ))  # fmt: skip


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
    _declare(draft, node, event, attribute, kind)
    waits = node.kind in ("intermediateCatchEvent", "boundaryEvent")
    if kind == "message" and waits and not node.properties.get("roles") and not draft.settled:
        draft.say(node, local(event), Said(
            severity="todo", sentence="The event waits for a message; nobody may send it yet.",
            mend="Give it the properties form and roles, or send it from another case.",
        ))  # fmt: skip


def _declare(draft: Draft, node: Node, event: etree._Element, attribute: str, kind: str) -> None:
    """Declare what an event refers to, where the file does not."""
    wanted = event.get(attribute)
    if wanted and any(one.get("id") == wanted for one in draft.root.iterchildren(bpmn(kind))):
        return
    id_ = draft.fresh(re.sub(r"[^\w.\-]+", "_", wanted or f"{kind}_{node.id}"))
    made = etree.Element(bpmn(kind), id=id_, name=wanted or node.name or id_)
    if kind in ("error", "escalation"):
        made.set(f"{kind}Code", wanted or id_)
    first = next(draft.root.iterchildren(bpmn("process")))
    first.addprevious(made)
    event.set(attribute, id_)
    draft.say(node, attribute, Said(
        severity="guessed", sentence=f"The {kind} {quoted(wanted or id_)} was not declared; it is"
        " now.", mend="Look whether it has the right name.",
    ))  # fmt: skip
