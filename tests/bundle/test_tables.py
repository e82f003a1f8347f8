"""The decision tables answer every case, and every limit names its value, source and owner."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.bundle.drawing import FOLDER
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition

CATEGORIES = {
    option.value
    for option in Definition.compile(Bundle.from_folder(FOLDER))
    .form("booking_form")
    .by_key["category"]
    .options
}


@cache
def definition() -> Definition:
    """The shipped bundle, compiled once."""
    return Definition.compile(Bundle.from_folder(FOLDER))


def decide(decision: str, scope: Mapping[str, Any], **functions: Any) -> Any:
    """Return what a table of the bundle answers."""
    return definition().decisions.evaluate(decision, scope, functions).value


def test_land_has_five_subtypes() -> None:
    assert len([one for one in CATEGORIES if one.startswith("land_")]) == 5


def test_every_limit_stands_once_with_source_and_owner() -> None:
    for decision in (
        "time_limits",
        "handling_limits",
        "supervision_ladder",
        "signature",
        "recheck",
    ):
        table = definition().decisions.table(decision)
        assert table is not None
        assert table.annotations[:2] == ("来源", "负责单位")
        for rule in table.rules:
            assert all(rule.annotations), rule.id
    limits = [row["limit"] for row in decide("time_limits", {})]
    assert len(limits) == len(set(limits))


def test_the_diagrams_ask_for_limits_that_stand_in_the_table_and_for_no_number() -> None:
    known = {row["limit"] for row in decide("time_limits", {})}
    asked = set()
    for path in FOLDER.glob("*.bpmn"):
        text = path.read_text(encoding="utf-8").replace("&quot;", '"')
        for which in re.findall(r"time_limits\[limit = ([^\]]+)\]", text):
            asked |= set(re.findall(r'"(\w+)"', which))
        assert not re.search(r"(workdays|calendar_days)\(\d", text), path.name
    assert asked == known


@pytest.mark.parametrize("category", sorted(CATEGORIES))
@pytest.mark.parametrize("level", ["town", "county", "city"])
def test_every_category_is_routed_at_every_level(category: str, level: str) -> None:
    scope = {"category": category, "place": "county", "level": level, "town": "a_town"}
    found = decide("routing", scope, duty=lambda category, place: f"{place}:{category}")
    at_the_city = level == "city" or category in ("facility_power", "finance")
    seat = "city" if at_the_city else "county"
    assert found["department"] == ("a_town" if level == "town" else f"{seat}:{category}")
    assert found["proposed_department"] == found["department"]
    assert found["routing_note"]


def test_what_is_on_no_list_is_proposed_to_nobody() -> None:
    scope = {"category": "other", "place": "county", "level": "county", "town": None}
    assert decide("routing", scope, duty=lambda category, place: None)["department"] is None


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"reported_at": "city"}, "city"),
        ({"cross_county": True}, "city"),
        ({"amount": 10000}, "city"),
        ({"amount": 9999}, "county"),
        ({"town": "a_town", "category": "facility_road", "amount": 49}, "town"),
        ({"town": "a_town", "category": "facility_road", "amount": 50}, "county"),
        ({"town": "a_town", "category": "land_plan", "amount": 1}, "county"),
        ({}, "county"),
    ],
)
def test_the_level_follows_place_reach_and_amount(facts: dict[str, Any], level: str) -> None:
    plain = {"cross_county": False, "amount": None, "town": None, "category": "other"}
    kind = facts.get("reported_at", "county")
    found = decide("level_rule", {**plain, **facts}, place_kind=lambda: kind)
    assert found["level"] == level


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_every_category_has_a_limit(category: str) -> None:
    scope = {"category": category, "place": "county"}
    limit = decide("handling_limits", {**scope, "fast_track": False, "urgency": "normal"})
    assert 0 < limit["handling_warn_days"] < limit["handling_days"]
    urgent = decide("handling_limits", {**scope, "fast_track": False, "urgency": "urgent"})
    fast = decide("handling_limits", {**scope, "fast_track": True, "urgency": "urgent"})
    assert fast["handling_days"] < urgent["handling_days"] < limit["handling_days"]


@pytest.mark.parametrize(
    ("returns", "fast_track", "origin", "route"),
    [
        (1, False, "", "redispatch"),
        (2, False, "", "ruling"),
        (3, False, "", "ruling"),
        (1, True, "", "ruling"),
        (1, False, "part", "ruling"),
        (1, False, "visit", "redispatch"),
    ],
)
def test_the_second_return_is_the_last(
    returns: int, fast_track: bool, origin: str, route: str
) -> None:
    scope = {"returns": returns, "fast_track": fast_track, "origin": origin}
    found = decide("returns", scope)
    assert found["return_route"] == route


@pytest.mark.parametrize(
    ("round_", "points", "level", "bad"),
    [
        (1, 59, "satisfied", True),
        (1, 60, "fairly_satisfied", False),
        (1, 85, "dissatisfied", True),
        (1, 100, "very_dissatisfied", True),
        (1, 98, "very_satisfied", False),
        (2, 10, "very_dissatisfied", False),
    ],
)
def test_a_bad_score_is_mended_once(round_: int, points: int, level: str, bad: bool) -> None:
    scope = {"round": round_, "points": points, "level": level, "solved": "no"}
    found = decide("scoring", scope, fact={"reply_result": "explained"}.get)
    assert found["rectify"] is bad


@pytest.mark.parametrize(
    ("result", "solved", "bad"),
    [("solved", "no", True), ("solved", "yes", False), ("planned", "no", False)],
)
def test_a_department_s_word_against_the_company_s_is_looked_into(
    result: str, solved: str, bad: bool
) -> None:
    scope = {"round": 1, "points": 90, "level": "satisfied", "solved": solved}
    assert decide("scoring", scope, fact={"reply_result": result}.get)["rectify"] is bad


@pytest.mark.parametrize("urgency", ["normal", "urgent"])
def test_the_ladder_is_climbed_rung_by_rung(urgency: str) -> None:
    climbed = []
    rung, left = 0, 9
    while True:
        scope = {"rung": rung, "days_left": left, "fast_track": False, "urgency": urgency}
        found = decide("supervision_ladder", scope)
        if found["next_rung"] is None:
            break
        climbed.append(found)
        rung, left = found["next_rung"], max(-found["rung_days"], 0)
    levels = [one["rung_level"] for one in climbed]
    assert levels == ["remind", "remind", "letter", "leader", "talk"]
    days = [one["rung_days"] for one in climbed]
    assert days == sorted(days)
    assert days[1:3] == [0, 0]


def test_the_urgent_ladder_is_steeper() -> None:
    plain = {"rung": 3, "days_left": 0, "fast_track": False}
    normal = decide("supervision_ladder", {**plain, "urgency": "normal"})
    for urgent in ({"urgency": "urgent"}, {"urgency": "normal", "fast_track": True}):
        assert decide("supervision_ladder", {**plain, **urgent})["rung_days"] < normal["rung_days"]


@pytest.mark.parametrize(
    ("facts", "signs"),
    [
        ({"reply_result": "not_possible"}, False),
        ({"lead_leader": "张三", "reply_result": "solved"}, False),
        ({"lead_leader": "张三", "reply_result": "not_possible"}, True),
        ({"lead_leader": "张三", "reply_result": "planned", "policy_conflict": True}, True),
    ],
)
def test_a_leader_signs_what_was_decided_at_the_table_and_cannot_be_done(
    facts: Mapping[str, Any], signs: bool
) -> None:
    assert decide("signature", {}, fact=facts.get)["leader_signs"] is signs


PLAIN = {
    "outcome": "handle",
    "historical": False,
    "disputed": False,
    "several_departments": False,
    "asked_before": False,
    "wants_session": False,
    "ruling_failed": False,
}


@pytest.mark.parametrize(
    ("change", "returns", "proposed"),
    [
        ({}, 0, False),
        ({"historical": True}, 0, True),
        ({"disputed": True}, 0, True),
        ({"several_departments": True}, 0, True),
        ({"wants_session": True}, 0, True),
        ({"asked_before": True}, 0, True),
        ({"ruling_failed": True}, 0, True),
        ({"outcome": "session"}, 0, True),
        ({}, 1, False),
        ({}, 2, True),
    ],
)
def test_hard_cases_go_to_the_session(
    change: Mapping[str, Any], returns: int, proposed: bool
) -> None:
    found = decide("agenda_proposal", {**PLAIN, **change}, count_of=lambda what: returns)
    assert found["propose_session"] is proposed
    assert found["agenda_reason"]


def test_personal_data_are_marked() -> None:
    assert {"contact_name", "contact_phone", "signed_by", "measures"} <= definition().personal_keys
