"""Walks over a diagram that several rules share: reach, loops, dominators, called processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from workflows.definitions.check.material import Material
from workflows.definitions.diagram import Node, Scope

JOINS = frozenset(("parallelGateway", "inclusiveGateway"))
Step = Callable[[Node], Iterable[Node]]


def reach(starts: Iterable[Node], step: Step) -> set[Node]:
    """Return all nodes that `step` leads to, the starts included."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        for node in step(waiting.pop()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def in_loop(node: Node) -> bool:
    """Return whether a token can come back to `node` within its level."""
    return node in reach(node.scope.next_of(node), node.scope.next_of)


def is_join(node: Node) -> bool:
    """Return whether a gateway waits for several tokens."""
    return node.kind in JOINS and len(node.incoming) > 1


def is_split(node: Node, *kinds: str) -> bool:
    """Return whether a gateway of one of the kinds has several ways out."""
    return node.kind in kinds and len(node.outgoing) > 1


def dominators(scope: Scope) -> dict[Node, Node]:
    """Return for each reachable node the last node that every way to it passes."""
    starts = [n for n in scope.starts() if not n.incoming]
    if len(starts) != 1:
        return {}
    order = _postorder(starts[0], scope)
    rank = {node: number for number, node in enumerate(order)}
    found = {starts[0]: starts[0]}
    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            known = [one for one in scope.before(node) if one in found and one in rank]
            nearest = known[0]
            for other in known[1:]:
                nearest = _meet(nearest, other, found, rank)
            if found.get(node) is not nearest:
                found[node] = nearest
                changed = True
    return found


def dominates(one: Node, other: Node, last: dict[Node, Node]) -> bool:
    """Return whether every way to `other` passes `one`."""
    while other is not one and last[other] is not other:
        other = last[other]
    return other is one


def _postorder(start: Node, scope: Scope) -> list[Node]:
    order: list[Node] = []
    seen = {start}
    waiting: list[tuple[Node, Iterator[Node]]] = [(start, iter(list(scope.next_of(start))))]
    while waiting:
        node, rest = waiting[-1]
        following = next((one for one in rest if one not in seen), None)
        if following is None:
            order.append(node)
            waiting.pop()
        else:
            seen.add(following)
            waiting.append((following, iter(list(scope.next_of(following)))))
    return order


def _meet(a: Node, b: Node, found: dict[Node, Node], rank: dict[Node, int]) -> Node:
    while a is not b:
        while rank[a] < rank[b]:
            a = found[a]
        while rank[b] < rank[a]:
            b = found[b]
    return a


class Journey:
    """Ways through called processes and subprocesses as well."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.callers: dict[str, list[Node]] = {}
        self._passing: dict[Scope, bool] = {}
        for _, node in material.nodes():
            if node.kind == "callActivity":
                self.callers.setdefault(node.called, []).append(node)

    def callee(self, node: Node) -> Scope | None:
        """Return the process or subprocess that runs inside an activity."""
        if node.kind == "callActivity":
            return self.material.process(node.called)
        if node.kind == "subProcess":
            return next((one for one in node.scope.inner if one.parent is node), None)
        return None

    def after(self, node: Node) -> Iterator[Node]:
        """Return where a token goes next, into called processes and back out of them."""
        inside = self.callee(node)
        if inside is not None and inside.starts():
            yield from inside.starts()
            yield from node.boundary
            return
        yield from node.scope.next_of(node)
        if node.kind == "endEvent":
            yield from self._out_of(node.scope)

    def _out_of(self, scope: Scope) -> Iterator[Node]:
        holders = [scope.parent] if scope.parent else self.callers.get(scope.id, [])
        for holder in holders:
            if holder is not None:
                yield from holder.scope.next_of(holder)

    def before(self, node: Node) -> Iterator[Node]:
        """Return where a token came from, out of called processes and back into callers."""
        for one in node.scope.before(node):
            inside = self.callee(one)
            if inside is not None and inside.ends():
                yield from inside.ends()
            else:
                yield one
        if node.kind == "startEvent":
            scope = node.scope
            holders = [scope.parent] if scope.parent else self.callers.get(scope.id, [])
            for holder in holders:
                if holder is not None:
                    yield from self.before(holder)

    def waits(self, node: Node) -> bool:
        """Return whether a token always stops somewhere in `node`."""
        if node.waits:
            return True
        inside = self.callee(node)
        if node.kind == "callActivity" and inside is None:
            return True  # not known here; the rule about called processes speaks up
        return inside is not None and not self.passes(inside)

    def passes(self, scope: Scope) -> bool:
        """Return whether a token can run from start to end without a wait state."""
        if scope not in self._passing:
            self._passing[scope] = False  # a process that calls itself is another rule's matter
            free = reach(scope.starts(), self.without_wait)
            self._passing[scope] = any(node.kind == "endEvent" for node in free)
        return self._passing[scope]

    def without_wait(self, node: Node) -> Iterator[Node]:
        """Return the next nodes of a level unless a token stops in `node`."""
        if not self.waits(node):
            for flow in node.outgoing:
                if flow.target in node.scope.nodes:
                    yield node.scope.nodes[flow.target]
