"""Event subprocesses, which are not run here: events on the borders of activities do the same."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Node, Scope
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn, local

MOST = 20
"""Most activities that get an event on their border for one event subprocess."""
_ANYTIME = ("messageEventDefinition", "signalEventDefinition", "escalationEventDefinition",
            "conditionalEventDefinition")  # fmt: skip
_WAITING = ("userTask", "callActivity", "subProcess")
_FAILING = ("serviceTask", "callActivity", "subProcess")
_PARALLEL = ("parallelGateway", "inclusiveGateway", "complexGateway")


def redraw_event_subprocesses(draft: Draft) -> None:
    """Draw every event subprocess as a subprocess behind border events, or say why it is not."""
    if draft.settled:
        return
    for scope in list(draft.diagram().scopes()):
        for node in list(scope.nodes.values()):
            if node.kind == "subProcess" and node.element.get("triggeredByEvent") == "true":
                _redraw(draft, scope, node)


def _redraw(draft: Draft, scope: Scope, node: Node) -> None:
    start = next(node.element.iterchildren(bpmn("startEvent")), None)
    event = None if start is None else next(
        (one for one in start if local(one).endswith("EventDefinition")), None
    )  # fmt: skip
    if start is None or event is None:
        _explain(draft, node, Message("its start does not say what it waits for"))
        return
    hosts, reason = _hosts(scope, event)
    if reason:
        _explain(draft, node, reason)
        return
    interrupting = start.get("isInterrupting", "true") != "false"
    around = scope.parent if scope.parent is not None else None
    level = around.scope.element if around is not None else scope.element
    start.remove(event)
    start.attrib.pop("isInterrupting", None)
    node.element.attrib.pop("triggeredByEvent")
    level.append(node.element)
    for host in hosts:
        _border(draft, level, host, event, node, interrupting=interrupting)
    if around is not None and interrupting:
        for flow in around.outgoing[:1]:
            pen.flow(draft, level, node.id, flow.target)
    names = ", ".join(host.name or host.id for host in hosts)
    sentence = Message(
        "An event subprocess is not run here; it is a subprocess now, which events on the border"
        " of %(names)s lead to.",
        names=quoted(names),
    )
    mend = Message("Look whether the event may happen at exactly these steps.")
    draft.say(node, "subProcess", Said(severity="guessed", sentence=sentence, mend=mend))


def _hosts(scope: Scope, event: etree._Element) -> tuple[list[Node], Message | None]:
    """Return on which activities the event can sit, or why it can sit on none."""
    if scope.parent is not None:
        return [scope.parent], None
    kind = local(event)
    if any(node.kind in _PARALLEL or (len(node.outgoing) > 1 and "Gateway" not in node.kind)
           for node in scope.nodes.values()):  # fmt: skip
        return [], Message("branches run beside each other, and it would end all of them")
    if kind == "timerEventDefinition":
        return [], Message("its time counts from the beginning of the case")
    wanted = _FAILING if kind == "errorEventDefinition" else _WAITING
    if kind not in (*_ANYTIME, "errorEventDefinition"):
        return [], Message("nothing like its event is run here")
    hosts = [
        node
        for node in scope.nodes.values()
        if node.kind in wanted and node.element.get("triggeredByEvent") != "true"
    ]
    if not hosts or len(hosts) > MOST:
        return [], Message("there is no step that the event could sit on")
    return hosts, None


def _border(
    draft: Draft,
    level: etree._Element,
    host: Node,
    event: etree._Element,
    node: Node,
    *,
    interrupting: bool,
) -> None:
    made = pen.node(draft, level, "boundaryEvent", f"{node.id}_on_{host.id}", node.name)
    made.set("attachedToRef", host.id)
    if not interrupting:
        made.set("cancelActivity", "false")
    copied = etree.fromstring(etree.tostring(event, with_tail=False))
    for one in copied.iter():
        if one.get("id"):
            one.set("id", draft.fresh(str(one.get("id"))))
    made.append(copied)
    pen.flow(draft, level, made.get("id"), node.id)


def _explain(draft: Draft, node: Node, reason: Message) -> None:
    sentence = Message(
        "An event subprocess is not run here, and was not redrawn: %(reason)s.", reason=reason
    )
    mend = Message(
        "Put the steps in which the event may happen into a called process, and the event onto"
        " the border of its call; lead from there to these steps."
    )
    draft.say(node, "subProcess", Said(severity="todo", sentence=sentence, mend=mend))
