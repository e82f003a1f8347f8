"""Every file of another product: imported, explained, repeatable, and nothing lost silently."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.importer.materials import FILES, NAMES, imported, said
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.definitions.importer.doorstep import STANDARD
from workflows.definitions.reading import BPMN, bpmn, local, namespace, read_xml
from workflows.importing import import_bytes, import_path, write_bundle

SECONDS = 10
SILENT_TEXTS = ("flowNodeRef", "incoming", "outgoing", "dataInputRefs", "targetRef")


def test_there_are_files_of_every_dialect() -> None:
    assert len(NAMES) >= 40
    assert {name.partition("/")[0] for name in NAMES} == {
        "activiti", "camunda7", "camunda8", "flowable", "plain", "spiffarena",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_error_that_is_left_is_a_task_for_the_admin(name: str) -> None:
    result = imported(name)
    tasks = {
        (line.element, line.subject) for line in result.report.lines if line.severity == "todo"
    }
    for finding in result.findings:
        if finding.severity == "error":
            assert (finding.element, f"check {finding.rule}") in tasks
    assert result.status == int(bool(tasks))


@pytest.mark.parametrize("name", NAMES)
def test_what_the_check_accepts_is_compiled_by_the_engine(name: str) -> None:
    result = imported(name)
    if not any(finding.severity == "error" for finding in result.findings):
        compiled = Definition.compile(Bundle.from_files(result.files))
        assert compiled.bundle.main


@pytest.mark.parametrize("name", NAMES)
def test_importing_ones_own_output_changes_and_says_nothing(name: str, tmp_path: Path) -> None:
    result = imported(name)
    write_bundle(result, tmp_path)
    for diagram in tmp_path.glob("*.bpmn"):
        again = import_path(diagram)
        assert dict(again.files) == dict(result.files)
        assert again.report.lines == []


@pytest.mark.parametrize("name", NAMES)
def test_a_written_diagram_by_itself_stays_as_it_is(name: str) -> None:
    for path, data in imported(name).files.items():
        if path.endswith(".bpmn"):
            assert import_bytes(path, data).files[path] == data


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_gives_the_same_bundle(name: str) -> None:
    path = FILES / name
    began = time.monotonic()
    again = import_bytes(path.name, path.read_bytes())
    assert time.monotonic() - began < SECONDS
    assert dict(again.files) == dict(imported(name).files)
    assert again.report.lines == imported(name).report.lines


def plain(text: str) -> str:
    """Return a text without blanks, entities and escapes, so that quotations compare."""
    return re.sub(r"[\s\\]", "", html.unescape(html.unescape(text)))


def pieces(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield every vendor's attribute, and every value and text inside extensions."""
    for element in root.iter():
        inside = any(local(one) == "extensionElements" for one in element.iterancestors())
        for key, value in element.attrib.items():
            space = str(key)[1:].partition("}")[0] if str(key).startswith("{") else ""
            if (inside or space not in STANDARD) and value.strip():
                yield f"{local(element)}/@{key}", value
        if inside and len(element) == 0 and (element.text or "").strip():
            yield local(element), element.text
        standard = namespace(element) == BPMN and local(element) not in SILENT_TEXTS
        if not inside and standard and (element.text or "").strip():
            yield local(element), element.text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_vendor_is_lost_silently(name: str) -> None:
    result = imported(name)
    texts = [said(result), *(data.decode() for path, data in result.files.items())]
    known = plain("\n".join(texts))
    lost = [
        (where, value)
        for where, value in pieces(read_xml((FILES / name).read_bytes()))
        if plain(value) not in known
    ]
    assert lost == []


@pytest.mark.parametrize("name", NAMES)
def test_every_element_of_the_standard_is_kept_or_told(name: str) -> None:
    result = imported(name)
    output = "\n".join(data.decode() for data in result.files.values())
    known = plain(said(result) + output)
    ids = {line.element for line in result.report.lines}
    for element in read_xml((FILES / name).read_bytes()).iter():
        inside = any(local(one) == "extensionElements" for one in element.iterancestors())
        if namespace(element) != BPMN or inside or local(element) == "definitions":
            continue
        for key in ("id", "name"):
            value = element.get(key)
            if value and element.getparent() is not None:
                assert plain(value) in known or value in ids, (local(element), key, value)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_chinese_stay_as_they_are(name: str) -> None:
    result = imported(name)
    output = "\n".join(
        data.decode() for path, data in result.files.items() if path.endswith("bpmn")
    )
    for task in read_xml((FILES / name).read_bytes()).iter(bpmn("userTask")):
        assert f'name="{task.get("name")}"' in output


@pytest.mark.parametrize("name", NAMES)
def test_every_node_and_flow_has_a_shape(name: str) -> None:
    for path, data in imported(name).files.items():
        if path.endswith(".bpmn"):
            root = read_xml(data)
            shown = {one.get("bpmnElement") for one in root.iter()}
            for element in root.iter():
                if namespace(element) == BPMN and element.find(bpmn("incoming")) is not None:
                    assert element.get("id") in shown
                if element.tag == bpmn("sequenceFlow"):
                    assert element.get("id") in shown
