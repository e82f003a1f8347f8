"""The shape of a process: one start, ends, gateways that split, and a way when nothing is true."""

from __future__ import annotations

from workflows.definitions.diagram import Node, Scope
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft, remove
from workflows.definitions.importer.eventsubprocesses import redraw_event_subprocesses
from workflows.definitions.importer.instances import give_outputs
from workflows.definitions.importer.listeners import draw_listeners
from workflows.definitions.importer.loops import call_what_joins_in_loops
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.tokens import string
from workflows.definitions.importer.ways import settle_gateways, split_ways
from workflows.definitions.messages import Message


def shape(draft: Draft) -> None:
    """Draw what a process lacks, and say what was drawn."""
    _loose(draft)
    redraw_event_subprocesses(draft)
    draw_listeners(draft)
    for each in (_starts, _ends, split_ways, _into_starts, settle_gateways):
        for scope in list(draft.diagram().scopes()):
            each(draft, scope)
    call_what_joins_in_loops(draft)
    for scope in list(draft.diagram().scopes()):
        give_outputs(draft, scope)


def _loose(draft: Draft) -> None:
    """Take out flows that lead from or to nothing."""
    for scope in draft.diagram().scopes():
        for flow in scope.flows:
            missing = [one for one in (flow.source, flow.target) if one not in scope.nodes]
            if not missing:
                continue
            draft.say(
                flow,
                "sequenceFlow",
                Said(
                    severity="dropped",
                    sentence=Message(
                        "The flow from %(source)s to %(target)s %(condition)s has no end"
                        " %(missing)s on its level.",
                        source=quoted(flow.source),
                        target=quoted(flow.target),
                        condition=quoted(flow.condition or ""),
                        missing=quoted(missing[0]),
                    ),
                    mend=Message("Draw the flow again."),
                ),
            )
            scope.element.remove(flow.element)
            for node in scope.nodes.values():
                if node.default == flow.id:
                    node.element.attrib.pop("default")
        for node in scope.nodes.values():
            if node.default and all(flow.id != node.default for flow in node.outgoing):
                draft.say(
                    node,
                    "default",
                    Said(
                        severity="dropped",
                        sentence=Message(
                            "The default flow %(default)s does not leave here.",
                            default=quoted(node.default),
                        ),
                        mend=Message("Choose the default flow."),
                    ),
                )
                node.element.attrib.pop("default", None)
            if draft.settled:
                continue  # nothing is changed, and the check says so
            if node.kind == "boundaryEvent" and node.attached_to not in scope.nodes:
                draft.say(
                    node,
                    "boundaryEvent",
                    Said(
                        severity="todo",
                        sentence=Message(
                            "The event sits on %(attached_to)s, which is not there.",
                            attached_to=quoted(node.attached_to),
                        ),
                        mend=Message("Draw it onto the border of a task."),
                    ),
                )


def _into_starts(draft: Draft, scope: Scope) -> None:
    for start in scope.starts():
        if not start.incoming or len(start.outgoing) != 1:
            continue
        for flow in start.incoming:
            flow.element.set("targetRef", start.outgoing[0].target)
            draft.say(
                flow,
                "sequenceFlow",
                Said(
                    severity="guessed",
                    sentence=Message(
                        "The flow led back into the start event; it leads to the first step now."
                    ),
                    mend=Message("Look whether that step is the right one."),
                ),
            )


def _is_event_subprocess(scope: Scope) -> bool:
    return bool(scope.element.get("triggeredByEvent") == "true")


def _starts(draft: Draft, scope: Scope) -> None:
    if not scope.nodes or _is_event_subprocess(scope):
        return
    starts = scope.starts()
    if len(starts) > 1:
        _one_start(draft, scope, starts)
    if starts:
        return
    firsts = [
        node
        for node in scope.nodes.values()
        if not node.incoming
        and node.kind != "boundaryEvent"
        and node.element.get("triggeredByEvent") != "true"
        and node.element.get("isForCompensation") != "true"
    ] or [next(iter(scope.nodes.values()))]
    start = pen.node(draft, scope.element, "startEvent", f"{scope.id}_start")
    target = firsts[0].id
    if len(firsts) > 1:
        split = pen.node(draft, scope.element, "parallelGateway", f"{scope.id}_split")
        target = split.get("id")
        for node in firsts:
            pen.flow(draft, scope.element, target, node.id)
    pen.flow(draft, scope.element, start.get("id"), target)
    draft.say(
        scope,
        "startEvent",
        Said(
            severity="guessed",
            sentence=Message(
                "There was no start event; one was drawn before %(firsts)s.",
                firsts=quoted(", ".join(node.name or node.id for node in firsts)),
            ),
            mend=Message("Look whether the process begins there."),
        ),
    )


def _one_start(draft: Draft, scope: Scope, starts: list[Node]) -> None:
    """Let a gateway behind the first start lead to where the others led."""
    first, others = starts[0], starts[1:]
    name = variable(f"{scope.id}_start_way")
    gateway = pen.node(draft, scope.element, "exclusiveGateway", f"{scope.id}_ways")
    default = first.outgoing[0].id if first.outgoing else ""
    pen.behind(draft, first, gateway)
    if default:
        gateway.set("default", default)
    labels, ids = [first.name or first.id], [first.id]
    for start in others:
        label = start.name or start.id
        labels.append(label)
        ids.append(start.id)
        for flow in start.outgoing:
            flow.element.set("sourceRef", gateway.get("id"))
            pen.condition(flow.element, f"{name} = {string(label)}")
        draft.of(first.id).components += draft.of(start.id).components
        remove(start.element)
    draft.labels[name] = "从何处开始"
    draft.wishes[name] = labels
    draft.say(
        scope,
        "startEvent",
        Said(
            severity="guessed",
            sentence=Message(
                "There were %(count)s start events; %(name)s in the first form says which way a"
                " case takes: %(labels)s (they were %(ids)s).",
                count=len(starts),
                name=name,
                labels=", ".join(labels),
                ids=", ".join(ids),
            ),
            mend=Message("Let a value that is known anyway decide."),
        ),
    )


def _ends(draft: Draft, scope: Scope) -> None:
    if not scope.nodes:
        return
    for node in scope.nodes.values():
        if node.kind == "endEvent":
            for flow in node.outgoing:
                draft.say(
                    flow,
                    "sequenceFlow",
                    Said(
                        severity="dropped",
                        sentence=Message(
                            "The flow to %(target)s left an end event.", target=quoted(flow.target)
                        ),
                        mend=Message("Draw it out of the last step."),
                    ),
                )
                scope.element.remove(flow.element)
    open_ = [
        node
        for node in scope.nodes.values()
        if not node.outgoing
        and node.kind != "endEvent"
        and node.element.get("triggeredByEvent") != "true"
        and node.element.get("isForCompensation") != "true"
    ]
    for node in open_:
        end = pen.node(draft, scope.element, "endEvent", f"{node.id}_end")
        pen.flow(draft, scope.element, node.id, end.get("id"))
        draft.say(
            node,
            "endEvent",
            Said(
                severity="guessed",
                sentence=Message("No flow led on from here; an end event was drawn behind it."),
                mend=Message("Draw the missing flow if the way goes on."),
            ),
        )
