"""What the shipped diagrams look like: shapes, edges and labels as the drawing tool reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from lxml import etree

import bpmn

SHIPPED = Path(bpmn.__file__).parent
FOLDER = SHIPPED / "through_train"
FOLDERS = sorted(path.parent for path in SHIPPED.glob("*/bundle.toml"))
DIAGRAMS = sorted(SHIPPED.glob("*/*.bpmn"))

_NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
}


@dataclass(frozen=True)
class Box:
    """A rectangle on the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Box) -> bool:
        """Return whether two rectangles share more than a border."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: Box) -> bool:
        """Return whether another rectangle lies inside this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


Point = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """One diagram: its elements' names and kinds, where they are drawn, and the flows."""

    kinds: dict[str, str]
    names: dict[str, str]
    boxes: dict[str, Box]
    labels: dict[str, Box]
    flows: dict[str, tuple[str, str]]
    edges: dict[str, list[Point]]
    lanes: dict[str, list[str]]
    attached: dict[str, str]
    inside: dict[str, str]
    """The embedded subprocess around an element, for those that lie in one."""

    @classmethod
    def read(cls, path: Path) -> Drawing:
        """Read a diagram's file."""
        root = etree.parse(path).getroot()
        process = root.find("bpmn:process", _NS)
        levels = [process, *process.iterfind(".//bpmn:subProcess", _NS)]
        nodes = [e for level in levels for e in level if _is_node(e)]
        return cls(
            kinds={e.get("id"): e.tag.rpartition("}")[2] for e in nodes},
            names={
                e.get("id"): e.get("name", "")
                for e in process.iter(f"{{{_NS['bpmn']}}}*")
                if e.get("id")
            },
            boxes=dict(_boxes(root, "bpmndi:BPMNShape", "dc:Bounds")),
            labels=dict(_labels(root)),
            flows={
                e.get("id"): (e.get("sourceRef"), e.get("targetRef"))
                for e in process.iterfind(".//bpmn:sequenceFlow", _NS)
            },
            edges={
                e.get("bpmnElement"): [
                    (float(p.get("x")), float(p.get("y"))) for p in e.findall("di:waypoint", _NS)
                ]
                for e in root.iterfind(".//bpmndi:BPMNEdge", _NS)
            },
            lanes={
                lane.get("id"): [ref.text for ref in lane.findall("bpmn:flowNodeRef", _NS)]
                for lane in process.iterfind(".//bpmn:lane", _NS)
            },
            attached={e.get("id"): e.get("attachedToRef") for e in nodes if e.get("attachedToRef")},
            inside={
                e.get("id"): level.get("id") for level in levels[1:] for e in level if _is_node(e)
            },
        )

    def around(self, element: str) -> set[str]:
        """Return the embedded subprocesses around an element."""
        found: set[str] = set()
        while element in self.inside:
            element = self.inside[element]
            found.add(element)
        return found

    def segments(self, flow: str) -> Iterator[tuple[Point, Point]]:
        """Yield the straight parts of a flow."""
        points = self.edges[flow]
        yield from pairwise(points)


_NO_NODES = {
    "laneSet", "sequenceFlow", "documentation", "extensionElements", "incoming", "outgoing",
}  # fmt: skip


def _is_node(element: etree._Element) -> bool:
    return bool(element.get("id")) and element.tag.rpartition("}")[2] not in _NO_NODES


def _boxes(root: etree._Element, tag: str, bounds: str) -> Iterator[tuple[str, Box]]:
    for shape in root.iterfind(f".//{tag}", _NS):
        yield shape.get("bpmnElement"), _box(shape.find(bounds, _NS))


def _labels(root: etree._Element) -> Iterator[tuple[str, Box]]:
    for label in root.iterfind(".//bpmndi:BPMNLabel", _NS):
        yield label.getparent().get("bpmnElement"), _box(label.find("dc:Bounds", _NS))


def _box(bounds: etree._Element) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
