"""The rule about parallel branches: what one of them sets, another must not overwrite."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import Journey, is_join, is_split, reach
from workflows.definitions.check.material import Material
from workflows.definitions.check.names import mentioned, writes
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node

ONE_NAME = rule(
    711,
    "Parallel branches set different names",
    reason="Each branch works on a copy; when they join, the later copy wins, stale or not.",
    mend="Use one name per branch and combine them in a script task after the join.",
)


@subject
def parallel(material: Material) -> Iterator[Finding]:
    """Look at what the branches of every parallel split set."""
    routed = mentioned(material)
    journey = Journey(material)
    for file, node in material.nodes():
        if is_split(node, "parallelGateway", "inclusiveGateway"):
            joins, branches = _branches(node)
            sets = [_set_in(material, journey, branch) & routed for branch in branches]
            for name in sorted(_shared(sets)):
                if any(_read_after(material, journey, join, name) for join in joins):
                    yield ONE_NAME.at(
                        file, node, f'several branches behind this gateway set "{name}", and it'
                        " is read after they have joined"
                    )  # fmt: skip


def _shared(sets: list[frozenset[str]]) -> set[str]:
    return {
        name
        for number, names in enumerate(sets)
        for other in sets[number + 1 :]
        for name in names & other
    }


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


def _set_in(material: Material, journey: Journey, branch: set[Node]) -> frozenset[str]:
    names: set[str] = set()
    seen: set[str] = set()
    waiting = list(branch)
    while waiting:
        node = waiting.pop()
        names |= writes(material, node)
        inside = journey.callee(node)
        if inside is not None and inside.id not in seen:
            seen.add(inside.id)
            waiting += inside.nodes.values()
    return frozenset(names)


def _read_after(material: Material, journey: Journey, join: Node, name: str) -> bool:
    """Return whether something behind the join reads the name before it is set again."""
    seen = {join}
    waiting = [join]
    while waiting:
        node = waiting.pop()
        if name in material.read_by(node):
            return True
        if name in writes(material, node):
            continue
        for one in journey.after(node):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return False
