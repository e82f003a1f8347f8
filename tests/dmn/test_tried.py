"""A decision tried by itself: what is asked for, which rules fire, what comes out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.browser.company import BUNDLE
from workflows.definitions.bundle import files_of_folder
from workflows.dmn.tried import Tried, try_decision

FILES = files_of_folder(BUNDLE)


def tried(name: str, **given: str) -> Tried:
    return try_decision(f"{name}.dmn", FILES[f"{name}.dmn"], name, given)


def test_a_column_is_asked_for_whatever_it_asks_the_case() -> None:
    found = tried("extension_limits", **{'count_of("extensions")': "5", "fast_track": "false"})
    asked = {one.key: (one.label, one.type) for one in found.asks}
    assert asked['count_of("extensions")'] == ("已延期次数", "number")
    assert asked["fast_track"][1] == "boolean"
    (fired,) = found.fired
    assert fired.rule == f"extension_limits_0{fired.number}"
    assert "第二十条" in fired.note
    assert ("可以延期", False) in found.results[0]


def test_words_need_no_quotation_marks_and_options_are_what_the_rules_speak_of() -> None:
    found = tried("handling_limits", urgency="urgent")
    (urgency,) = (one for one in found.asks if one.key == "urgency")
    assert urgency.options == ("urgent",)
    assert found.fired[0].number == tried("handling_limits", urgency='"urgent"').fired[0].number
    assert found.results[0][0] == ("工作日", Decimal(5))


def test_required_decisions_are_asked_with_it_and_functions_of_the_case_answer() -> None:
    found = tried("routing", category="land_site", **{"duty()": "自然资源局"})
    assert {one.key: one.kind for one in found.asks}["duty()"] == "function"
    assert [one.table for one in found.fired] == ["查哪一级的责任清单", "转办建议"]
    assert ("建议承办单位", "自然资源局") in found.results[0]


@pytest.mark.parametrize(
    ("old", "new", "given", "said"),
    [
        ("&gt;= 2", "&gt;= )", "2", "cannot"),
        ("&lt; 2", "&lt; 2", "zwei", "退回次数"),
        ('"FIRST"', '"UNIQUE"', "1", "these do: 1, 3"),
        ("origin = ", "nowhere = ", "1", ""),
    ],
)
def test_what_cannot_be_evaluated_is_told(old: str, new: str, given: str, said: str) -> None:
    content = FILES["returns.dmn"].decode().replace(old, new).encode()
    values = {"returns": given, "fast_track": "true"}
    found = try_decision("returns.dmn", content, "returns", values)
    assert found.asks
    assert said in found.error + found.wrong
    assert bool(found.results) == (not said)
    assert "tried_value" not in found.error
