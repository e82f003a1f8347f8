"""A plain layout from left to right: columns by the longest way, bands for lanes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.definitions.diagram import EVENTS, GATEWAYS, Node, Scope

COLUMN, ROW, MARGIN, HEAD = 160, 120, 40, 30
EVENT, GATEWAY, TASK_WIDTH, TASK_HEIGHT = 36, 50, 100, 80


@dataclass(frozen=True)
class Box:
    """Where something stands, in the diagram's units."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """The point in its middle."""
        return (self.x + self.width // 2, self.y + self.height // 2)

    def moved(self, x: int, y: int) -> Box:
        """Return the box moved by x and y."""
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass
class Layout:
    """The picture of one process: boxes of nodes and lanes, points of flows, by id."""

    nodes: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    flows: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    width: int = 0
    height: int = 0


def lay_out(scope: Scope) -> Layout:
    """Return the picture of a process, its subprocesses drawn open; the same for the same input."""
    made = _level(scope)
    for name, box in _bands(scope, made).items():
        made.lanes[name] = box
    for one in scope.all():
        for flow in one.flows:
            if flow.source in made.nodes and flow.target in made.nodes:
                others = [
                    made.nodes[id_]
                    for id_, node in one.nodes.items()
                    if id_ in made.nodes
                    and id_ not in (flow.source, flow.target)
                    and node.kind != "boundaryEvent"
                ]
                made.flows[flow.id] = route(
                    made.nodes[flow.source], made.nodes[flow.target], others
                )
    return made


def size_of(node: Node) -> tuple[int, int]:
    """Return width and height of a node's shape, that of a closed subprocess for one."""
    if node.kind in EVENTS:
        return EVENT, EVENT
    if node.kind in GATEWAYS:
        return GATEWAY, GATEWAY
    return TASK_WIDTH, TASK_HEIGHT


def _level(scope: Scope) -> Layout:
    """Lay out one level, and what lies inside its subprocesses."""
    inner = {one.parent.id: _level(one) for one in scope.inner if one.parent is not None}
    sizes = {
        node.id: (inner[node.id].width, inner[node.id].height) if node.id in inner
        else size_of(node)
        for node in scope.nodes.values()
    }  # fmt: skip
    layers = _layers(scope)
    places = _places(scope, layers, sizes)
    made = Layout()
    widths = _columns(layers, sizes)
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent":
            continue
        width, height = sizes[node.id]
        left, column = widths[layers[node.id]]
        top, row = places[node.id]
        made.nodes[node.id] = Box(left + (column - width) // 2, top + (row - height) // 2,
                                  width, height)  # fmt: skip
    _borders(scope, made)
    for id_, level in inner.items():
        at = made.nodes[id_]
        made.nodes |= {key: box.moved(at.x, at.y) for key, box in level.nodes.items()}
    made.width = max((box.x + box.width for box in made.nodes.values()), default=0) + MARGIN
    made.height = max((box.y + box.height for box in made.nodes.values()), default=0) + MARGIN
    return made


def _layers(scope: Scope) -> dict[str, int]:
    """Return the column of every node: one further than the furthest node before it."""
    order, back = _order(scope)
    layer = dict.fromkeys(scope.nodes, 0)
    for node in order:
        for following in scope.next_of(node):
            if (node.id, following.id) not in back:
                step = 0 if following.kind == "boundaryEvent" else 1
                layer[following.id] = max(layer[following.id], layer[node.id] + step)
    return layer


def _order(scope: Scope) -> tuple[list[Node], set[tuple[str, str]]]:
    """Return the nodes such that ways lead forward, and the pairs that lead back."""
    done: list[Node] = []
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    firsts = [*scope.starts(), *scope.nodes.values()]
    for first in firsts:
        if first.id in state:
            continue
        state[first.id] = 1
        waiting: list[tuple[Node, Iterator[Node]]] = [(first, iter(list(scope.next_of(first))))]
        while waiting:
            node, rest = waiting[-1]
            for one in rest:
                if state.get(one.id) == 1:
                    back.add((node.id, one.id))
                elif one.id not in state:
                    state[one.id] = 1
                    waiting.append((one, iter(list(scope.next_of(one)))))
                    break
            else:
                state[node.id] = 2
                done.append(node)
                waiting.pop()
    return done[::-1], back


def _columns(
    layers: dict[str, int], sizes: dict[str, tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """Return left edge and width of every column."""
    found: dict[int, tuple[int, int]] = {}
    left = MARGIN
    for number in range(max(layers.values(), default=0) + 1):
        inside = [sizes[id_][0] for id_, layer in layers.items() if layer == number]
        width = max([TASK_WIDTH, *inside])
        found[number] = (left, width)
        left += width + COLUMN - TASK_WIDTH
    return found


def _places(
    scope: Scope, layers: dict[str, int], sizes: dict[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Return top edge and height of the row of every node: lanes one below the other."""
    lanes = list(dict.fromkeys(scope.lanes.get(id_, "") for id_ in scope.nodes))
    names = [name for name in dict.fromkeys(scope.lanes.values()) if name in lanes]
    found: dict[str, tuple[int, int]] = {}
    top = MARGIN
    for name in [*names, *(lane for lane in lanes if lane not in names)]:
        rows: dict[int, int] = {}
        inside: list[tuple[str, int]] = []
        for node in scope.nodes.values():
            if scope.lanes.get(node.id, "") == name and node.kind != "boundaryEvent":
                row = rows.get(layers[node.id], 0)
                rows[layers[node.id]] = row + 1
                inside.append((node.id, row))
        heights = [
            max([TASK_HEIGHT, *(sizes[id_][1] for id_, row in inside if row == number)])
            for number in range(max(rows.values(), default=1))
        ]
        for id_, row in inside:
            found[id_] = (top + sum(heights[:row]) + row * (ROW - TASK_HEIGHT), heights[row])
        top += sum(heights) + len(heights) * (ROW - TASK_HEIGHT)
    return found


def _borders(scope: Scope, made: Layout) -> None:
    """Put boundary events onto the lower border of their activity, side by side."""
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent" and node.attached_to not in made.nodes:
            made.nodes[node.id] = Box(MARGIN, MARGIN, EVENT, EVENT)
        for number, event in enumerate(node.boundary):
            if node.id in made.nodes:
                box = made.nodes[node.id]
                x = box.x + box.width - EVENT - number * (EVENT + 6)
                made.nodes[event.id] = Box(x, box.y + box.height - EVENT // 2, EVENT, EVENT)


def _bands(scope: Scope, made: Layout) -> dict[str, Box]:
    """Return the boxes of lanes by name, and move everything to the right of their names."""
    if not scope.lanes:
        return {}
    made.nodes = {id_: box.moved(HEAD, 0) for id_, box in made.nodes.items()}
    made.width += HEAD
    found: dict[str, Box] = {}
    top = MARGIN // 2
    for name in dict.fromkeys(scope.lanes.values()):
        boxes = [
            made.nodes[id_] for id_, lane in scope.lanes.items()
            if lane == name and id_ in made.nodes
        ]  # fmt: skip
        if boxes:
            bottom = max(max(box.y + box.height for box in boxes) + MARGIN // 2, top + ROW)
        else:
            bottom = top
        found[name] = Box(0, top, made.width, bottom - top)
        top = bottom
    return found


def route(source: Box, target: Box, others: Collection[Box] = ()) -> list[tuple[int, int]]:
    """Return the points of a flow between two shapes: straight, stepped, or round below.

    A flow forward that would run through one of `others` goes below them.
    """
    if target.x >= source.x + source.width:
        start = (source.x + source.width, source.middle[1])
        end = (target.x, target.middle[1])
        bend = (start[0] + end[0]) // 2
        points = [start, (bend, start[1]), (bend, end[1]), end]
        crossed = [box for box in others if _crosses(points, box)]
        if crossed:
            below = max(box.y + box.height for box in [*crossed, source, target]) + 15
            first, last = start[0] + 20, end[0] - 20
            return [start, (first, start[1]), (first, below), (last, below), (last, end[1]), end]
        return [start, end] if start[1] == end[1] else points
    below = max(source.y + source.height, target.y + target.height) + 20
    return [
        (source.middle[0], source.y + source.height), (source.middle[0], below),
        (target.middle[0], below), (target.middle[0], target.y + target.height),
    ]  # fmt: skip


def _crosses(points: list[tuple[int, int]], box: Box) -> bool:
    """Return whether a way of level and upright lines runs through a box."""
    return any(
        min(one[0], other[0]) < box.x + box.width
        and max(one[0], other[0]) > box.x
        and min(one[1], other[1]) < box.y + box.height
        and max(one[1], other[1]) > box.y
        for one, other in pairwise(points)
    )
