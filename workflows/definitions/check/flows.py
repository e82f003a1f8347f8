"""Rules about flows: one start, every node reachable, every way leading to an end."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import reach
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import ACTIVITIES, EVENTS, Node, Scope

START = rule(
    501,
    "Exactly one start event",
    reason="With none nothing begins, with several it is not said where.",
    mend="Draw one plain start event; let a gateway decide after it.",
)
END = rule(
    502,
    "At least one end event",
    reason="A case that cannot end is never closed and never archived.",
    mend="Draw an end event.",
)
UNREACHABLE = rule(
    503,
    "Every node can be reached",
    reason="A node that no token reaches is a mistake in drawing, or a wish forgotten.",
    mend="Draw a flow to it, or delete it.",
)
DEAD_END = rule(
    504,
    "Every way leads on to an end event",
    reason="A token that stops in the middle leaves the case open for ever.",
    mend="Draw a flow from here to an end event.",
)
LOOSE = rule(
    505,
    "Flows have both ends",
    reason="A flow into nowhere is dropped or breaks the reading of the file.",
    mend="Draw the flow again between two nodes of the same level.",
)
WAY_IN_OUT = rule(
    506,
    "Nothing before a start, nothing after an end",
    reason="Flows into a start event or out of an end event are not run.",
    mend="Draw them to the first task, or out of the last one.",
)
SPLIT_AT_TASK = rule(
    507,
    "Splitting is a gateway's business",
    reason="Several flows out of a task or event start branches that nobody sees as such.",
    mend="Put a parallel or exclusive gateway behind it.",
)
TOO_MANY = rule(
    508,
    "A process has a bounded number of nodes",
    reason="Beyond some hundred nodes the engine's reader breaks, and people lose the thread.",
    mend="Move a part into a called process.",
)
ATTACHED = rule(
    509,
    "Boundary events sit on an activity",
    reason="An event on the boundary of nothing is not run.",
    mend="Draw it onto the border of a task or call activity.",
)
KEPT_OPEN = rule(
    510,
    "Side branches do not keep a process open by accident",
    reason="A task that a non-interrupting event started keeps the called process open after"
    " its main path has ended.",
    mend="End the main path with a terminate event, or the side branch without waiting.",
    severity="warning",
)


@subject
def flows(material: Material) -> Iterator[Finding]:
    """Look at the ways through every level."""
    for file, scope in material.scopes():
        yield from _edges(file, scope)
        yield from _ends(file, scope)
        yield from _ways(file, scope)
        for node in scope.nodes.values():
            yield from _node(file, node)


def _edges(file: str, scope: Scope) -> Iterator[Finding]:
    for flow in scope.flows:
        for end, place in ((flow.source, "begins"), (flow.target, "ends")):
            if end not in scope.nodes:
                yield LOOSE.at(
                    file, flow, f'the flow {place} at "{end}", which is not a node of this level'
                )


def _ends(file: str, scope: Scope) -> Iterator[Finding]:
    starts = scope.starts()
    if len(starts) != 1:
        yield START.at(file, scope, f"there are {len(starts)} start events" if starts
                       else "there is no start event")  # fmt: skip
    if not scope.ends():
        yield END.at(file, scope, "there is no end event")
    for node in starts:
        if node.incoming:
            yield WAY_IN_OUT.at(file, node, "a flow leads into the start event")
    for node in scope.ends():
        if node.outgoing:
            yield WAY_IN_OUT.at(file, node, "a flow leads out of the end event")


def _ways(file: str, scope: Scope) -> Iterator[Finding]:
    reached = reach(scope.starts(), scope.next_of)
    leading = reach(scope.ends(), scope.before)
    for node in scope.nodes.values():
        if scope.starts() and node not in reached:
            yield UNREACHABLE.at(file, node, "no way leads here from the start")
        elif node.kind != "endEvent" and not node.outgoing:
            yield DEAD_END.at(file, node, "no flow leads on from here")
        elif scope.ends() and node not in leading and not _ended_from_outside(scope, node):
            yield DEAD_END.at(file, node, "no way from here leads to an end event")


def _ended_from_outside(scope: Scope, node: Node) -> bool:
    """Return whether a side branch goes round, waiting, until the main path terminates all."""
    around = reach([node], scope.next_of)
    rests = any(one.waits or one.kind == "callActivity" for one in around)
    terminates = any(one.event == "terminateEventDefinition" for one in scope.ends())
    return rests and terminates and all(one.outgoing for one in around)


def _node(file: str, node: Node) -> Iterator[Finding]:
    if node.kind in ACTIVITIES | EVENTS and len(node.outgoing) > 1:
        yield SPLIT_AT_TASK.at(file, node, f"{len(node.outgoing)} flows leave this {node.kind}")
    if node.kind != "boundaryEvent":
        return
    holder = node.scope.nodes.get(node.attached_to)
    if holder is None or holder.kind not in ACTIVITIES:
        yield ATTACHED.at(file, node, "the event does not sit on an activity")
    if not node.interrupting:
        yield from _beside(file, node)


def _ends_all(end: Node) -> bool:
    """Return whether an end event takes the side branches along: an error leaves the level too."""
    return end.event in ("terminateEventDefinition", "errorEventDefinition")


def _beside(file: str, node: Node) -> Iterator[Finding]:
    side = reach([node], node.scope.next_of)
    main_ends = [one for one in node.scope.ends() if not _ends_all(one) and one not in side]
    waiting = [one for one in side if one is not node and (one.waits or one.kind == "callActivity")]
    if waiting and main_ends:
        first = min(waiting, key=lambda one: one.id)
        yield KEPT_OPEN.at(
            file, node, f'"{first.name or first.id}" can stay open after the main path has ended'
        )
