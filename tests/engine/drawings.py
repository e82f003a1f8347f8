"""Draws small diagrams in code, for the engine's tests."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def extensions(**texts: str) -> str:
    """Extension elements of the engine's namespace, one per keyword."""
    inner = "".join(
        f"<spiffworkflow:{name}>{escape(text)}</spiffworkflow:{name}>"
        for name, text in texts.items()
    )
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""


def properties(**values: str) -> str:
    """Extension properties."""
    inner = "".join(
        f"<spiffworkflow:property name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in values.items()
    )
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f"{inner}</spiffworkflow:properties></bpmn:extensionElements>"
    )


def timer(text: str, kind: str = "timeDuration") -> str:
    """A timer definition; `kind` is timeDuration, timeDate or timeCycle."""
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">'
        f"{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )


def event(kind: str, reference: str = "", **texts: str) -> str:
    """An event definition such as message, signal, error, escalation, terminate."""
    ref = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{ref}>{extensions(**texts)}</bpmn:{kind}EventDefinition>"


def condition(text: str) -> str:
    """A conditional event's definition."""
    return (
        "<bpmn:conditionalEventDefinition><bpmn:condition>"
        f"{escape(text)}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )


def each(
    collection: str = "",
    item: str = "",
    *,
    into: str = "",
    gives: str = "",
    times: str = "",
    until: str = "",
    in_turn: bool = False,
) -> str:
    """Multi-instance characteristics."""
    parts = [
        f"<bpmn:loopCardinality>{escape(times)}</bpmn:loopCardinality>" if times else "",
        f"<bpmn:loopDataInputRef>{escape(collection)}</bpmn:loopDataInputRef>"
        if collection
        else "",
        f"<bpmn:loopDataOutputRef>{into}</bpmn:loopDataOutputRef>" if into else "",
        f'<bpmn:inputDataItem id="{item}" name="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="{gives}" name="{gives}"/>' if gives else "",
        f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else "",
    ]
    turn = "true" if in_turn else "false"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{turn}">'
        + "".join(parts)
        + "</bpmn:multiInstanceLoopCharacteristics>"
    )


def loop(text: str = "", *, maximum: int | None = None, before: bool = False) -> str:
    """Standard loop characteristics."""
    most = f' loopMaximum="{maximum}"' if maximum is not None else ""
    inner = f"<bpmn:loopCondition>{escape(text)}</bpmn:loopCondition>" if text else ""
    return (
        f'<bpmn:standardLoopCharacteristics testBefore="{str(before).lower()}"{most}>'
        f"{inner}</bpmn:standardLoopCharacteristics>"
    )


class Drawing:
    """A process; nodes and flows are added in the order in which they are looked at."""

    def __init__(self, process: str) -> None:
        self.process = process
        self.nodes: list[str] = []
        self.flows: list[str] = []
        self.lanes: dict[str, list[str]] = {}

    def node(
        self, kind: str, id: str, inner: str = "", *, lane: str = "", name: str = "", **more: str
    ) -> str:
        """Add a node; keywords are its attributes."""
        attributes = "".join(f" {key}={quoteattr(value)}" for key, value in more.items())
        title = quoteattr(name or id)
        self.nodes.append(f'<bpmn:{kind} id="{id}" name={title}{attributes}>{inner}</bpmn:{kind}>')
        if lane:
            self.lanes.setdefault(lane, []).append(id)
        return id

    def start(self, id: str = "start") -> str:
        return self.node("startEvent", id)

    def end(self, id: str = "end", inner: str = "") -> str:
        return self.node("endEvent", id, inner)

    def user(self, id: str, inner: str = "", *, lane: str = "") -> str:
        return self.node("userTask", id, inner, lane=lane)

    def script(self, id: str, text: str) -> str:
        return self.node("scriptTask", id, f"<bpmn:script>{escape(text)}</bpmn:script>")

    def choice(self, id: str, default: str = "") -> str:
        return self.node("exclusiveGateway", id, **({"default": default} if default else {}))

    def parallel(self, id: str) -> str:
        return self.node("parallelGateway", id)

    def inclusive(self, id: str, default: str = "") -> str:
        return self.node("inclusiveGateway", id, **({"default": default} if default else {}))

    def call(self, id: str, process: str, inner: str = "", *, lane: str = "") -> str:
        return self.node("callActivity", id, inner, lane=lane, calledElement=process)

    def sub(self, id: str, inside: Drawing, extra: str = "") -> str:
        return self.node("subProcess", id, extra + inside.body())

    def catch(self, id: str, inner: str) -> str:
        return self.node("intermediateCatchEvent", id, inner)

    def throw(self, id: str, inner: str) -> str:
        return self.node("intermediateThrowEvent", id, inner)

    def boundary(self, id: str, on: str, inner: str, *, interrupts: bool = True) -> str:
        cancel = "true" if interrupts else "false"
        return self.node("boundaryEvent", id, inner, attachedToRef=on, cancelActivity=cancel)

    def service(self, id: str, operation: str, result: str = "", **parameters: str) -> str:
        inner = "".join(
            f'<spiffworkflow:parameter id="{name}" type="string" value={quoteattr(text)}/>'
            for name, text in parameters.items()
        )
        into = f' resultVariable="{result}"' if result else ""
        return self.node(
            "serviceTask",
            id,
            f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{operation}"{into}>'
            f"<spiffworkflow:parameters>{inner}</spiffworkflow:parameters>"
            "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>",
        )

    def rule(self, id: str, decision: str) -> str:
        return self.node("businessRuleTask", id, extensions(calledDecisionId=decision))

    def flow(self, source: str, target: str, when: str = "", id: str = "") -> str:
        id = id or f"f{len(self.flows)}_{self.process}"
        inner = (
            '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
            f"{escape(when)}</bpmn:conditionExpression>"
            if when
            else ""
        )
        self.flows.append(
            f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
        return id

    def chain(self, *ids: str) -> None:
        """Connect nodes one after the other."""
        for source, target in pairwise(ids):
            self.flow(source, target)

    def body(self) -> str:
        lanes = "".join(
            f'<bpmn:lane id="lane{number}_{self.process}" name={quoteattr(name)}>'
            + "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
            + "</bpmn:lane>"
            for number, (name, ids) in enumerate(self.lanes.items())
        )
        laned = f'<bpmn:laneSet id="lanes_{self.process}">{lanes}</bpmn:laneSet>' if lanes else ""
        return laned + "".join(self.nodes) + "".join(self.flows)


def document(
    *drawings: Drawing,
    messages: tuple[str, ...] = (),
    signals: tuple[str, ...] = (),
    errors: tuple[str, ...] = (),
    escalations: tuple[str, ...] = (),
    extra: str = "",
) -> bytes:
    """A .bpmn file with the given processes."""
    declared = (
        "".join(f'<bpmn:message id="{one}" name="{one}"/>' for one in messages)
        + "".join(f'<bpmn:signal id="{one}" name="{one}"/>' for one in signals)
        + "".join(f'<bpmn:error id="{one}" name="{one}" errorCode="{one}"/>' for one in errors)
        + "".join(
            f'<bpmn:escalation id="{one}" name="{one}" escalationCode="{one}"/>'
            for one in escalations
        )
    )
    processes = "".join(
        f'<bpmn:process id="{one.process}" isExecutable="true">{one.body()}</bpmn:process>'
        for one in drawings
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions {_NAMESPACES} id="drawn" '
        f'targetNamespace="urn:drawn">{declared}{extra}{processes}</bpmn:definitions>'
    ).encode()


def files(*drawings: Drawing, **declared: object) -> Mapping[str, bytes]:
    """The same as the files of a bundle."""
    return {"drawn.bpmn": document(*drawings, **declared)}
