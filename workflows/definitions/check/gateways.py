"""Rules about gateways: a token always knows where to go, and joins can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import dominates, dominators, in_loop, is_join, is_split
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node

DEFAULT = rule(
    401,
    "Deciding gateways have a default flow",
    reason="When no condition is true the engine stops with an error and the case hangs.",
    mend="Mark one of the flows as default flow, without a condition.",
)
CONDITION = rule(
    402,
    "Every other flow of a deciding gateway has a condition",
    reason="A flow without condition would never or always be taken.",
    mend="Write a condition on the flow, such as amount > 100.",
)
CONDITION_LOST = rule(
    403,
    "Conditions only where they decide",
    reason="A condition on a default flow, on a parallel gateway's flow or on a flow out of a"
    " task is ignored or surprising.",
    mend="Delete the condition, or put an exclusive gateway before it.",
)
DEFAULT_ELSEWHERE = rule(
    404,
    "The default flow leaves its gateway",
    reason="A default flow that belongs to another element is never taken.",
    mend="Choose the default flow again.",
)
EVENT_GATEWAY = rule(
    405,
    "Event gateways lead to events, with one timer at most",
    reason="Two timers behind one event gateway share one due time in the engine.",
    mend="Use catch events behind it; put the second timer on the boundary of a task.",
)
JOIN_IN_LOOP = rule(
    406,
    "No parallel or inclusive join inside a loop",
    reason="From the second round on the join fires too early.",
    mend="Put the block from split to join into a called process of its own.",
)
DEADLOCK = rule(
    407,
    "Joins can fire",
    reason="Behind an exclusive gateway only one branch gets a token; a parallel join would"
    " wait for the others for ever.",
    mend="Join with an exclusive gateway, or split with a parallel one.",
)
DOUBLING = rule(
    408,
    "Parallel branches meet in a parallel join",
    reason="Without a join every branch goes on by itself and the work after it is done twice.",
    mend="Join the branches with a gateway of the same kind as the split.",
)
PARALLEL_NEEDLESS = rule(
    409,
    "A gateway decides or joins",
    reason="A gateway with one way in and one way out does nothing and hides a missing flow.",
    mend="Draw the missing flow, or delete the gateway.",
    severity="warning",
)

_DECIDING = ("exclusiveGateway", "inclusiveGateway")
_AFTER_EVENTS = frozenset(("intermediateCatchEvent", "receiveTask"))


@subject
def gateways(material: Material) -> Iterator[Finding]:
    """Look at every gateway by itself."""
    for file, node in material.nodes():
        if node.default and node.default not in {flow.id for flow in node.outgoing}:
            yield DEFAULT_ELSEWHERE.at(file, node, f'"{node.default}" does not leave here')
        if is_split(node, *_DECIDING):
            yield from _deciding(file, node)
        else:
            yield from _not_deciding(file, node)
        if node.kind == "eventBasedGateway":
            yield from _events(file, node)
        if node.kind.endswith("Gateway") and len(node.incoming) == len(node.outgoing) == 1:
            yield PARALLEL_NEEDLESS.at(file, node, "the gateway has one way in and one way out")


def _deciding(file: str, node: Node) -> Iterator[Finding]:
    if not node.default:
        yield DEFAULT.at(file, node, "the gateway has no default flow")
    for flow in node.outgoing:
        if flow.id == node.default and flow.condition is not None:
            yield CONDITION_LOST.at(file, flow, "the default flow has a condition")
        elif flow.id != node.default and not flow.condition:
            yield CONDITION.at(file, flow, "the flow has no condition and is not the default")


def _not_deciding(file: str, node: Node) -> Iterator[Finding]:
    for flow in node.outgoing:
        if flow.condition is not None:
            yield CONDITION_LOST.at(file, flow, f"a condition on a flow out of a {node.kind}")


def _events(file: str, node: Node) -> Iterator[Finding]:
    following = list(node.scope.next_of(node))
    for one in following:
        if one.kind not in _AFTER_EVENTS:
            yield EVENT_GATEWAY.at(file, one, "an event gateway leads to something else here")
    timers = [one for one in following if one.event == "timerEventDefinition"]
    if len(timers) > 1:
        yield EVENT_GATEWAY.at(file, node, f"{len(timers)} timers follow this event gateway")


@subject
def joins(material: Material) -> Iterator[Finding]:
    """Look at where branches meet again."""
    for file, scope in material.scopes():
        last = dominators(scope)
        for node in scope.nodes.values():
            if is_join(node) and in_loop(node):
                yield JOIN_IN_LOOP.at(file, node, "the join lies inside a loop")
            elif node in last and last[node] is not node:
                ways = [one for one in scope.before(node) if not _back(node, one, last)]
                if len(ways) > 1:
                    yield from _meeting(file, node, last[node])


def _back(node: Node, before: Node, last: dict[Node, Node]) -> bool:
    """Return whether the way from `before` leads back in a loop, or from nowhere."""
    return before not in last or dominates(node, before, last)


def _meeting(file: str, node: Node, split: Node) -> Iterator[Finding]:
    """Compare the place where ways meet with the place where they parted."""
    parted = f'"{split.name or split.id}"'
    if node.kind == "parallelGateway":
        interrupted = any(one.interrupting for one in split.boundary)
        if is_split(split, "exclusiveGateway", "eventBasedGateway") or interrupted:
            yield DEADLOCK.at(file, node, f"the ways that meet here part at {parted}, which"
                              " lets only one of them happen")  # fmt: skip
    elif (
        is_split(split, "parallelGateway", "inclusiveGateway")
        and not is_join(node)
        and node.kind != "endEvent"
    ):
        yield DOUBLING.at(file, node, f"the branches that part at {parted} meet here without a"
                          " join")  # fmt: skip
