"""The difference of two bundles in words."""

from __future__ import annotations

import pytest

from tests.pages.town import BUNDLE
from workflows.definitions.bundle import files_of_folder
from workflows.definitions.difference import Change, difference, marks

FILES = files_of_folder(BUNDLE)


def changed(path: str, old: str, new: str) -> tuple[Change, ...]:
    text = FILES[path].decode()
    assert old in text
    return difference(FILES, FILES | {path: text.replace(old, new, 1).encode()})


def test_the_same_has_no_difference() -> None:
    assert difference(FILES, dict(FILES)) == ()


@pytest.mark.parametrize(
    ("old", "new", "element", "what", "before", "after"),
    [
        (
            'value="workdays(2)"', 'value="workdays(3)"', "review", "due time",
            "workdays(2)", "workdays(3)",
        ),
        ('name="审核受理"', 'name="审核"', "review", "name", "审核受理", "审核"),
        ('"decline"', '"refuse"', "f4", "condition", 'outcome = "decline"', 'outcome = "refuse"'),
        ('default="f3"', "", "f3", "default flow", "true", ""),
        ('targetRef="end"', 'targetRef="end2"', "f5", "to", "办结", "不予受理"),
        ('value="acceptance"', 'value="handling"', "review", "stage", "acceptance", "handling"),
        (
            '<bpmn:flowNodeRef>review</bpmn:flowNodeRef>', "", "review", "lane", "直通车办", "",
        ),
    ],
)  # fmt: skip
def test_a_diagram_says_what_is_different(
    old: str, new: str, element: str, what: str, before: str, after: str
) -> None:
    found = changed("errand.bpmn", old, new)
    assert [(one.element, one.mark) for one in found] == [(element, "changed")]
    details = [(one.what, one.before, one.after) for one in found[0].details]
    assert details == [(what, before, after)]
    assert marks(found, "errand.bpmn") == {element: "changed"}


def test_elements_come_and_go() -> None:
    text = FILES["errand.bpmn"].decode()
    fresh = '<bpmn:userTask id="extra" name="领导签批"/></bpmn:process>'
    after = FILES | {"errand.bpmn": text.replace("</bpmn:process>", fresh).encode()}
    assert marks(difference(FILES, after), "errand.bpmn") == {"extra": "added"}
    assert marks(difference(after, FILES), "errand.bpmn") == {"extra": "removed"}


def test_a_moved_shape_is_told_as_drawing() -> None:
    found = changed("errand.bpmn", 'x="280" y="90"', 'x="290" y="90"')
    assert [(one.element, one.details[0].what) for one in found] == [("", "drawing")]


def test_forms_tell_fields_options_and_rules() -> None:
    found = changed("forms/review.form", '"accept"', '"take"')
    assert found
    assert {one.path for one in found} == {"forms/review.form"}
    assert any(detail.what == "options" for one in found for detail in one.details)


def test_tables_tell_rules_and_cells() -> None:
    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="x" name="x"
    namespace="x"><decision id="limits" name="期限"><decisionTable id="t" hitPolicy="FIRST">
    <input id="i" label="事项"><inputExpression id="ie"><text>kind</text></inputExpression></input>
    <output id="o" name="days" label="天数"/>
    <rule id="r1"><inputEntry id="a"><text>"x"</text></inputEntry>
    <outputEntry id="b"><text>5</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""
    before = {"limits.dmn": table.encode()}
    found = difference(before, {"limits.dmn": table.replace(">5<", ">7<").encode()})
    assert [(one.element, one.details[0].what) for one in found] == [("r1", "天数")]
    assert (found[0].details[0].before, found[0].details[0].after) == ("5", "7")


def test_settings_tell_lanes_and_stages() -> None:
    found = changed("bundle.toml", '"部门" = "registry"', '"部门" = "head"')
    assert [(one.sort, one.name) for one in found] == [("lane", "部门")]
    found = changed("bundle.toml", 'title = "受理"', 'title = "收件"')
    assert [(one.sort, one.mark) for one in found] == [("stage", "changed")]


def test_texts_tell_lines_and_files_come_and_go() -> None:
    before, after = {"texts/a.txt": "# 一\n二\n".encode()}, {"texts/a.txt": "# 一\n三\n".encode()}
    (one,) = difference(before, after)
    assert [(d.before, d.after) for d in one.details] == [("二", "三")]
    (added,) = difference({}, after)
    assert (added.mark, added.path) == ("added", "texts/a.txt")


def test_what_cannot_be_read_is_told_by_its_lines() -> None:
    found = difference(FILES, FILES | {"errand.bpmn": b"<broken"})
    assert [one.path for one in found] == ["errand.bpmn"]
    assert found[0].details
