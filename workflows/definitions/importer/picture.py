"""The picture: kept where the file has one, completed where nodes were drawn, made where not."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Diagram, Node, Scope
from workflows.definitions.importer.bands import bands
from workflows.definitions.importer.doorstep import BPMNDI, DC, DI
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said
from workflows.definitions.layout import Box, lay_out, route, size_of
from workflows.definitions.messages import Message
from workflows.definitions.reading import BPMN, bpmn, local, namespace, read_xml

_SHAPE, _EDGE = f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"
_BOUNDS, _POINT = f"{{{DC}}}Bounds", f"{{{DI}}}waypoint"
_CONNECTIONS = ("sequenceFlow", "association", "messageFlow", "dataInputAssociation",
                "dataOutputAssociation")  # fmt: skip
_PLANE, _DIAGRAM = f"{{{BPMNDI}}}BPMNPlane", f"{{{BPMNDI}}}BPMNDiagram"

DRAWN_NODES = 1_000
"""Most nodes of a diagram for which a picture is made in passing."""


def complete(root: etree._Element, draft: Draft) -> None:
    """See that every node and flow of one process's file has a shape."""
    scope = Diagram.of("", root).processes[0]
    planes = list(root.iter(_PLANE))
    nodes = [node for one in scope.all() for node in one.nodes.values()]
    _leftovers(root)
    boxes = _boxes(root)
    drawn = sum(node.id in boxes for node in nodes)
    if not planes or drawn * 2 < len(nodes):
        _whole(root, scope)
        draft.say(
            scope,
            Message("picture"),
            Said(
                severity="guessed",
                sentence=Message("The file had no picture; one was made from left to right."),
                mend=Message("Move the shapes in the studio as you like."),
            ),
        )
        return
    _missing(root, scope, planes[0], boxes, draft)


def drawn(data: bytes) -> bytes:
    """Return a diagram with a picture from left to right where it has none, else as it is.

    Raises `Unreadable` for what is no XML.
    """
    root = read_xml(data)
    processes = Diagram.of("", root).processes
    nodes = sum(len(scope.nodes) for one in processes for scope in one.all())
    if next(root.iter(_SHAPE), None) is not None or not 0 < nodes <= DRAWN_NODES:
        return data
    _whole(root, processes[0])
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _boxes(root: etree._Element) -> dict[str, Box]:
    found: dict[str, Box] = {}
    for shape in root.iter(_SHAPE):
        bounds = shape.find(_BOUNDS)
        if bounds is None:
            continue
        sizes = [_number(bounds.get(name)) for name in ("x", "y", "width", "height")]
        found[shape.get("bpmnElement", "")] = Box(*sizes)
    return found


def _number(text: str | None) -> int:
    try:
        return max(-100_000, min(100_000, int(float(text or "0"))))
    except (ValueError, OverflowError):
        return 0


def _whole(root: etree._Element, scope: Scope) -> None:
    for old in root.findall(_DIAGRAM):
        root.remove(old)
    made = lay_out(scope)
    diagram = etree.SubElement(root, _DIAGRAM, id=f"{scope.id}_diagram")
    participant = next(
        (one for one in root.iter(bpmn("participant")) if one.get("processRef") == scope.id), None
    )
    collaboration = participant.getparent() if participant is not None else None
    around = collaboration.get("id") if collaboration is not None else scope.id
    plane = etree.SubElement(diagram, _PLANE, id=f"{scope.id}_plane", bpmnElement=around)
    left = 0
    if participant is not None:
        left = 30
        height = max((box.y + box.height for box in made.lanes.values()), default=made.height)
        _shape(
            plane,
            participant.get("id"),
            Box(0, 20, made.width + left, height - 20),
            horizontal=True,
        )
    for lane in scope.element.iter(bpmn("lane")):
        box = made.lanes.get(lane.get("name", ""))
        if box is not None:
            _shape(plane, lane.get("id"), box.moved(left, 0), horizontal=True)
    for one in scope.all():
        for node in one.nodes.values():
            _shape(
                plane,
                node.id,
                made.nodes[node.id].moved(left, 0),
                expanded=node.kind == "subProcess",
            )
        for flow in one.flows:
            if flow.id in made.flows:
                _edge(plane, flow.id, [(x + left, y) for x, y in made.flows[flow.id]])


def _shape(
    plane: etree._Element, id_: str, box: Box, *, horizontal: bool = False, expanded: bool = False
) -> None:
    shape = etree.SubElement(plane, _SHAPE, id=f"{id_}_di", bpmnElement=id_)
    if horizontal:
        shape.set("isHorizontal", "true")
    if expanded:
        shape.set("isExpanded", "true")
    etree.SubElement(
        shape, _BOUNDS, x=str(box.x), y=str(box.y), width=str(box.width), height=str(box.height)
    )


def _edge(plane: etree._Element, id_: str, points: list[tuple[int, int]]) -> None:
    edge = etree.SubElement(plane, _EDGE, id=f"{id_}_di", bpmnElement=id_)
    for x, y in points:
        etree.SubElement(edge, _POINT, x=str(x), y=str(y))


def _leftovers(root: etree._Element) -> None:
    """Take out shapes of what is gone; what went has been told by itself."""
    known = {
        one.get("id"): local(one) in _CONNECTIONS
        for one in root.iter()
        if one.get("id") and namespace(one) == BPMN
    }
    for kind in (_SHAPE, _EDGE):
        wanted = {id_ for id_, drawn_as_edge in known.items() if drawn_as_edge == (kind == _EDGE)}
        for shape in reversed(list(root.iter(kind))):
            placed = shape.getparent() is not None and shape.getparent().tag == _PLANE
            whole = placed and (kind == _EDGE or shape.find(_BOUNDS) is not None)
            if whole and shape.get("bpmnElement") in wanted:
                wanted.remove(shape.get("bpmnElement"))  # of two shapes the last one counts
            elif shape.getparent() is not None:
                shape.getparent().remove(shape)


def _missing(
    root: etree._Element, scope: Scope, plane: etree._Element, boxes: dict[str, Box], draft: Draft
) -> None:
    """Put what was drawn between its neighbours, and redraw the flows whose ends have moved."""
    edges = {one.get("bpmnElement"): one for one in root.iter(_EDGE)}
    added: list[str] = []
    for one in scope.all():
        for node in one.nodes.values():
            if node.id not in boxes:
                boxes[node.id] = _between(one, node, boxes)
                _shape(plane, node.id, boxes[node.id])
                added.append(node.name or node.id)
        for flow in one.flows:
            if flow.source not in boxes or flow.target not in boxes:
                continue
            edge = edges.get(flow.id)
            if edge is not None and _touches(edge, boxes[flow.source], boxes[flow.target]):
                continue
            if edge is not None:
                edge.getparent().remove(edge)
            _edge(plane, flow.id, route(boxes[flow.source], boxes[flow.target]))
    for id_, band in bands(root, scope, boxes, draft):
        _shape(plane, id_, band, horizontal=True)
    if added:
        draft.say(
            scope,
            Message("picture"),
            Said(
                severity="guessed",
                sentence=Message("Put into the picture: %(added)s.", added=", ".join(added)),
                mend=Message("Move the shapes in the studio as you like."),
            ),
        )


def _between(scope: Scope, node: Node, boxes: dict[str, Box]) -> Box:
    """Return a free place between the shapes before a node and those behind it."""
    width, height = size_of(node)
    before = [boxes[one.id] for one in scope.before(node) if one.id in boxes]
    behind = [boxes[one.id] for one in scope.next_of(node) if one.id in boxes]
    near = [box.middle for box in [*before[:1], *behind[:1]]] or [(100, 100)]
    if len(near) == 1 and before:
        x, y = before[0].x + before[0].width + 60 + width // 2, near[0][1]
    elif len(near) == 1 and behind:
        x, y = behind[0].x - 60 - width // 2, near[0][1]
    else:
        x, y = (near[0][0] + near[-1][0]) // 2, (near[0][1] + near[-1][1]) // 2
    taken = {(box.x, box.y) for box in boxes.values()}
    place = Box(x - width // 2, y - height // 2, width, height)
    while (place.x, place.y) in taken:
        place = place.moved(0, 20)
    return place


def _touches(edge: etree._Element, source: Box, target: Box) -> bool:
    """Return whether an edge begins and ends near the shapes that it connects."""
    points = [
        (_number(one.get("x")), _number(one.get("y"))) for one in edge if local(one) == "waypoint"
    ]
    return len(points) > 1 and _near(points[0], source) and _near(points[-1], target)


def _near(point: tuple[int, int], box: Box) -> bool:
    slack = 30
    return (
        box.x - slack <= point[0] <= box.x + box.width + slack
        and box.y - slack <= point[1] <= box.y + box.height + slack
    )
