import time

import pytest

from tests.definitions.drawing import Drawing, simple
from workflows.definitions.diagram import Diagram
from workflows.definitions.places import is_literal
from workflows.definitions.reading import Unreadable, canonical, decode, read_xml
from workflows.definitions.scripts import assignments


def chinese() -> Drawing:
    drawing = Drawing().ends()
    drawing.user("task", lane="综合窗口")
    return drawing.line("begin", "task", "finish")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "gb2312"])
def test_diagrams_are_read_in_every_chinese_encoding(encoding: str) -> None:
    data = chinese().xml(encoding)
    assert Diagram.parse("main.bpmn", data).processes[0].lanes == {"task": "综合窗口"}
    assert canonical(data).decode("utf-8").startswith("<?xml")


def test_a_wrong_declaration_is_overruled_by_the_bytes() -> None:
    data = chinese().xml().replace(b'encoding="utf-8"', b'encoding="gb2312"')
    assert Diagram.parse("main.bpmn", data).processes[0].lanes == {"task": "综合窗口"}
    bare = chinese().xml("gbk").replace(b'encoding="gbk"', b"")
    assert "综合窗口" in decode(bare)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "xml"),
        (b"PK\x03\x04\x00\x00\x00\x00", "text"),
        (b"\x00\x01\x02\x03", "text"),
        (b"<a>", "xml"),
        (b"<a/><b/>", "xml"),
        (b'<?xml version="1.0" encoding="ebcdic"?><a/>', "text"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "dtd"),
        (b'<?xml version="1.0"?><!-- x --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "dtd"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "dtd"),
        (b"<a>" + b"<b/>" * 30_000 + b"</a>", "size"),
        (b"<a>" * 200 + b"</a>" * 200, "size"),
        (b"<a " + b" ".join(b'x%d="1"' % one for one in range(80_000)) + b"/>", "size"),
        (b"<a>" * 100_000, "xml"),
        (b"<!--" * 200_000, "xml"),
        (b"x" * 1_000_001, "size"),
        ("<a b='\ud83d'/>".encode("utf-8", "surrogatepass"), "text"),
    ],
)
def test_hostile_bytes_are_refused_by_name_and_quickly(data: bytes, kind: str) -> None:
    started = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read_xml(data)
    assert refused.value.kind == kind
    assert refused.value.advice
    assert time.monotonic() - started < 2


def test_a_comment_about_a_doctype_is_no_doctype() -> None:
    assert read_xml(b"<a><!-- <!DOCTYPE --></a>") is not None


def test_script_lines_go_on_while_brackets_are_open_or_indented() -> None:
    found = assignments(
        '// remark\na = [\n1,\n2]\n\nb = if a = null\n  then 1 else 2\nc == 3\n"(" + d'
    )
    assert [(one.target, one.line) for one in found] == [("a", 2), ("b", 6), ("", 8), ("", 9)]
    assert found[0].text == "[\n1,\n2]"


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("PT5M", True),
        ("P1Y2M3DT4H5M6S", True),
        ("P2W", True),
        ("R3/PT10M", True),
        ("R/2024-01-01T00:00:00Z/P1D", True),
        ("2024-03-08", True),
        ("2024-03-08T09:00:00+08:00", True),
        ("P", False),
        ("PT", False),
        ("workdays(5)", False),
        ("due_at", False),
        ('"PT5M"', False),
    ],
)
def test_literal_times_are_told_from_expressions(text: str, literal: bool) -> None:
    assert is_literal(text) is literal


def test_a_diagram_knows_its_nodes_and_flows() -> None:
    scope = Diagram.parse("main.bpmn", simple().xml()).processes[0]
    task = scope.nodes["task"]
    assert (task.kind, task.properties["form"], task.waits) == ("userTask", "note", True)
    assert [node.id for node in scope.next_of(task)] == ["finish"]
    assert [node.id for node in scope.before(task)] == ["begin"]
