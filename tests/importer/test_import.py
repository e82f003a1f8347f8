"""What the importer makes of single words of the dialects."""

from __future__ import annotations

import json
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.importer.materials import FILES, imported, inline, said
from webapp.commands.importing import import_
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.diagram import Diagram
from workflows.definitions.importer import Imported
from workflows.definitions.reading import bpmn, local, read_xml
from workflows.errors import DefinitionRefused
from workflows.importing import import_bytes, import_path
from workflows.prepared import shipped_bundles

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def diagram(result: Imported) -> Diagram:
    (path,) = [one for one in result.files if one.endswith(".bpmn")]
    return Diagram.parse(path, result.files[path])


def form(result: Imported, name: str) -> dict[str, dict[str, object]]:
    read = json.loads(result.files[f"forms/{name}.form"])
    return {one["key"]: one for one in read["components"]}


def line(ids: str) -> str:
    steps = ids.split()
    return "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{one}" targetRef="{other}"/>'
        for n, (one, other) in enumerate(pairwise(steps))
    )


def test_people_become_lanes_roles_and_units() -> None:
    result = imported("activiti/leave_simple.bpmn20.xml")
    settings = tomllib.loads(result.files["bundle.toml"].decode())
    assert settings["lanes"] == {
        "申请人": "enterprise", "deptLeader": "leader", "generalManager": "leader",
    }  # fmt: skip
    assert settings["title"] == "请假流程"
    (scope,) = diagram(result).processes
    assert (scope.lanes["apply"], scope.lanes["bossAudit"]) == ("申请人", "generalManager")
    finance = inline(
        f'{ENDS}<userTask id="t" name="复核" activiti:candidateGroups="finance"/>{line("s t e")}'
    )
    (node,) = [one for one in diagram(finance).nodes() if one.kind == "userTask"]
    assert node.properties["unit"] == '"finance"'


def test_form_properties_become_fields() -> None:
    fields = form(imported("activiti/leave_simple.bpmn20.xml"), "apply")
    assert fields["days"]["type"] == "number"
    assert fields["reason"]["validate"] == {"required": True}
    assert [one["value"] for one in fields["leaveType"]["values"]] == [
        "annual", "sick", "personal",
    ]  # fmt: skip


def test_embedded_forms_become_files() -> None:
    fields = form(imported("camunda8/leave_forms.bpmn"), "form_leave")
    assert fields["reason"]["conditional"] == {"hide": "=days < 1"}
    assert "F4: a html is not shown here" in said(imported("camunda8/leave_forms.bpmn"))


def test_several_ways_out_of_a_task_get_a_gateway_with_a_default() -> None:
    scope = diagram(imported("activiti/purchase_tasks_split.bpmn20.xml")).processes[0]
    (gateway,) = [one for one in scope.nodes.values() if one.kind == "exclusiveGateway"]
    assert [flow.source for flow in scope.nodes[gateway.id].incoming] == ["audit"]
    default = next(flow for flow in gateway.outgoing if flow.id == gateway.default)
    assert default.name == "退回"


def test_a_countersignature_keeps_collection_item_and_condition() -> None:
    result = imported("activiti/seal_use_countersign.bpmn20.xml")
    node = next(one for one in diagram(result).nodes() if one.id == "countersign")
    assert node.instances is not None
    text = "".join(node.instances.itertext())
    assert "assigneeList" in text
    assert "numberOfCompletedInstances / numberOfInstances >= 0.6" in text
    assert node.properties["assignee"] == "assignee"


def test_what_cannot_be_translated_is_a_named_placeholder() -> None:
    result = inline(
        f'{ENDS}<userTask id="t" name="经理审批"/><exclusiveGateway id="g"/>'
        '<userTask id="u" name="局长审批"/>'
        '<sequenceFlow id="a" sourceRef="s" targetRef="t"/>'
        '<sequenceFlow id="b" sourceRef="t" targetRef="g"/>'
        '<sequenceFlow id="c" sourceRef="g" targetRef="u"><conditionExpression>'
        "${ruleService.check(execution)}</conditionExpression></sequenceFlow>"
        '<sequenceFlow id="d" sourceRef="g" targetRef="e"/>'
        '<sequenceFlow id="f" sourceRef="u" targetRef="e"/>'
    )
    flows = {flow.id: flow.condition for flow in diagram(result).processes[0].flows}
    assert flows["c"] == "condition_c = true"
    assert form(result, "t")["condition_c"]["type"] == "checkbox"
    assert "ruleService.check(execution)" in said(result)
    assert result.status == 1


def test_code_is_an_operation_that_somebody_must_write() -> None:
    result = inline(
        f'{ENDS}<serviceTask id="t" activiti:class="cn.example.PayDelegate"/>{line("s t e")}'
    )
    node = next(one for one in diagram(result).nodes() if one.id == "t")
    assert node.operator is not None
    assert node.operator.get("id") == "pay_delegate"
    assert any(one.rule == 704 for one in result.findings)


def test_words_instead_of_conditions_are_choices_of_the_step_before() -> None:
    result = imported("plain/visio_no_ids.bpmn")
    field = form(result, "c")["outcome"]
    assert [one["value"] for one in field["values"]] == ["同意", "不同意"]


def test_a_foreign_script_of_assignments_is_feel() -> None:
    result = imported("activiti/vehicle_scripts.bpmn20.xml")
    scripts = {one.id: one.script for one in diagram(result).nodes() if one.script}
    assert scripts["init"] == 'cost = distance * 2.5\ncost = cost\nlevel = "normal"'
    assert scripts["js"] == 'urgent = level = "urgent" or cost > 300'
    assert "complex" not in scripts


def test_pools_become_files_and_message_flows_are_told() -> None:
    result = imported("plain/two_pools.bpmn")
    assert {"company.bpmn", "bureau.bpmn"} <= set(result.files)
    assert {line.element for line in result.report.lines if line.subject == "messageFlow"} == {
        "mf1", "mf2",
    }  # fmt: skip


@pytest.mark.parametrize("folder", shipped_bundles(), ids=lambda one: one.name)
def test_bundles_of_ours_come_out_as_they_are(folder: Path) -> None:
    result = import_path(folder)
    assert dict(result.files) == files_of_folder(folder)
    assert result.report.lines == []


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04zip", b"<html/>", b"<a", b"\xff\xfe\x00",
        b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>',
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        b"<definitions>" + b"<a>" * 100 + b"</a>" * 100 + b"</definitions>",
        b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_what_is_no_diagram_is_refused(data: bytes) -> None:
    with pytest.raises(DefinitionRefused):
        import_bytes("x.bpmn", data)


def test_the_command_writes_a_bundle_and_says_what_became_of_it(tmp_path: Path) -> None:
    source = FILES / "activiti/purchase_tasks_split.bpmn20.xml"
    out = tmp_path / "out"
    runner = CliRunner()
    ran = runner.invoke(import_, [str(source), "--out", str(out), "--json"], standalone_mode=False)
    read = json.loads(ran.output)
    assert ran.return_value == read["status"] == 0
    assert read["dialect"] == "Activiti / Flowable"
    assert sorted(files_of_folder(out)) == read["files"]
    assert {line["severity"] for line in read["report"]} <= {"dropped", "guessed", "todo", "kept"}
    before = files_of_folder(out)
    again = runner.invoke(
        import_, [str(out / "purchase.bpmn"), "--out", str(out), "--json"], standalone_mode=False
    )
    assert json.loads(again.output)["report"] == []
    assert files_of_folder(out) == before


def test_the_command_speaks_the_language_that_it_is_asked_for(tmp_path: Path) -> None:
    source = FILES / "activiti/expense_listeners.bpmn20.xml"
    for language, word in (("zh", "监听器"), ("en", "The listener")):
        asked = [str(source), "--out", str(tmp_path / language), "--language", language]
        assert word in CliRunner().invoke(import_, asked, standalone_mode=False).output


def test_the_command_leaves_folders_of_others_alone(tmp_path: Path) -> None:
    (tmp_path / "other.bpmn").write_text("x")
    source = FILES / "activiti/leave_simple.bpmn20.xml"
    ran = CliRunner().invoke(import_, [str(source), "--out", str(tmp_path)], standalone_mode=False)
    assert isinstance(ran.exception, DefinitionRefused)
    assert [one.name for one in tmp_path.iterdir()] == ["other.bpmn"]


def test_an_event_subprocess_becomes_events_on_borders() -> None:
    nodes = {
        node.id: node
        for node in diagram(imported("flowable/event_subprocess_compensation.bpmn20.xml")).nodes()
    }
    assert nodes["esp_on_book"].attached_to == "book"
    assert nodes["esp"].element.get("triggeredByEvent") is None
    branching = inline(
        f'{ENDS}<userTask id="t"/><userTask id="u"/><parallelGateway id="g"/>'
        '<subProcess id="x" triggeredByEvent="true"><startEvent id="xs"><messageEventDefinition/>'
        "</startEvent></subProcess>"
        '<sequenceFlow id="a" sourceRef="s" targetRef="g"/>'
        '<sequenceFlow id="b" sourceRef="g" targetRef="t"/>'
        '<sequenceFlow id="c" sourceRef="g" targetRef="u"/>'
        '<sequenceFlow id="d" sourceRef="t" targetRef="e"/>'
        '<sequenceFlow id="f" sourceRef="u" targetRef="e"/>'
    )
    assert "branches run beside each other" in said(branching)


def test_what_joins_in_a_loop_is_called() -> None:
    result = imported("flowable/contract_parallel.bpmn20.xml")
    called = Diagram.parse("x", result.files["contract_join.bpmn"]).processes[0]
    assert {"fork", "join"} <= set(called.nodes)
    assert not any(finding.rule == 406 for finding in result.findings)
    assert set(called.lanes.values()) >= {called.lanes["fork"]}


def test_lanes_that_were_made_are_drawn_where_steps_lie_together() -> None:
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{one}"><dc:Bounds x="{x}" y="{y}" width="100" height="80"/>'
        "</di:BPMNShape>"
        for one, x, y in (("s", 0, 0), ("t", 150, 0), ("u", 300, 200), ("e", 450, 200))
    )
    spaces = (
        'xmlns:activiti="http://activiti.org/bpmn"'
        ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    )
    picture = (
        f'<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    )
    result = inline(
        f'{ENDS}<userTask id="t" activiti:candidateGroups="leader"/>'
        f'<userTask id="u" activiti:candidateGroups="clerk"/>{line("s t u e")}',
        spaces=spaces,
        roots=picture,
    )
    root = read_xml(result.files["p.bpmn"])
    drawn = {one.get("bpmnElement") for one in root.iter() if local(one) == "BPMNShape"}
    assert {one.get("id") for one in root.iter(bpmn("lane"))} <= drawn
