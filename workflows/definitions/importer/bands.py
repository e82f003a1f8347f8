"""Lanes that were made for a picture that is kept: bands round the steps of each."""

from __future__ import annotations

from itertools import pairwise

from lxml import etree

from workflows.definitions.diagram import Scope
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said
from workflows.definitions.layout import Box
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn

MARGIN = 30
_APART = Said(
    severity="guessed",
    sentence=Message("The lanes have no shapes: the steps of one lane do not lie together."),
    mend=Message("Move the steps of each lane beside each other and draw the lanes."),
)


def bands(
    root: etree._Element, scope: Scope, boxes: dict[str, Box], draft: Draft
) -> list[tuple[str, Box]]:
    """Return a band for each lane of a process in whose picture no lane has a shape.

    There are none where the steps of one lane lie among those of another; that is told.
    """
    lanes = {lane.get("id", ""): lane.get("name") for lane in scope.element.iter(bpmn("lane"))}
    if draft.settled or any(id_ in boxes for id_ in lanes):
        return []
    spans = sorted(
        (min(box.y for box in held), max(box.y + box.height for box in held), id_)
        for id_, name in lanes.items()
        if (held := [boxes[one] for one, at in scope.lanes.items() if at == name and one in boxes])
    )
    if not spans:
        return []
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        draft.say(scope, Message("picture"), _APART)
        return []
    frame = _frame(root, scope, boxes)
    edges = [frame.y, *((one[1] + other[0]) // 2 for one, other in pairwise(spans))]
    edges.append(frame.y + frame.height)
    return [
        (id_, Box(frame.x, top, frame.width, bottom - top))
        for (_, _, id_), (top, bottom) in zip(spans, pairwise(edges), strict=True)
    ]


def _frame(root: etree._Element, scope: Scope, boxes: dict[str, Box]) -> Box:
    """Return the box that the lanes fill: the pool behind its name, else all steps."""
    held = [boxes[id_] for id_ in scope.nodes if id_ in boxes]
    left, top = min(box.x for box in held) - 2 * MARGIN, min(box.y for box in held) - MARGIN
    right = max(box.x + box.width for box in held) + MARGIN
    bottom = max(box.y + box.height for box in held) + MARGIN
    for one in root.iter(bpmn("participant")):
        pool = boxes.get(one.get("id", ""))
        if pool is not None and one.get("processRef") == scope.id:
            left, right = pool.x + MARGIN, max(right, pool.x + pool.width)
            top, bottom = min(top, pool.y), max(bottom, pool.y + pool.height)
    return Box(left, top, right - left, bottom - top)
