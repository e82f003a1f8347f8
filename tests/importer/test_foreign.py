"""What files that people have published hold, and the first importer did not know."""

from __future__ import annotations

import pytest

from tests.importer.materials import imported, inline, said
from workflows.definitions.diagram import Diagram
from workflows.definitions.importer.expressions import translate
from workflows.errors import DefinitionRefused
from workflows.importing import import_bytes


def test_groups_are_called_what_their_modeler_calls_them() -> None:
    result = imported("flowable/contract_named_groups.bpmn20.xml")
    lanes = Diagram.parse("x", result.files["Process_ht2024.bpmn"]).processes[0].lanes
    assert (lanes["legal"], lanes["head"], lanes["seal"]) == ("法务主管", "部门负责人", "申请人")
    assert "“[249]” may take the task" in said(result)
    tasks = {line.subject for line in result.report.lines if line.severity == "todo"}
    assert {"flowable:candidateStrategy", "flowable:candidateParam"} <= tasks


@pytest.mark.parametrize(
    ("text", "feel"),
    [
        ("fn:length(reason) > 3", "string length(reason) > 3"),
        ("var:contains(list, 18, 24)", "(list contains(list, 18) and list contains(list, 24))"),
        ("vars:exists(x)", "x != null"),
        ("var:getOrDefault(days, 0) > 3", "(if days = null then 0 else days) > 3"),
        ("variables:isNotEmpty(a)", 'not((a = null or a = "" or a = []))'),
        ('kcontext.getVariable("days") > 3', "days > 3"),
    ],
)
def test_functions_of_other_engines_are_said_in_feel(text: str, feel: str) -> None:
    assert translate(text, condition=True).text == feel


def test_several_links_lead_to_their_one_other_end() -> None:
    result = imported("plain/jbpm_travel.bpmn")
    nodes = Diagram.parse("x", result.files["cn.office.travel.bpmn"]).processes[0].nodes
    assert {flow.source for flow in nodes["_6"].incoming} == {"_4", "_5"}
    assert "has no other end on its level" in said(result)


def test_inputs_of_jbpm_say_who_does_a_task() -> None:
    result = imported("plain/jbpm_travel.bpmn")
    process = Diagram.parse("x", result.files["cn.office.travel.bpmn"]).processes[0]
    assert process.lanes["_2"] == "部门主管"
    assert {flow.condition for flow in process.flows if flow.condition} == {"days > 3"}


def test_secrets_are_not_asked_for_in_a_form_and_parts_are_told() -> None:
    result = imported("spiffarena/purchase_capitals.bpmn")
    assert result.dialect == "SpiffArena"
    assert not any(b'"secrets"' in data for data in result.files.values())
    assert "request.total” is part of a value" in said(result)


def test_a_lane_is_not_called_after_a_computation() -> None:
    result = inline(
        '<startEvent id="s"/><endEvent id="e"/>'
        '<userTask id="t" activiti:assignee="${level == \'a\' ? ceo : cfo}"/>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="g" sourceRef="t" targetRef="e"/>'
    )
    assert set(Diagram.parse("x", result.files["p.bpmn"]).processes[0].lanes.values()) == {"cfo"}


def test_a_written_timer_in_feel_stays_when_its_diagram_comes_alone() -> None:
    result = inline(
        '<startEvent id="s"/><endEvent id="e"/><intermediateCatchEvent id="t">'
        "<timerEventDefinition><timeDuration>${wait}</timeDuration></timerEventDefinition>"
        '</intermediateCatchEvent><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="g" sourceRef="t" targetRef="e"/>'
    )
    assert b"duration(wait)" in result.files["p.bpmn"]
    assert import_bytes("p.bpmn", result.files["p.bpmn"]).files["p.bpmn"] == result.files["p.bpmn"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252"])
def test_what_older_western_tools_declare_is_read(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><definitions xmlns='
        '"http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="Prüfung">'
        '<task id="t" name="WORD"/></process></definitions>'
    )
    for data, word in (
        (text.replace("WORD", "é").encode(encoding), "é"),
        (text.replace("WORD", "审批").encode(), "审批"),
    ):
        assert word in import_bytes("x.bpmn", data).files["p.bpmn"].decode()


def test_what_would_become_too_large_is_refused_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.definitions.importer.FILE_BYTES", 100)
    with pytest.raises(DefinitionRefused) as refused:
        inline('<startEvent id="s"/><endEvent id="e"/>')
    assert "that becomes of it" in str(refused.value)
