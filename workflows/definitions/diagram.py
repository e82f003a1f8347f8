"""A diagram as the check and the library see it: scopes, nodes and flows, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from workflows.definitions.reading import BPMN, SPIFF, bpmn, local, namespace, read_xml, spiff
from workflows.definitions.scripts import Assignment, assignments

TASKS = frozenset((
    "task", "userTask", "manualTask", "scriptTask", "serviceTask", "businessRuleTask",
    "sendTask", "receiveTask",
))  # fmt: skip
GATEWAYS = frozenset((
    "exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway",
    "complexGateway",
))  # fmt: skip
EVENTS = frozenset((
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent",
    "boundaryEvent",
))  # fmt: skip
SUBPROCESSES = frozenset(("subProcess", "transaction", "adHocSubProcess"))
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
NODES = ACTIVITIES | GATEWAYS | EVENTS
WAITING_EVENTS = frozenset((
    "messageEventDefinition", "signalEventDefinition", "timerEventDefinition",
    "conditionalEventDefinition",
))  # fmt: skip


@dataclass(eq=False)
class Flow:
    """A sequence flow; `condition` is the FEEL text or None."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    element: etree._Element = field(repr=False)


@dataclass(eq=False)
class Node:
    """A task, gateway, event, subprocess or call activity."""

    id: str
    name: str
    kind: str
    """BPMN local name, such as `userTask`."""
    element: etree._Element = field(repr=False)
    scope: Scope = field(repr=False)
    incoming: list[Flow] = field(default_factory=list, repr=False)
    outgoing: list[Flow] = field(default_factory=list, repr=False)
    boundary: list[Node] = field(default_factory=list, repr=False)
    """Boundary events that sit on this activity."""

    @cached_property
    def properties(self) -> dict[str, str]:
        """Extension properties (`form`, `unit`, `due` ...), as written."""
        found = {}
        for element in _extensions(self.element, "properties"):
            for one in element.iterchildren(spiff("property")):
                found[one.get("name", "")] = one.get("value", "")
        return found

    @cached_property
    def events(self) -> tuple[etree._Element, ...]:
        """Event definitions of an event."""
        return tuple(
            child for child in self.element.iterchildren()
            if local(child).endswith("EventDefinition") and namespace(child) == BPMN
        )  # fmt: skip

    @property
    def event(self) -> str:
        """Local name of the first event definition; empty for a plain event."""
        return local(self.events[0]) if self.events else ""

    @cached_property
    def instances(self) -> etree._Element | None:
        """The multi-instance marker of an activity."""
        return self.element.find(bpmn("multiInstanceLoopCharacteristics"))

    @property
    def default(self) -> str:
        """Id of the default flow; empty if there is none."""
        return str(self.element.get("default", ""))

    @property
    def attached_to(self) -> str:
        """Id of the activity that a boundary event sits on."""
        return str(self.element.get("attachedToRef", ""))

    @property
    def interrupting(self) -> bool:
        """Whether a boundary event ends the activity that it sits on."""
        return bool(self.element.get("cancelActivity", "true") != "false")

    @property
    def called(self) -> str:
        """Process id that a call activity calls."""
        return str(self.element.get("calledElement", "")).strip()

    @property
    def script(self) -> str:
        """Text of a script task."""
        return child_text(self.element, "script")

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Lines of a script task."""
        return assignments(self.script) if self.kind == "scriptTask" else ()

    @property
    def decision(self) -> str:
        """Decision id of a business rule task."""
        return next(
            ((one.text or "").strip() for one in _extensions(self.element, "calledDecisionId")), ""
        )

    @property
    def operator(self) -> etree._Element | None:
        """The operation of a service task: id, resultVariable and parameters."""
        return next(_extensions(self.element, "serviceTaskOperator"), None)

    @property
    def waits(self) -> bool:
        """Whether a token stops here until something outside happens."""
        if self.kind in ("userTask", "manualTask", "task", "receiveTask", "eventBasedGateway"):
            return True
        return self.kind == "intermediateCatchEvent" and self.event in WAITING_EVENTS

    @property
    def catches_message(self) -> bool:
        """Whether this is an event that waits for a message, on the way or on a border."""
        catching = self.kind in ("intermediateCatchEvent", "boundaryEvent")
        return catching and self.event == "messageEventDefinition"

    @property
    def asks(self) -> bool:
        """Whether people fill in a form here: a task, or a message that they may send."""
        return self.kind == "userTask" or self.catches_message

    @property
    def multiple(self) -> bool:
        """Whether an activity runs once per item of a collection."""
        return self.instances is not None


@dataclass(eq=False)
class Scope:
    """A process, or a subprocess drawn inside one: the tokens of one level."""

    id: str
    name: str
    kind: str
    element: etree._Element = field(repr=False)
    process: str
    """Id of the process around it."""
    parent: Node | None = field(default=None, repr=False)
    nodes: dict[str, Node] = field(default_factory=dict, repr=False)
    flows: list[Flow] = field(default_factory=list, repr=False)
    lanes: dict[str, str] = field(default_factory=dict, repr=False)
    """Node id -> lane name."""
    inner: list[Scope] = field(default_factory=list, repr=False)

    def starts(self) -> list[Node]:
        """Start events of this level."""
        return [node for node in self.nodes.values() if node.kind == "startEvent"]

    def ends(self) -> list[Node]:
        """End events of this level."""
        return [node for node in self.nodes.values() if node.kind == "endEvent"]

    def all(self) -> Iterator[Scope]:
        """This scope and those inside it."""
        yield self
        for one in self.inner:
            yield from one.all()

    def next_of(self, node: Node) -> Iterator[Node]:
        """Nodes that a token reaches directly from `node`, boundary events included."""
        for flow in node.outgoing:
            if flow.target in self.nodes:
                yield self.nodes[flow.target]
        yield from node.boundary

    def before(self, node: Node) -> Iterator[Node]:
        """Nodes that lead directly to `node`."""
        for flow in node.incoming:
            if flow.source in self.nodes:
                yield self.nodes[flow.source]
        if node.kind == "boundaryEvent" and node.attached_to in self.nodes:
            yield self.nodes[node.attached_to]


@dataclass(eq=False)
class Diagram:
    """One .bpmn file."""

    file: str
    root: etree._Element = field(repr=False)
    processes: list[Scope] = field(default_factory=list)

    def scopes(self) -> Iterator[Scope]:
        """All levels of all processes."""
        for process in self.processes:
            yield from process.all()

    def nodes(self) -> Iterator[Node]:
        """All nodes of all levels."""
        for scope in self.scopes():
            yield from scope.nodes.values()

    def names_of(self, kind: str) -> dict[str, str]:
        """Id -> name of the messages, signals, errors or escalations that the file declares."""
        return {
            one.get("id", ""): one.get("name") or one.get("id", "")
            for one in self.root.iterchildren(bpmn(kind))
        }

    @classmethod
    def parse(cls, file: str, data: bytes) -> Diagram:
        """Read a diagram; raise `Unreadable` when the bytes are no clean XML."""
        return cls.of(file, read_xml(data))

    @classmethod
    def of(cls, file: str, root: etree._Element) -> Diagram:
        """Return the diagram of an XML tree."""
        processes = [
            _scope(element, element.get("id", ""), None)
            for element in root.iterchildren(bpmn("process"))
        ]
        return cls(file=file, root=root, processes=processes)


def child_text(element: etree._Element, name: str) -> str:
    """Return the text of the first BPMN child of that name, stripped; empty without one."""
    child = element.find(bpmn(name))
    return "" if child is None else "".join(child.itertext()).strip()


def _extensions(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for block in element.iterchildren(bpmn("extensionElements")):
        for child in block.iterchildren():
            if local(child) == name and namespace(child) == SPIFF:
                yield child


def _scope(element: etree._Element, process: str, parent: Node | None) -> Scope:
    scope = Scope(
        id=element.get("id", ""),
        name=element.get("name", ""),
        kind=local(element),
        element=element,
        process=process,
        parent=parent,
    )
    for child in element.iterchildren():
        if namespace(child) == BPMN:
            _take(scope, child)
    _connect(scope)
    return scope


def _take(scope: Scope, child: etree._Element) -> None:
    kind = local(child)
    if kind == "sequenceFlow":
        scope.flows.append(_flow(child))
    elif kind == "laneSet":
        _lanes(scope, child)
    elif kind in NODES:
        node = Node(
            id=child.get("id", ""),
            name=child.get("name", ""),
            kind=kind,
            element=child,
            scope=scope,
        )
        scope.nodes[node.id] = node
        if kind in SUBPROCESSES:
            scope.inner.append(_scope(child, scope.process, node))


def _flow(element: etree._Element) -> Flow:
    has_condition = element.find(bpmn("conditionExpression")) is not None
    return Flow(
        id=element.get("id", ""),
        name=element.get("name", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        condition=child_text(element, "conditionExpression") if has_condition else None,
        element=element,
    )


def _lanes(scope: Scope, element: etree._Element) -> None:
    for lane in element.iterchildren(bpmn("lane")):
        for reference in lane.iterchildren(bpmn("flowNodeRef")):
            scope.lanes[(reference.text or "").strip()] = lane.get("name", "")
        for child in lane.iterchildren(bpmn("childLaneSet")):
            _lanes(scope, child)


def _connect(scope: Scope) -> None:
    for flow in scope.flows:
        if flow.source in scope.nodes:
            scope.nodes[flow.source].outgoing.append(flow)
        if flow.target in scope.nodes:
            scope.nodes[flow.target].incoming.append(flow)
    for node in scope.nodes.values():
        if node.kind == "boundaryEvent" and node.attached_to in scope.nodes:
            scope.nodes[node.attached_to].boundary.append(node)
