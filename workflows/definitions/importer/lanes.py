"""Lanes and roles: who does what, from lanes that are drawn, from assignments, or from words."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.check.graph import reach
from workflows.definitions.check.lanes import lane_of
from workflows.definitions.diagram import Node, Scope
from workflows.definitions.importer import people
from workflows.definitions.importer.draft import Draft, Notes, set_property
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.tokens import string
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn


def give_lanes(draft: Draft) -> None:
    """Put every user task into a lane and give each lane a role."""
    for process in list(draft.diagram().processes):
        _name_lanes(draft, process)
        _processed(draft, process)
    for process in draft.diagram().processes:
        for scope in process.all():
            for name in scope.lanes.values():
                _role(draft, process, name)
            for node in scope.nodes.values():
                if node.kind == "userTask":
                    _person(draft, scope, node)


def _name_lanes(draft: Draft, process: Scope) -> None:
    for number, lane in enumerate(process.element.iter(bpmn("lane")), start=1):
        if not (lane.get("name") or "").strip():
            lane.set("name", f"泳道{number}")
            sentence = Message("The lane had no name; it is called 泳道%(number)s.", number=number)
            said = Said(
                severity="guessed", sentence=sentence, mend=Message("Name it after who works here.")
            )
            draft.say(lane, "name", said)
        elif lane.get("name") != " ".join(lane.get("name").split()):
            lane.set("name", " ".join(lane.get("name").split()))


def _processed(draft: Draft, process: Scope) -> None:
    tasks = [
        node for scope in process.all() for node in scope.nodes.values() if node.kind == "userTask"
    ]
    without = [node for node in tasks if not lane_of(node.scope, node)]
    if not without:
        return
    lanes = _lane_elements(process)
    created: dict[str, list[str]] = {}
    for node in without:
        top = _top(process, node)
        if any(top.id in ids for ids in created.values()):
            continue  # its subprocess has a lane by now
        name = _wish(draft, process, node)
        if name in lanes:
            etree.SubElement(lanes[name], bpmn("flowNodeRef")).text = top.id
        else:
            created.setdefault(name, []).append(top.id)
    if created:
        _draw(draft, process, created, alone=not lanes)


def _lane_elements(process: Scope) -> dict[str, etree._Element]:
    return {lane.get("name", ""): lane for lane in process.element.iter(bpmn("lane"))}


def _top(process: Scope, node: Node) -> Node:
    """Return the node of the process level that a node is, or lies in."""
    while node.scope is not process and node.scope.parent is not None:
        node = node.scope.parent
    return node


def _wish(draft: Draft, process: Scope, node: Node) -> str:
    notes = draft.of(node.id)
    if notes.initiator:
        return people.TITLES["enterprise"]
    if group := _group(notes):
        return group
    lane = people.TITLES[people.role_of_task(node.name)]
    draft.say(
        node,
        "lane",
        Said(
            severity="guessed",
            sentence=Message(
                "Nothing says who does the task; by its name it lies in the lane %(lane)s.",
                lane=quoted(lane),
            ),
            mend=Message("Put it into the right lane."),
        ),
    )
    return lane


def _group(notes: Notes) -> str:
    """Return the name of the group that does a task, empty if none is named."""
    return next(iter(notes.called or notes.groups), "")


def _draw(draft: Draft, process: Scope, created: dict[str, list[str]], *, alone: bool) -> None:
    sets = process.element.findall(bpmn("laneSet"))
    if sets:
        held = sets[0]
    else:
        held = etree.Element(bpmn("laneSet"), id=draft.fresh(f"{process.id}_lanes"))
        at = sum(
            1
            for one in process.element
            if one.tag in (bpmn("documentation"), bpmn("extensionElements"))
        )
        process.element.insert(at, held)
    if alone:
        _take_along(process, created)
    for number, (name, ids) in enumerate(created.items(), start=1):
        lane = etree.SubElement(
            held, bpmn("lane"), id=draft.fresh(f"{process.id}_lane_{number}"), name=name
        )
        for id_ in ids:
            etree.SubElement(lane, bpmn("flowNodeRef")).text = id_
    draft.say(
        process,
        "laneSet",
        Said(
            severity="guessed",
            sentence=Message(
                "Lanes were made from who does the tasks: %(created)s.", created=", ".join(created)
            ),
            mend=Message("Look at the lanes and at their roles in bundle.toml."),
        ),
    )


def _take_along(process: Scope, created: dict[str, list[str]]) -> None:
    """Let events and gateways lie in the lane of the step before them, else of one behind."""
    home = {id_: name for name, ids in created.items() for id_ in ids}
    first = next(iter(created))
    ordered = sorted(process.nodes.values(), key=lambda one: _distance(process, one))
    for node in ordered:
        if node.id in home:
            continue
        seen = reach([node], process.before)
        near = next((one for one in process.before(node) if one.id in home), None)
        if near is None:
            near = next(
                (one for one in process.nodes.values() if one.id in home and one in seen), None
            )
        name = home[near.id] if near else first
        created[name].append(node.id)
        home[node.id] = name


def _distance(process: Scope, node: Node) -> int:
    """Return how many nodes can lie before a node: those in front get their lane first."""
    return len(reach([node], process.before))


def _role(draft: Draft, process: Scope, name: str) -> None:
    if name in draft.lanes:
        return
    role = people.role_of(name)
    draft.lanes[name] = role
    if draft.settled:
        return
    mend: str = Message(
        'Correct the line "%(name)s" under [lanes] in bundle.toml if somebody else is meant.',
        name=name,
    )
    if role == "enterprise":
        mend = together(
            mend, Message('Where staff apply for themselves, write "handler" or "clerk".')
        )
    draft.report.add(
        process.id,
        process.name,
        Message("lane %(name)s", name=name),
        Said(
            severity="guessed",
            sentence=Message(
                "The lane %(name)s has the role %(role)s.", name=quoted(name), role=role
            ),
            mend=mend,
        ),
    )


def _person(draft: Draft, scope: Scope, node: Node) -> None:
    notes = draft.of(node.id)
    if notes.assignee:
        set_property(node.element, "assignee", notes.assignee)
    group = _group(notes)
    unit = people.unit_key(group)
    if unit and (draft.units is None or unit in draft.units):
        set_property(node.element, "unit", string(unit))
        draft.say(
            node,
            "unit",
            Said(
                severity="guessed",
                sentence=Message(
                    "The group %(groups)s is the unit %(unit)s.",
                    groups=quoted(group),
                    unit=unit,
                ),
                mend=Message("Use the unit's key, as the directory has it."),
            ),
        )
    lane = lane_of(scope, node)
    wish = people.TITLES["enterprise"] if notes.initiator else group
    if wish and lane and lane != wish and scope.parent is not None:
        draft.say(
            node,
            "lane",
            Said(
                severity="todo",
                sentence=Message(
                    "The task is for %(wish)s, but inside a subprocess it lies in the lane"
                    " %(lane)s.",
                    wish=quoted(wish),
                    lane=quoted(lane),
                ),
                mend=Message("Make the subprocess a called process with lanes of its own."),
            ),
        )
