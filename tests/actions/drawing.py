"""A small pen for diagrams, forms and bundles that tests need and nobody ships."""

from __future__ import annotations

import itertools
import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'id="definitions" targetNamespace="http://throughtrain.example">'
)


class Drawing:
    """One process: nodes in lanes, flows between them."""

    def __init__(self, process: str) -> None:
        self.process = process
        self.nodes: list[str] = []
        self.flows: list[str] = []
        self.lanes: dict[str, list[str]] = {}
        self.messages: list[str] = []

    def node(self, tag: str, name: str, inner: str = "", lane: str = "", **attributes: str) -> None:
        """Add any node; `inner` is its XML content."""
        given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.nodes.append(f'<bpmn:{tag} id="{name}" name="{name}"{given}>{inner}</bpmn:{tag}>')
        if lane:
            self.lanes.setdefault(lane, []).append(name)

    def user(self, name: str, lane: str, inner: str = "", **properties: str) -> None:
        """Add a user task with its extension properties."""
        self.node("userTask", name, _properties(properties) + inner, lane)

    def service(self, name: str, operation: str, **parameters: str) -> None:
        """Add a service task that calls an operation."""
        rows = "".join(
            f'<spiffworkflow:parameter id="{key}" type="any" value={quoteattr(value)}/>'
            for key, value in parameters.items()
        )
        self.node(
            "serviceTask",
            name,
            "<bpmn:extensionElements>"
            f'<spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="result">'
            f"<spiffworkflow:parameters>{rows}</spiffworkflow:parameters>"
            "</spiffworkflow:serviceTaskOperator></bpmn:extensionElements>",
        )

    def timer(self, name: str, guards: str, expression: str, *, interrupting: bool) -> None:
        """Add a boundary timer."""
        self.node(
            "boundaryEvent",
            name,
            '<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">'
            f"{escape(expression)}</bpmn:timeDuration></bpmn:timerEventDefinition>",
            attachedToRef=guards,
            cancelActivity="true" if interrupting else "false",
        )

    def message(
        self, name: str, guards: str, *, interrupting: bool = False, **properties: str
    ) -> None:
        """Add a boundary event that waits for the message of its own name."""
        if name not in self.messages:
            self.messages.append(name)
        self.node(
            "boundaryEvent",
            name,
            f'{_properties(properties)}<bpmn:messageEventDefinition messageRef="message_{name}"/>',
            attachedToRef=guards,
            cancelActivity="true" if interrupting else "false",
        )

    def catch(self, name: str, message: str, **properties: str) -> None:
        """Add an event on the way that waits for a message."""
        if message not in self.messages:
            self.messages.append(message)
        event = f'<bpmn:messageEventDefinition messageRef="message_{message}"/>'
        self.node("intermediateCatchEvent", name, _properties(properties) + event)

    def sub(self, name: str, inside: Drawing, lane: str = "", extra: str = "") -> None:
        """Add an embedded subprocess; tasks inside without a lane of their own lie in its lane."""
        for key, nodes in inside.lanes.items():
            self.lanes.setdefault(key, []).extend(nodes)
        self.messages += [one for one in inside.messages if one not in self.messages]
        self.node("subProcess", name, extra + "".join(inside.nodes) + "".join(inside.flows), lane)

    def flow(self, source: str, target: str, condition: str = "", name: str = "") -> str:
        """Add a sequence flow and return its id."""
        flow_id = name or f"flow_{self.process}_{len(self.flows)}"
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}'
            "</bpmn:conditionExpression>"
            if condition
            else ""
        )
        self.flows.append(
            f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
        return flow_id

    def chain(self, *names: str) -> None:
        """Join nodes one after the other."""
        for source, target in itertools.pairwise(names):
            self.flow(source, target)

    def xml(self) -> bytes:
        """Return the file."""
        lanes = "".join(
            f'<bpmn:lane id="lane_{number}" name={quoteattr(name)}>'
            + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes)
            + "</bpmn:lane>"
            for number, (name, nodes) in enumerate(self.lanes.items())
        )
        lane_set = f'<bpmn:laneSet id="lanes">{lanes}</bpmn:laneSet>' if lanes else ""
        messages = "".join(
            f'<bpmn:message id="message_{one}" name="{one}"/>' for one in self.messages
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>{HEAD}{messages}'
            f'<bpmn:process id="{self.process}" name="{self.process}" isExecutable="true">'
            f"{lane_set}{''.join(self.nodes)}{''.join(self.flows)}</bpmn:process>"
            "</bpmn:definitions>"
        ).encode()


def begin_with_check(d: Drawing, check: dict[str, str], supplement: dict[str, str]) -> None:
    """Begin with a check by the office that may ask the company for more, then checks again.

    Leaves the gateway `checked`; where its default flow `to_work` leads is the caller's to draw.
    """
    d.node("startEvent", "begin")
    d.node("exclusiveGateway", "again")
    d.user(
        "check",
        "办公室",
        form="check",
        due="workdays(2)",
        warn="workdays(1)",
        stage="check",
        **{"public": "true", **check},
    )
    d.node("exclusiveGateway", "checked", default="to_work")
    d.user("supplement", "企业", **{"form": "supplement", "pauses": "true", **supplement})
    d.chain("begin", "again", "check", "checked")
    d.flow("checked", "supplement", 'outcome = "more"')
    d.flow("supplement", "again")


def _properties(properties: dict[str, str]) -> str:
    rows = "".join(
        f'<spiffworkflow:property name="{key}" value={quoteattr(value)}/>'
        for key, value in properties.items()
    )
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f"{rows}</spiffworkflow:properties></bpmn:extensionElements>"
    )


def form(name: str, *fields: dict[str, Any]) -> bytes:
    """Return a form-js file with these components."""
    return json.dumps(
        {
            "type": "default",
            "schemaVersion": 18,
            "id": name,
            "components": [{"id": f"field_{n}", **field} for n, field in enumerate(fields)],
        },
        ensure_ascii=False,
    ).encode()


def text(key: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    """Return a text field."""
    return {
        "type": "textfield",
        "key": key,
        "label": key,
        "validate": {"required": required},
        **more,
    }


def outcome(**options: str) -> dict[str, Any]:
    """Return the outcome field: value=label."""
    return {
        "type": "radio",
        "key": "outcome",
        "label": "outcome",
        "values": [{"value": value, "label": label} for value, label in options.items()],
        "properties": {value: f"then: {label}" for value, label in options.items()},
        "validate": {"required": True},
    }
