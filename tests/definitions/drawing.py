"""A pen for test diagrams: bundles in a few lines."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="definitions" targetNamespace="http://example.gov">'
)
TOML = """
key = "sample"
title = "样例"
main = "main"
number = "S{year}{serial:04d}"
started_by = ["clerk"]
[lanes]
"窗口" = "clerk"
"承办" = "handler"
[[stages]]
key = "work"
title = "办理"
title_en = "Work"
"""
OF_COMPANIES = TOML + '[case]\nenterprise = "company"\n'
"""The same for a process whose cases belong to companies."""
LANE = "窗口"


class Drawing:
    """One process: draw nodes, then flows; `xml()` is the file."""

    def __init__(self, id: str = "main", *, executable: bool = True) -> None:
        self.id = id
        self.executable = executable
        self.parts: list[str] = []
        self.lanes: dict[str, list[str]] = {}
        self.roots = ""
        self.count = 0

    def node(
        self, kind: str, id: str, inner: str = "", *, lane: str = "", **attributes: str
    ) -> str:
        name = attributes.pop("name", id)
        written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self.parts.append(
            f"<bpmn:{kind} id={quoteattr(id)} name={quoteattr(name)}{written}>{inner}</bpmn:{kind}>"
        )
        if lane:
            self.lanes.setdefault(lane, []).append(id)
        return id

    def user(self, id: str, *, form: str = "note", lane: str = LANE, inner: str = "",
             **properties: str) -> str:  # fmt: skip
        properties = {"sentence": "正在办理", "form": form, **properties}
        written = "".join(
            f"<spiffworkflow:property name={quoteattr(key)} value={quoteattr(value)}/>"
            for key, value in properties.items()
            if value
        )
        block = extension(f"<spiffworkflow:properties>{written}</spiffworkflow:properties>")
        return self.node("userTask", id, block + inner, lane=lane)

    def script(self, id: str, *lines: str) -> str:
        text = escape("\n".join(lines))
        return self.node("scriptTask", id, f"<bpmn:script>{text}</bpmn:script>")

    def service(self, id: str, operation: str, result: str = "", **parameters: str) -> str:
        written = "".join(
            f'<spiffworkflow:parameter id="{key}" type="string" value={quoteattr(value)}/>'
            for key, value in parameters.items()
        )
        return self.node("serviceTask", id, extension(
            f'<spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="{result}">'
            f"<spiffworkflow:parameters>{written}</spiffworkflow:parameters>"
            "</spiffworkflow:serviceTaskOperator>"
        ))  # fmt: skip

    def rule(self, id: str, decision: str) -> str:
        return self.node("businessRuleTask", id, extension(
            f"<spiffworkflow:calledDecisionId>{decision}</spiffworkflow:calledDecisionId>"
        ))  # fmt: skip

    def call(self, id: str, called: str, inner: str = "") -> str:
        return self.node("callActivity", id, inner, calledElement=called)

    def xor(self, id: str, default: str = "", kind: str = "exclusiveGateway") -> str:
        return self.node(kind, id, **({"default": default} if default else {}))

    def parallel(self, id: str) -> str:
        return self.node("parallelGateway", id)

    def boundary(self, id: str, on: str, definition: str, *, interrupting: bool = True) -> str:
        return self.node(
            "boundaryEvent", id, definition, attachedToRef=on,
            cancelActivity="true" if interrupting else "false",
        )  # fmt: skip

    def flow(self, source: str, target: str, condition: str | None = None, id: str = "") -> str:
        self.count += 1
        id = id or f"flow_{self.count}"
        inner = ""
        if condition is not None:
            inner = (
                '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
                f"{escape(condition)}</bpmn:conditionExpression>"
            )
        self.parts.append(
            f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
        return id

    def line(self, *ids: str) -> Drawing:
        for source, target in itertools.pairwise(ids):
            self.flow(source, target)
        return self

    def ends(self) -> Drawing:
        self.node("startEvent", "begin")
        self.node("endEvent", "finish")
        return self

    def message(self, id: str) -> Drawing:
        self.roots += f'<bpmn:message id="{id}" name="{id}"/>'
        return self

    def xml(self, encoding: str = "utf-8") -> bytes:
        lanes = "".join(
            f'<bpmn:lane id="lane_{number}" name={quoteattr(lane)}>'
            + "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in ids)
            + "</bpmn:lane>"
            for number, (lane, ids) in enumerate(self.lanes.items())
        )
        lane_set = f'<bpmn:laneSet id="lanes">{lanes}</bpmn:laneSet>' if lanes else ""
        executable = "true" if self.executable else "false"
        text = (
            f'{HEAD}{self.roots}<bpmn:process id="{self.id}" name="{self.id}"'
            f' isExecutable="{executable}">{lane_set}{"".join(self.parts)}</bpmn:process>'
            "</bpmn:definitions>"
        )
        return text.replace('encoding="UTF-8"', f'encoding="{encoding}"', 1).encode(encoding)


def extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def timer(text: str, kind: str = "timeDuration") -> str:
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}>"
        "</bpmn:timerEventDefinition>"
    )


def message(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def instances(
    collection: str = "", *, item: str = "", output_item: str = "", output: str = "",
    number: str = "",
) -> str:  # fmt: skip
    parts = [
        f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>" if number else "",
        f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>" if collection else "",
        f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>" if output else "",
        f'<bpmn:inputDataItem id="{item}" name="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="{output_item}" name="{output_item}"/>' if output_item else "",
    ]
    return (
        "<bpmn:multiInstanceLoopCharacteristics>"
        + "".join(parts)
        + "</bpmn:multiInstanceLoopCharacteristics>"
    )


def form(*components: Mapping[str, object]) -> bytes:
    body = {"type": "default", "id": "form", "schemaVersion": 18, "components": list(components)}
    return json.dumps(body, ensure_ascii=False).encode()


def text_field(key: str, **more: object) -> dict[str, object]:
    return {"type": "textfield", "key": key, "label": key, **more}


def outcome(*values: str, **more: object) -> dict[str, object]:
    return {
        "type": "radio",
        "key": "outcome",
        "label": "结果",
        "values": [{"label": value, "value": value} for value in values],
        "properties": {value: f"{value} 之后" for value in values},
        "validate": {"required": True},
        **more,
    }


def bundle(*drawings: Drawing, toml: str = TOML, **forms: bytes) -> dict[str, bytes]:
    """Return the files of a bundle; `note` is a form that is there whenever a task uses it."""
    files = {"bundle.toml": toml.encode()}
    for drawing in drawings:
        files[f"{drawing.id}.bpmn"] = drawing.xml()
    if any(b'value="note"' in data for data in files.values()):
        forms.setdefault("note", form(text_field("remark"), text_field("amount", type="number")))
    return files | {f"forms/{name}.form": data for name, data in forms.items()}


def simple() -> Drawing:
    """Return start - user task - end."""
    drawing = Drawing().ends()
    drawing.user("task")
    return drawing.line("begin", "task", "finish")
