"""Joins inside loops: the part from the split to the join becomes a process that is called."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.check.graph import in_loop, is_join, is_split
from workflows.definitions.diagram import Node, Scope
from workflows.definitions.importer import pen
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn

MOST = 25
"""Most joins, and splits, of a process that are looked at; nobody draws more into loops."""
_MEND = Message("Look whether the called process begins and ends where it should.")


def call_what_joins_in_loops(draft: Draft) -> None:
    """Let every part of a loop that splits and joins be a called process of its own."""
    if draft.settled:
        return
    for id_ in [scope.id for scope in draft.diagram().processes]:
        for _ in range(MOST):
            scope = next(one for one in draft.diagram().processes if one.id == id_)
            found = _next(scope)
            if found is None:
                break
            _extract(draft, *found)


def _next(scope: Scope) -> tuple[Scope, Node, Node, list[Node]] | None:
    """Return the smallest part that splits and joins inside a loop."""
    found: list[tuple[Scope, Node, Node, list[Node]]] = []
    joins = [one for one in scope.nodes.values() if is_join(one) and len(one.outgoing) == 1]
    for join in joins[:MOST]:
        if in_loop(join):
            splits = [one for one in scope.nodes.values() if is_split(one, join.kind)]
            for split in splits[:MOST]:
                part = _between(scope, split, join)
                if part is not None:
                    found.append((scope, split, join, part))
    return min(found, key=lambda one: len(one[3])) if found else None


def _between(scope: Scope, split: Node, join: Node) -> list[Node] | None:
    """Return all nodes from a split to its join, None where ways lead in or out elsewhere."""
    if len(split.outgoing) < 2 or split is join:
        return None
    inside, waiting = {split, join}, [split]
    while waiting:
        for node in scope.next_of(waiting.pop()):
            if node.kind in ("startEvent", "endEvent"):
                return None
            if node not in inside:
                inside.add(node)
                waiting.append(node)
    for node in inside - {split}:
        if any(before not in inside for before in scope.before(node)):
            return None
    if any(node is split for one in inside - {join} for node in scope.next_of(one)):
        return None
    return [node for node in scope.nodes.values() if node in inside]


def _extract(draft: Draft, scope: Scope, split: Node, join: Node, part: list[Node]) -> None:
    process = scope.element
    id_ = draft.fresh(f"{scope.id}_{join.id}")
    title = f"{scope.name or scope.id}：{split.name or join.name or '会签'}"
    made = etree.Element(bpmn("process"), id=id_, name=title, isExecutable="true")
    process.addnext(made)
    call = pen.node(draft, process, "callActivity", f"{join.id}_call", split.name or join.name)
    call.set("calledElement", id_)
    ids = {node.id for node in part}
    _lanes(draft, process, made, ids, split.id, call.get("id", ""))
    for node in part:
        made.append(node.element)
    for flow in scope.flows:
        if flow.source in ids and flow.source != join.id:
            made.append(flow.element)
        elif flow.source == join.id:
            flow.element.set("sourceRef", call.get("id", ""))
        elif flow.target == split.id:
            flow.element.set("targetRef", call.get("id", ""))
    start = pen.node(draft, made, "startEvent", f"{id_}_start")
    end = pen.node(draft, made, "endEvent", f"{id_}_end")
    pen.flow(draft, made, start.get("id", ""), split.id)
    pen.flow(draft, made, join.id, end.get("id", ""))
    sentence = Message(
        "The part from %(split)s to %(join)s joins inside a loop; it is the called process"
        " %(process)s now.",
        split=quoted(split.name or split.id),
        join=quoted(join.name or join.id),
        process=id_,
    )
    draft.say(join, "loop", Said(severity="guessed", sentence=sentence, mend=_MEND))


def _lanes(
    draft: Draft,
    process: etree._Element,
    made: etree._Element,
    ids: set[str],
    split: str,
    call: str,
) -> None:
    """Let moved nodes keep the names of their lanes; the call lies where the split lay."""
    held = None
    for lane in process.iter(bpmn("lane")):
        held_here = lane.iterchildren(bpmn("flowNodeRef"))
        mine = [one for one in held_here if (one.text or "").strip() in ids]
        if not mine or not lane.get("name"):
            continue
        if held is None:
            held = etree.SubElement(
                made, bpmn("laneSet"), id=draft.fresh(f"{made.get('id')}_lanes")
            )
        copied = etree.SubElement(
            held, bpmn("lane"), id=draft.fresh(f"{lane.get('id')}_called"), name=lane.get("name")
        )
        for one in mine:
            if (one.text or "").strip() == split:
                etree.SubElement(lane, bpmn("flowNodeRef")).text = call
            copied.append(one)
