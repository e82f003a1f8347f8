"""How names travel: what can have been set on the way to a node, and what is read behind it.

Sets of names are whole numbers, a bit for each name, so that large diagrams stay cheap.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from workflows.definitions.check.graph import Journey
from workflows.definitions.check.material import Material
from workflows.definitions.check.names import ENGINE_NAMES, declared, writes
from workflows.definitions.diagram import Node, Scope
from workflows.definitions.places import names_of


class Dataflow:
    """The names that some place reads, and every node's part in them.

    With `every`, also the names that nothing reads so far.
    """

    def __init__(self, material: Material, *, every: bool = False) -> None:
        self.material = material
        self.journey = Journey(material)
        nodes = [node for _, node in material.nodes()]
        names = declared(material)
        if not every:
            names &= frozenset().union(*(material.read_by(node) for node in nodes))
        self.names = sorted(names)
        self._bits = {name: 1 << number for number, name in enumerate(self.names)}
        self.all = (1 << len(self.names)) - 1
        self.sets = {node: self.bits(writes(material, node)) for node in nodes}
        self._after = {node: tuple(self.journey.after(node)) for node in nodes}

    def bits(self, names: Iterable[str]) -> int:
        """Return names as bits; names that nobody reads do not count."""
        found = 0
        for name in names:
            found |= self._bits.get(name, 0)
        return found

    def named(self, bits: int) -> list[str]:
        """Return the names of some bits."""
        return [name for name in self.names if self._bits[name] & bits]

    def arriving(self) -> dict[Node, int]:
        """Return for every reachable node what can have been set before a token enters it."""
        found: dict[Node, int] = {}
        for scope in self._entrances():
            for start in scope.starts():
                found[start] = self._at_start(scope)
        waiting = _Queue(found)
        for node in waiting:
            leaving = found[node] | self.sets[node]
            for following in self._after[node]:
                before = found.get(following)
                if before is None or leaving & ~before:
                    found[following] = leaving | (before or 0)
                    waiting.put(following)
        return found

    def live(self) -> dict[Node, int]:
        """Return for every node what it, or something behind it, reads before it is set again."""
        before: dict[Node, list[Node]] = {}
        for node, behind_it in self._after.items():
            for one in behind_it:
                before.setdefault(one, []).append(node)
        reads = {node: self._reads(node) for node in self._after}
        found = dict.fromkeys(self._after, 0)
        waiting = _Queue(reversed(self._after))
        for node in waiting:
            behind = 0
            for following in self._after[node]:
                behind |= found[following]
            now = reads[node] | (behind & ~self.sets[node])
            if now & ~found[node]:
                found[node] |= now
                for one in before.get(node, ()):
                    waiting.put(one)
        return found

    def _entrances(self) -> Iterator[Scope]:
        """Return the processes that nothing in the bundle calls."""
        for _, scope in self.material.scopes():
            if scope.parent is None and not self.journey.callers.get(scope.id):
                yield scope

    def _at_start(self, scope: Scope) -> int:
        """Return what a process begins with; one that nothing here starts may get anything."""
        settings = self.material.settings
        if settings is None or scope.id != settings.main or not settings.start_form:
            return self.all
        form = self.material.forms.get(settings.start_form)
        if form is None:
            return self.all
        return self.bits(form.keys | self.material.surroundings.names | ENGINE_NAMES)

    def _reads(self, node: Node) -> int:
        """Return what a node reads from outside; later lines of a script may read earlier ones."""
        if not node.assignments:
            return self.bits(self.material.read_by(node))
        found = own = 0
        for one in node.assignments:
            found |= self.bits(names_of(one.text)) & ~own
            own |= self.bits((one.target,))
        return found


class _Queue:
    """Nodes to look at, each waiting once, in the order in which they came."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes = deque(nodes)
        self._waiting = set(self._nodes)

    def put(self, node: Node) -> None:
        """Add a node unless it is waiting already."""
        if node not in self._waiting:
            self._waiting.add(node)
            self._nodes.append(node)

    def __iter__(self) -> Iterator[Node]:
        while self._nodes:
            node = self._nodes.popleft()
            self._waiting.discard(node)
            yield node
