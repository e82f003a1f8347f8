"""The shipped diagrams are drawn so that people can read them, and their ids tell them apart."""

from itertools import combinations
from pathlib import Path

import pytest

from tests.bundle.drawing import DIAGRAMS, FOLDERS, Box, Drawing

drawings = pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)


@drawings
def test_everything_is_drawn(path: Path) -> None:
    drawing = Drawing.read(path)
    assert set(drawing.kinds) <= set(drawing.boxes)
    assert set(drawing.flows) == set(drawing.edges)
    outside = {"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent"}
    for element, kind in drawing.kinds.items():
        if drawing.names[element] and (kind in outside or kind.endswith("Gateway")):
            assert element in drawing.labels, element
    assert all(flow in drawing.labels for flow in drawing.flows if drawing.names[flow])


@drawings
def test_flows_run_straight_and_reach_their_ends(path: Path) -> None:
    drawing = Drawing.read(path)
    for flow, (source, target) in drawing.flows.items():
        for (x1, y1), (x2, y2) in drawing.segments(flow):
            assert x1 == x2 or y1 == y2, flow
        for end, (x, y) in ((source, drawing.edges[flow][0]), (target, drawing.edges[flow][-1])):
            box = drawing.boxes[end]
            grown = Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
            assert grown.holds(Box(x, y, 0, 0)), (flow, end)


@drawings
def test_nothing_lies_on_something_else(path: Path) -> None:
    drawing = Drawing.read(path)
    shapes = {element: drawing.boxes[element] for element in drawing.kinds}
    for (one, first), (other, second) in combinations(shapes.items(), 2):
        if other in drawing.around(one) or one in drawing.around(other):
            continue
        if other != drawing.attached.get(one) and one != drawing.attached.get(other):
            assert not first.overlaps(second), (one, other)
    stretches = set(drawing.inside.values())
    for element, label in drawing.labels.items():
        for one, box in shapes.items():
            assert one in stretches or not label.overlaps(box), (element, one)
    for (one, first), (other, second) in combinations(drawing.labels.items(), 2):
        assert not first.overlaps(second), (one, other)


@drawings
def test_no_flow_runs_through_a_shape_or_a_label(path: Path) -> None:
    drawing = Drawing.read(path)
    for flow, ends in drawing.flows.items():
        for (x1, y1), (x2, y2) in drawing.segments(flow):
            line = Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
            for element in drawing.kinds:
                if element in drawing.around(ends[0]):
                    continue
                if element not in ends and drawing.attached.get(ends[0]) != element:
                    assert not drawing.boxes[element].overlaps(line), (flow, element)
            for element, label in drawing.labels.items():
                assert not label.overlaps(line), (flow, element)


@drawings
def test_no_two_flows_cross(path: Path) -> None:
    drawing = Drawing.read(path)
    lines = [(flow, part) for flow in drawing.flows for part in drawing.segments(flow)]
    for (one, first), (other, second) in combinations(lines, 2):
        if one != other and not set(drawing.flows[one]) & set(drawing.flows[other]):
            assert not _cross(first, second), (one, other)


@drawings
def test_every_shape_lies_in_its_lane(path: Path) -> None:
    drawing = Drawing.read(path)
    in_lanes = [element for members in drawing.lanes.values() for element in members]
    assert sorted(in_lanes) == sorted(drawing.kinds.keys() - drawing.inside.keys())
    for element, stretch in drawing.inside.items():
        assert drawing.boxes[stretch].holds(drawing.boxes[element]), (stretch, element)
    for lane, members in drawing.lanes.items():
        for element in members:
            assert drawing.boxes[lane].holds(drawing.boxes[element]), (lane, element)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_ids_differ_over_all_diagrams_of_a_bundle(folder: Path) -> None:
    ids = [key for path in folder.glob("*.bpmn") for key in Drawing.read(path).names]
    assert len(ids) == len(set(ids))


def test_the_main_diagram_fits_a_screen() -> None:
    main = Drawing.read(next(path for path in DIAGRAMS if path.stem == "through_train"))
    right = max(box.x + box.width for box in main.boxes.values())
    bottom = max(box.y + box.height for box in main.boxes.values())
    assert right < 1900
    assert bottom < 900


Line = tuple[tuple[float, float], tuple[float, float]]


def _cross(one: Line, other: Line) -> bool:
    """Return whether a horizontal and a vertical line meet; parallel ones never do."""
    across, down = (one, other) if one[0][1] == one[1][1] else (other, one)
    if across[0][1] != across[1][1] or down[0][0] != down[1][0]:
        return False
    x, y = down[0][0], across[0][1]
    inside_x = min(across[0][0], across[1][0]) < x < max(across[0][0], across[1][0])
    return inside_x and min(down[0][1], down[1][1]) < y < max(down[0][1], down[1][1])
