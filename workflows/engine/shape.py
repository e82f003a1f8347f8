"""The shape of a process: what runs in parallel to what, and what can be reached from where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from workflows.engine.elements import BoundarySplit, EventBasedGateway, ExclusiveGateway
from workflows.engine.joins import InclusiveGateway, ParallelGateway, ProcessSpec

Context = tuple[str, str]
"""What a node runs inside of: ("branch", gateway) or ("side", event beside an activity)."""

_ONE_WAY = (ExclusiveGateway, EventBasedGateway, BoundarySplit)


class Shape:
    """What can be said about a process' graph; computed once for each, as it never changes."""

    def __init__(self, spec: ProcessSpec) -> None:
        self.specs: Mapping[str, Any] = spec.task_specs
        self.first: str = spec.start.name

    @cached_property
    def contexts(self) -> dict[str, dict[Context, frozenset[int]]]:
        """By node: the parallel parts around it, and in which of their branches it stands.

        What an event on the side of an activity leads to stands where the activity does.
        """
        found: dict[str, dict[Context, frozenset[int]]] = {}
        self._enter(self.first, {}, found)
        return {name: found.get(name, {}) for name in self.specs}

    def _enter(
        self,
        first: str,
        around: dict[Context, frozenset[int]],
        found: dict[str, dict[Context, frozenset[int]]],
    ) -> None:
        """Find the contexts of all nodes that are reached from one and were not before."""
        inside = self.straight([first]) - found.keys()
        for name in inside:
            found[name] = dict(around)
        for name in inside:
            node = self.specs[name]
            if len(node._outputs) > 1 and not isinstance(node, _ONE_WAY):
                for one, branches in self._branches(name, node, first).items():
                    if one in inside:
                        found[one]["branch", name] = branches
        for name in sorted(inside):
            node = self.specs[name]
            for event in sorted(node._outputs) if isinstance(node, BoundarySplit) else ():
                if event != node.main and event not in found:
                    beside = dict(found[node.main])
                    found[event] = beside
                    inner = dict(beside)
                    if not self.specs[event].cancel_activity:
                        inner["side", event] = frozenset()
                    for after in self.specs[event]._outputs:
                        if after not in found:
                            self._enter(after, inner, found)

    def is_inclusive(self, name: str) -> bool:
        """Whether a gateway need not follow all of its flows."""
        return isinstance(self.specs[name], InclusiveGateway)

    def _branches(self, name: str, node: Any, first: str) -> dict[str, frozenset[int]]:
        """Return the nodes between a gateway and where its branches meet, with their branches."""
        meeting = self._meeting(name)
        own = self.straight([first]) - self.straight([first], avoid={name})
        reached: dict[str, set[int]] = {}
        for number, begin in enumerate(node._outputs):
            for inside in self.straight([begin], avoid={name, *meeting}) & own:
                reached.setdefault(inside, set()).add(number)
        return {inside: frozenset(numbers) for inside, numbers in reached.items()}

    def _meeting(self, name: str) -> set[str]:
        """Return the nodes that every way from a node to the end passes."""
        ahead = self.straight([name]) - {name}
        ends = [one for one in ahead if not self.specs[one]._outputs]
        return {
            one
            for one in ahead
            if not any(end in self.straight([name], avoid={one}) for end in ends if end != one)
        }

    def straight(self, starts: Iterable[str], avoid: Collection[str] = ()) -> set[str]:
        """Return the nodes that are reached while no event on the side of an activity happens."""
        return self._reached(starts, avoid, straight=True)

    def reached(self, starts: Iterable[str], avoid: Collection[str] = ()) -> set[str]:
        """Return the nodes that can be reached, the starts included, without entering `avoid`."""
        return self._reached(starts, avoid, straight=False)

    def _reached(
        self, starts: Iterable[str], avoid: Collection[str], *, straight: bool
    ) -> set[str]:
        ahead = [one for one in starts if one not in avoid]
        found = set(ahead)
        for one in ahead:
            node = self.specs[one]
            only_main = straight and isinstance(node, BoundarySplit)
            for after in [node.main] if only_main else node._outputs:
                if after not in found and after not in avoid:
                    found.add(after)
                    ahead.append(after)
        return found

    def never_met(
        self, standing: Collection[str], arrived: Mapping[str, Collection[str]]
    ) -> dict[str, set[str]]:
        """Return parallel joins that tokens can come to but never pass, with what they would miss.

        `standing` are the nodes on which tokens stand, `arrived` the nodes from which something
        has come to a join already.
        """
        found: dict[str, set[str]] = {}
        for name, node in self.specs.items():
            if not isinstance(node, ParallelGateway) or len(node.needed) < 2:
                continue
            others = [one for one in standing if one != name]
            coming = self._from(others, name)
            here = set(arrived.get(name, ()))
            missing = node.needed - here - coming
            if missing and (here or coming & set(node._inputs)):
                found[name] = missing
        return found

    def _from(self, standing: Iterable[str], avoid: str) -> set[str]:
        found: set[str] = set()
        for one in standing:
            if (one, avoid) not in self._kept:
                self._kept[one, avoid] = self.reached([one], avoid={avoid})
            found |= self._kept[one, avoid]
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, str], set[str]]:
        return {}


_SHAPES: WeakKeyDictionary[ProcessSpec, Shape] = WeakKeyDictionary()


def shape_of(spec: ProcessSpec) -> Shape:
    """Return the shape of a process, computed when it is first asked for."""
    found = _SHAPES.get(spec)
    if found is None:
        found = _SHAPES[spec] = Shape(spec)
    return found
