"""The rule about parallel branches: what one of them sets, another must not overwrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflows.definitions.check.dataflow import Dataflow
from workflows.definitions.check.graph import is_join, is_split, reach
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node, Scope

ONE_NAME = rule(
    711,
    "Parallel branches set different names",
    reason="Each branch works on a copy; when they join, the later copy wins, stale or not.",
    mend="Use one name per branch and combine them in a script task after the join.",
)


@subject
def parallel(material: Material) -> Iterator[Finding]:
    """Look at what the branches of every parallel split set."""
    splits = [
        (file, node) for file, node in material.nodes()
        if is_split(node, "parallelGateway", "inclusiveGateway")
    ]  # fmt: skip
    if not splits:
        return
    flow = Dataflow(material)
    live = flow.live()
    inside = _inside(flow)
    for file, node in splits:
        joins, branches = _branches(node)
        twice = _twice([_set_in(flow, inside, branch) for branch in branches])
        read = 0
        for join in joins:
            read |= live[join]
        for name in flow.named(twice & read):
            yield ONE_NAME.at(
                file, node, f'several branches behind this gateway set "{name}", and it'
                " is read after they have joined"
            )  # fmt: skip


def _twice(sets: list[int]) -> int:
    """Return what at least two of the sets hold."""
    once = twice = 0
    for one in sets:
        twice |= once & one
        once |= one
    return twice


def _inside(flow: Dataflow) -> dict[Scope, int]:
    """Return for every process and subprocess what it sets, with all that it calls."""
    scopes = [scope for _, scope in flow.material.scopes()]
    found = dict.fromkeys(scopes, 0)
    changed = True
    while changed:
        changed = False
        for scope in scopes:
            now = _set_in(flow, found, scope.nodes.values())
            changed = changed or now != found[scope]
            found[scope] = now
    return found


def _set_in(flow: Dataflow, inside: dict[Scope, int], nodes: Iterable[Node]) -> int:
    found = 0
    for node in nodes:
        found |= flow.sets[node]
        callee = flow.journey.callee(node)
        if callee is not None:
            found |= inside[callee]
    return found


def _branches(split: Node) -> tuple[list[Node], list[set[Node]]]:
    """Return the joins where the branches end, and the nodes of each branch before them."""
    scope = split.scope
    firsts = [scope.nodes[flow.target] for flow in split.outgoing if flow.target in scope.nodes]

    def on(node: Node) -> Iterator[Node]:
        return (one for one in scope.next_of(node) if one is not split)

    reached = [reach([first], on) for first in firsts]
    common = set.intersection(*reached) if reached else set()
    joins = {node for node in common if is_join(node)}

    def until(node: Node) -> Iterator[Node]:
        return iter(()) if node in joins else on(node)

    branches = [reach([first], until) - joins for first in firsts]
    # What lies on every branch lies behind a meeting without a join: another rule's matter.
    shared = set.intersection(*branches) if branches else set()
    return [node for node in joins if any(_touches(node, b) for b in branches)], [
        branch - shared for branch in branches
    ]


def _touches(join: Node, branch: set[Node]) -> bool:
    return any(one in branch for one in join.scope.before(join))
