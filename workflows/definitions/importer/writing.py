"""Writing: one clean file per process, the same bytes for the same tree."""

from __future__ import annotations

import copy

from lxml import etree

from workflows.definitions.diagram import Diagram
from workflows.definitions.importer.doorstep import BPMNDI, DC, DI
from workflows.definitions.importer.draft import Draft, written
from workflows.definitions.importer.picture import complete
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import BPMN, SPIFF, XSI, bpmn, local, namespace

SPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI, "spiffworkflow": SPIFF}
_REFERENCES = (
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "itemSubjectRef",
    "structureRef",
)
_SHARED = ("message", "signal", "error", "escalation")


def split(draft: Draft) -> dict[str, etree._Element]:
    """Return a tree per process, by process id: with what it refers to and its picture."""
    processes = list(draft.root.iterchildren(bpmn("process")))
    _collaboration(draft)
    made: dict[str, etree._Element] = {}
    for process in processes:
        root = _root(draft, process, alone=len(processes) == 1)
        tidy(root)
        if len(Diagram.of("", root).processes[0].nodes):
            complete(root, draft)
        made[process.get("id", "")] = root
    return made


def tell_several(draft: Draft) -> None:
    """Say that a file holds several processes, where it does."""
    processes = list(draft.root.iterchildren(bpmn("process")))
    if len(processes) < 2:
        return
    names = ", ".join(one.get("name") or one.get("id", "") for one in processes)
    draft.report.add(
        "",
        "",
        Message("processes"),
        Said(
            severity="guessed",
            sentence=Message(
                "The file holds %(count)s processes (%(names)s); each has a file of its own now.",
                count=len(processes),
                names=names,
            ),
            mend=Message("Connect them with call activities."),
        ),
    )


def _collaboration(draft: Draft) -> None:
    """Leave pools of processes; flows between pools and pools of nobody are told and go."""
    processes = {one.get("id") for one in draft.root.iterchildren(bpmn("process"))}
    for collaboration in list(draft.root.iterchildren(bpmn("collaboration"))):
        for child in list(collaboration):
            keep = local(child) == "participant" and child.get("processRef") in processes
            if keep or local(child) in (
                "documentation",
                "extensionElements",
                "textAnnotation",
                "association",
                "group",
            ):
                continue
            draft.report.add(
                child.get("id", ""),
                child.get("name", ""),
                local(child),
                Said(
                    severity="todo",
                    sentence=Message(
                        "%(child)s leads between pools, or is a pool without steps; it is left"
                        " out.",
                        child=quoted(written(child)),
                    ),
                    mend=Message(
                        "Let one process call the other, or send a message with the operation tell."
                    ),
                ),
            )
            collaboration.remove(child)
        if not collaboration.findall(bpmn("participant")):
            draft.root.remove(collaboration)


def _root(draft: Draft, process: etree._Element, *, alone: bool) -> etree._Element:
    id_ = process.get("id", "")
    wanted = {one.get(name) for one in process.iter() for name in _REFERENCES if one.get(name)}
    root = etree.Element(bpmn("definitions"), nsmap=SPACES)
    defaults = {
        "id": f"{id_}_definitions",
        "targetNamespace": "http://throughtrain.example/bpmn",
    }
    for name in ("id", "name", "targetNamespace", "exporter", "exporterVersion"):
        value = draft.root.get(name) or defaults.get(name)
        if value:
            root.set(name, value)
    for child in draft.root:
        if local(child) == "process":
            if child is process:
                root.append(copy.deepcopy(child))
        elif local(child) == "collaboration":
            _pool(root, child, id_)
        elif alone or local(child) not in _SHARED or child.get("id") in wanted:
            root.append(copy.deepcopy(child))
    if not alone:
        _one_diagram(root)
    return root


def _pool(root: etree._Element, collaboration: etree._Element, process: str) -> None:
    mine = copy.deepcopy(collaboration)
    for participant in mine.findall(bpmn("participant")):
        if participant.get("processRef") != process:
            mine.remove(participant)
    if mine.findall(bpmn("participant")):
        root.append(mine)


def _one_diagram(root: etree._Element) -> None:
    """Leave shapes of what is in this file, and the pictures that have any."""
    known = {one.get("id") for one in root.iter() if namespace(one) == BPMN}
    for diagram in list(root.iterchildren(f"{{{BPMNDI}}}BPMNDiagram")):
        plane = diagram.find(f"{{{BPMNDI}}}BPMNPlane")
        shapes = [] if plane is None else list(plane)
        for shape in shapes:
            if shape.get("bpmnElement") not in known and plane is not None:
                plane.remove(shape)
        if plane is None or not len(plane):
            root.remove(diagram)
        elif plane.get("bpmnElement") not in known:
            first = next(root.iterchildren(bpmn("collaboration"), bpmn("process")))
            plane.set("bpmnElement", first.get("id", ""))


def tidy(root: etree._Element) -> None:
    """Let nodes name the flows that touch them, and leave nothing empty behind."""
    for block in list(root.iter(bpmn("extensionElements"))):
        for held in list(block):
            if local(held) == "properties" and not len(held):
                block.remove(held)
        if not len(block) and block.getparent() is not None:
            block.getparent().remove(block)
    for scope in Diagram.of("", root).scopes():
        for node in scope.nodes.values():
            _touching(node.element, "incoming", [flow.id for flow in node.incoming])
            _touching(node.element, "outgoing", [flow.id for flow in node.outgoing])
    for lane in root.iter(bpmn("lane")):
        _references(root, lane)


def _touching(element: etree._Element, name: str, ids: list[str]) -> None:
    held = list(element.iterchildren(bpmn(name)))
    if sorted((one.text or "").strip() for one in held) == sorted(ids):
        return
    for one in held:
        element.remove(one)
    before = ("documentation", "extensionElements", *(("incoming",) if name == "outgoing" else ()))
    at = sum(1 for one in element if local(one) in before and namespace(one) == BPMN)
    for number, id_ in enumerate(ids):
        made = etree.Element(bpmn(name))
        made.text = id_
        element.insert(at + number, made)


def _references(root: etree._Element, lane: etree._Element) -> None:
    known = {one.get("id") for one in root.iter() if namespace(one) == BPMN}
    for one in list(lane.iterchildren(bpmn("flowNodeRef"))):
        if (one.text or "").strip() not in known:
            lane.remove(one)


def serialize(root: etree._Element) -> bytes:
    """Return a tree as bytes, always in the same way."""
    made = copy.deepcopy(root)
    etree.cleanup_namespaces(made, top_nsmap=SPACES, keep_ns_prefixes=list(SPACES))
    for element in made.iter():
        if element.text is not None and not element.text.strip() and len(element):
            element.text = None
        element.tail = None
    etree.indent(made, space="  ")
    body = etree.tostring(made, encoding="UTF-8", xml_declaration=False).decode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()
