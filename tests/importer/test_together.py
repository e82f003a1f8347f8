"""Files that come together: diagrams that call each other, decisions, forms, and other things."""

from __future__ import annotations

import json
from pathlib import Path

from workflows.definitions.archive import pack
from workflows.definitions.bundle import Bundle, files_of_folder
from workflows.definitions.definition import Definition
from workflows.definitions.diagram import Diagram
from workflows.importing import import_path, import_upload, write_bundle

SETS = Path(__file__).parent / "sets"


def test_a_folder_comes_whole_with_what_its_diagrams_speak_of(tmp_path: Path) -> None:
    result = import_path(SETS / "flowable_leave")
    assert {"leaveApproval.bpmn", "hr_record.bpmn", "leave_level.dmn"} <= set(result.files)
    fields = {
        one["key"]: one
        for one in json.loads(result.files["forms/leave-request.form"])["components"]
    }
    assert fields["kind"]["values"][0]["value"] == "年假"
    assert fields["days"]["validate"] == {"required": True}
    assert b"<text>1</text>" in result.files["leave_level.dmn"]
    errors = {(one.element, one.rule) for one in result.findings if one.severity == "error"}
    assert errors == {("leader_before", 704)}  # the listener's operation
    told = {line.subject for line in result.report.lines}
    assert {"notes.docx", "leave-request.form"} <= told
    archive = tmp_path / "app.zip"
    archive.write_bytes(pack(files_of_folder(SETS / "flowable_leave")))
    assert dict(import_path(archive).files) == dict(result.files)
    write_bundle(result, tmp_path / "out")
    again = import_path(tmp_path / "out")
    assert (dict(again.files), again.report.lines) == (dict(result.files), [])


def test_a_file_brings_what_lies_beside_it_and_no_more() -> None:
    result = import_path(SETS / "camunda_loan/loan.bpmn")
    assert "rating.dmn" in result.files
    assert "other.bpmn" not in result.files
    assert not [one for one in result.findings if one.severity == "error"]
    assert Definition.compile(Bundle.from_files(result.files)).bundle.main == "loan"
    nodes = {node.id: node for node in Diagram.parse("", result.files["loan.bpmn"]).nodes()}
    assert nodes["rate_result"].script == "grade = rating"
    assert b"amount * 2" in result.files["rating.dmn"]


def test_the_same_ids_in_two_files_do_not_meet() -> None:
    one = (SETS / "camunda_loan/other.bpmn").read_bytes()
    result = import_upload({"a.bpmn": one, "b/other.bpmn": one})
    assert {"other.bpmn", "other_2.bpmn"} <= set(result.files)
    assert all(not line.element or line.severity != "todo" for line in result.report.lines)
