"""Bundles and diagrams to begin drawing with: a start, an end, and nothing between them yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from xml.sax.saxutils import quoteattr

from workflows.definitions.bundle import SETTINGS

START_FORM = "application"
STAGE = "work"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"\
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"\
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"\
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"\
 id="{key}_definitions" targetNamespace="http://throughtrain.example/bpmn">
"""
_SEMANTIC = """  <bpmn:collaboration id="{key}_collaboration">
    <bpmn:participant id="{key}_pool" name={title} processRef="{key}" />
  </bpmn:collaboration>
  <bpmn:process id="{key}" name={title} isExecutable="true">
    <bpmn:laneSet id="{key}_lanes">
      <bpmn:lane id="{key}_lane" name={lane}>
        <bpmn:flowNodeRef>{key}_begins</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>{key}_ends</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="{key}_begins" name={start}>
      <bpmn:outgoing>{key}_way</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="{key}_ends" name={end}>
      <bpmn:incoming>{key}_way</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="{key}_way" sourceRef="{key}_begins" targetRef="{key}_ends" />
  </bpmn:process>
"""
_PICTURE = """  <bpmndi:BPMNDiagram id="{key}_diagram">
    <bpmndi:BPMNPlane id="{key}_plane" bpmnElement="{key}_collaboration">
      <bpmndi:BPMNShape id="{key}_pool_di" bpmnElement="{key}_pool" isHorizontal="true">
        <dc:Bounds x="160" y="80" width="820" height="220" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{key}_lane_di" bpmnElement="{key}_lane" isHorizontal="true">
        <dc:Bounds x="190" y="80" width="790" height="220" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{key}_begins_di" bpmnElement="{key}_begins">
        <dc:Bounds x="252" y="172" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="240" y="214" width="61" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{key}_ends_di" bpmnElement="{key}_ends">
        <dc:Bounds x="882" y="172" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="870" y="214" width="61" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="{key}_way_di" bpmnElement="{key}_way">
        <di:waypoint x="288" y="190" />
        <di:waypoint x="882" y="190" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def blank_diagram(key: str, *, title: str, lane: str, start: str, end: str) -> bytes:
    """Return a diagram of the process `key` with one lane, a start and an end, named as given."""
    named = {"title": title, "lane": lane, "start": start, "end": end}
    names = {name: quoteattr(words) for name, words in named.items()}
    return (_HEAD + _SEMANTIC + _PICTURE).format(key=key, **names).encode()


def blank_bundle(
    key: str,
    *,
    title: str,
    title_en: str,
    owner: str,
    started_by: Collection[str],
    lanes: Mapping[str, str],
    words: Mapping[str, str],
) -> dict[str, bytes]:
    """Return the files of a process from nothing, which the check finds nothing wrong with.

    `lanes` are the lane names that the settings give a role, the first is drawn; `words` name
    start, end, stage, subject and text.
    """
    lane = next(iter(lanes))
    return {
        SETTINGS: _settings(key, title, title_en, owner, started_by, lanes, words["stage"]),
        f"{key}.bpmn": blank_diagram(
            key, title=title, lane=lane, start=words["start"], end=words["end"]
        ),
        f"forms/{START_FORM}.form": _form(words["subject"], words["text"]),
    }


def _settings(
    key: str,
    title: str,
    title_en: str,
    owner: str,
    started_by: Collection[str],
    lanes: Mapping[str, str],
    stage: str,
) -> bytes:
    initials = "".join(part[0] for part in key.split("_") if part).upper()[:4]
    lines = [
        f"key = {_text(key)}",
        f"title = {_text(title)}",
        f"title_en = {_text(title_en or title)}",
        f"owner = {_text(owner)}",
        f"main = {_text(key)}",
        f"number = {_text(initials + '{year}{serial:04d}')}",
        f"start_form = {_text(START_FORM)}",
        f"started_by = [{', '.join(_text(role) for role in started_by)}]",
        "",
        "[case]",
        'title = "title"',
        "",
        "[lanes]",
        *(f"{_text(name)} = {_text(role)}" for name, role in lanes.items()),
        "",
        "[[stages]]",
        f"key = {_text(STAGE)}",
        f"title = {_text(stage)}",
        'title_en = "Handling"',
        "",
    ]
    return "\n".join(lines).encode()


def _form(subject: str, text: str) -> bytes:
    fields = [
        {
            "id": f"{START_FORM}_title",
            "type": "textfield",
            "key": "title",
            "label": subject,
            "validate": {"required": True, "maxLength": 120},
            "properties": {"label.en": "Subject"},
        },
        {
            "id": f"{START_FORM}_text",
            "type": "textarea",
            "key": "text",
            "label": text,
            "validate": {"maxLength": 2000},
            "properties": {"label.en": "What it is about"},
        },
    ]
    form = {"components": fields, "type": "default", "id": START_FORM, "schemaVersion": 18}
    return json.dumps(form, ensure_ascii=False, indent=2).encode()


def _text(value: str) -> str:
    """Return a text as TOML writes it: JSON's way of quoting is one of TOML's."""
    return json.dumps(value, ensure_ascii=False)
