"""What editors offer and say while one types: the words of a draft, and the check's own faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, Town
from workflows.definitions.bundle import files_of_folder
from workflows.feel.library import BUILTINS
from workflows.operations import registry
from workflows.vocabulary import NAMES
from workflows.wordbook import chinese, declared_in, faults_of, read, wordbook

TRAIN = Path("bpmn/through_train")


@pytest.fixture(scope="module")
def book() -> dict[str, Any]:
    """The words of the shipped process, for one of its diagrams."""
    return wordbook(read(files_of_folder(TRAIN)), "acceptance.bpmn", "zh")


def test_everything_that_is_offered_is_explained_in_chinese() -> None:
    assert set(chinese.WORDS) == set(NAMES)
    assert set(chinese.FUNCTIONS) == set(BUILTINS)
    assert set(chinese.OPERATIONS) == set(registry)
    for name, said in chinese.OPERATIONS.items():
        assert set(registry[name].parameters) <= set(said.parameters), name


def test_pickers_find_forms_tables_and_operations(book: dict[str, Any]) -> None:
    review = next(one for one in book["forms"] if one["name"] == "review")
    assert {"accept", "supplement", "decline"} <= {one["value"] for one in review["outcomes"]}
    limits = next(one for one in book["decisions"] if one["id"] == "time_limits")
    assert limits["columns"] == ["limit", "days", "warn"]
    assert ['"review"', "2", "1", "受理审核，工作日"] in limits["rows"]
    count = next(one for one in book["operations"] if one["name"] == "count")
    assert count["parameters"][0]["meaning"].startswith("计数器名称")
    assert {"name": "linked_case_closed", "file": "split_course.bpmn"} in book["messages"]


def test_names_say_what_sets_them_and_where_they_are_known(book: dict[str, Any]) -> None:
    names = [one["name"] for one in book["names"]]
    urgency = book["names"][names.index("urgency")]
    assert (urgency["origin"], urgency["where"]) == ("form", "review")
    assert {one["value"] for one in urgency["choices"]} == {"normal", "urgent"}
    assert names.index("points") not in book["at"]["review"]
    assert names.index("urgency") in book["sets"]["review"]
    assert names.index("time_limits") in book["at"]["review"]


@pytest.mark.parametrize(
    ("kind", "text", "rule", "marked"),
    [
        ("value", 'outcom = "accept"', 702, "outcom"),
        ("value", '"outcom" = outcome and workday(3) > now()', 703, "workday"),
        ("value", "1 +", 701, ""),
        ("value", 'fact("decline_resaon")', 707, "decline_resaon"),
        ("due", "P5X", 702, "P5X"),
        ("due", "R/P1D", 753, "R/P1D"),
        ("timeDate", '"2026-01-01"', 754, '"2026-01-01"'),
        ("timeCycle", "R/PT0S", 752, "R/PT0S"),
        ("unit", '"no_such_unit"', 709, '"no_such_unit"'),
        ("assignments", 'a = 1\n// a remark\nb = [\n  1,\n  outcom\n]', 702, "outcom"),
        ("assignments", "a = 1\nb", 705, "b"),
        ("tests", '< 5, outcom', 702, "outcom"),
    ],
)  # fmt: skip
def test_one_expression_is_told_what_the_check_would_say(
    kind: str, text: str, rule: int, marked: str
) -> None:
    known = declared_in(files_of_folder(BUNDLE))
    faults = faults_of(text, kind, known, units=frozenset(("office",)))
    assert [one.rule.number for one in faults] == [rule]
    [fault] = faults
    end = fault.position + fault.length if fault.length else len(text)
    assert text[fault.position : end] == marked


def test_what_is_sound_has_no_faults() -> None:
    known = declared_in(files_of_folder(TRAIN))
    for kind, text in (
        ("due", 'workdays(time_limits[limit = "review"][1].days)'),
        ("due", "P5D"),
        ("unit", "department"),
        ("assignments", "x = 1\ny = x + opinions_missing"),
        ("tests", "-"),
        ("value", ""),
    ):
        assert not faults_of(text, kind, known, names=("x",)), text


def test_an_editor_asks_the_server(town: Town, admin: Reader) -> None:
    page = admin.client.get("/studio/errand/v1/wordbook?path=errand.bpmn").get_json()
    assert page["language"] == "zh"
    assert {"key": "handler", "title": "承办人"} in page["roles"]
    assert "roads" in {one["key"] for one in page["units"]}
    assert "review" in page["sets"]
    sent = {"expression": 'outcom = "accept"', "kind": "value", "path": "errand.bpmn"}
    [problem] = _asked(admin, sent)
    assert (problem["position"], problem["end"]) == (0, 6)
    assert "outcome" in problem["sentence"]
    assert "没有任何地方声明" in problem["sentence"]
    assert problem["mend"]
    known = {"expression": "brand_new = 1", "kind": "value", "path": "", "names": ["brand_new"]}
    assert _asked(admin, known) == []
    _asked(admin, {**known, "kind": "eval"}, status=422)


def _asked(admin: Reader, sent: dict[str, Any], status: int = 200) -> list[dict[str, Any]]:
    headers = {"X-CSRFToken": admin.token("/account"), "Accept": "application/json"}
    answer = admin.client.post("/studio/errand/v1/expression", json=sent, headers=headers)
    assert answer.status_code == status, answer.text
    found: list[dict[str, Any]] = answer.get_json().get("problems", [])
    return found
