"""Whether all that parallel gateways wait for can still come: looked at before a repaired step.

A diagram that was checked brings to each join exactly what it waits for. Who moves tokens by hand
can starve a join or bring it more than it takes; both would leave the case standing still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.engine.elements import BoundarySplit, EventBasedGateway, main_of
from workflows.engine.instances import Repeated
from workflows.engine.joins import InclusiveGateway, ParallelGateway
from workflows.engine.tokens import FINISHED, WAITING, Branch, Run, Token


@dataclass(frozen=True, kw_only=True)
class Upset:
    """A parallel gateway that would wait for ever (`starved`) or get more than it takes."""

    process: str
    element: str
    name: str
    starved: bool


def upsets(run: Run) -> dict[tuple[Any, str], Upset]:
    """Return the gateways of a run that can no longer do their work, by branch and node."""
    found: dict[tuple[Any, str], Upset] = {}
    for branch in run.branches():
        holder = getattr(branch, "caller", None)
        for name, starved in _Marking(branch).upset().items():
            node = branch.spec.task_specs[name]
            found[None if holder is None else holder.id, name] = Upset(
                process=branch.spec.home,
                element=node.bpmn_id or "",
                name=node.bpmn_name or "",
                starved=starved,
            )
    return found


class _Marking:
    """Where the tokens of one process stand, and what of it each join can still get."""

    def __init__(self, branch: Branch) -> None:
        self.specs: Mapping[str, Any] = branch.spec.task_specs
        self.joins: dict[str, Any] = {
            node.name: node
            for node in self.specs.values()
            if isinstance(node, ParallelGateway | InclusiveGateway) and len(_ways_in(node)) > 1
        }
        self.arrived: dict[str, frozenset[str]] = {}
        self.nodes = list(self._standing(branch)) if self.joins else []
        self._reach: dict[tuple[str, str], frozenset[str]] = {}

    def _standing(self, branch: Branch) -> Iterator[str]:
        gates: set[Any] = set()
        for token in branch.tasks.values():
            if token._state & FINISHED or isinstance(_above(token), Repeated):
                continue
            if token.task_spec.name in self.joins and token.state == WAITING:
                arrived = frozenset(token.internal_data["arrived"])
                self.arrived[token.task_spec.name] = arrived
            elif isinstance(_above(token), EventBasedGateway):
                if token._parent not in gates:
                    gates.add(token._parent)
                    yield _above(token).name
            elif main_of(token) is None:
                yield token.task_spec.name

    def upset(self) -> dict[str, bool]:
        """Return the joins that are out of balance; True for those that would starve."""
        while (ready := self._complete_join()) is not None:
            inside = [node for node in self.nodes if self._is_inside(node, ready)]
            self.nodes = [node for node in self.nodes if node not in inside] + [ready]
            self.arrived.pop(ready, None)
        starved = {
            name: not self._all_come(name) for name in self.joins if self._is_under_way(name)
        }
        crowded = {name: False for name in self.joins if self._is_crowded(name)}
        return {**crowded, **starved}

    def _complete_join(self) -> str | None:
        """Return a join that gets each of its flows once, the inner ones first."""
        for name in self.joins:
            if not self._is_under_way(name):
                continue
            inner = (one for one in self.joins if one != name and self._is_inside(one, name))
            if any(self._is_under_way(one) for one in inner):
                continue
            if self._takes_anything(name):
                return name
            if sorted(self._coming(name)) == sorted(_ways_in(self.joins[name])):
                return name
        return None

    def _takes_anything(self, join: str) -> bool:
        """An inclusive gateway goes on with what has come as soon as nothing more can."""
        return isinstance(self.joins[join], InclusiveGateway)

    def _coming(self, join: str) -> list[str]:
        coming = list(self.arrived.get(join, ()))
        for node in self.nodes:
            if self._is_inside(node, join):
                coming += self._brings(node, join)
        return coming

    def _all_come(self, join: str) -> bool:
        return set(self._coming(join)) == _ways_in(self.joins[join])

    def _is_under_way(self, join: str) -> bool:
        return join in self.arrived or any(self._is_inside(node, join) for node in self.nodes)

    def _is_crowded(self, join: str) -> bool:
        if self._takes_anything(join):
            return False
        needed = _ways_in(self.joins[join])
        ahead = [node for node in self.nodes if self._brings(node, join) == needed]
        return len(ahead) > 1

    def _is_inside(self, node: str, join: str) -> bool:
        return bool(brought := self._brings(node, join)) and brought != _ways_in(self.joins[join])

    def _brings(self, node: str, join: str) -> frozenset[str]:
        """Return the flows of a join that a token on a node can bring, without passing the join."""
        key = (node, join)
        if key not in self._reach:
            reached = _reached(self.specs, node, join)
            self._reach[key] = frozenset(_ways_in(self.joins[join]) & reached)
        return self._reach[key]


def _ways_in(join: Any) -> frozenset[str]:
    return frozenset(join.needed if isinstance(join, ParallelGateway) else join._inputs)


def _reached(specs: Mapping[str, Any], start: str, avoid: str) -> set[str]:
    found, ahead = {start}, [start]
    for one in ahead:
        for after in _leads_to(specs[one]):
            if after not in found and after != avoid:
                found.add(after)
                ahead.append(after)
    return found


def _leads_to(node: Any) -> list[str]:
    """Return what is behind a node; what an event on its side leads to is a way of its own."""
    return [node.main] if isinstance(node, BoundarySplit) else list(node._outputs)


def _above(token: Token) -> Any:
    return None if token.parent is None else token.parent.task_spec
