"""Operations between cases: links made and ended, messages to those that are linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models.queries.links import count_open, linked_numbers
from models.tables import Case
from tests.operations.conftest import NOW, Bench
from workflows.actor import SYSTEM, Actor
from workflows.errors import OperationRefused, StepFailed
from workflows.operations import registry
from workflows.operations.links import link_case, tell, tell_self, unlink_case
from workflows.outbox import payload_of


def link(bench: Bench, case_id: int, number: str, kind: str) -> None:
    with bench.step(case_id) as context:
        link_case(replace(context, actor=SYSTEM), number=number, kind=kind)


def test_a_link_is_made_ended_and_made_again(bench: Bench) -> None:
    one, two = bench.case("T1"), bench.case("T2")
    link(bench, one, " t2 ", "theme")
    assert bench.read(lambda s: linked_numbers(s, one, "theme")) == ["T2"]
    assert bench.read(lambda s: linked_numbers(s, two, "theme")) == ["T1"]
    with bench.step(one) as context:
        unlink_case(replace(context, now=NOW + timedelta(days=1)), kind="theme")
    assert bench.read(lambda s: linked_numbers(s, one, "theme")) == []
    (row,) = bench.rows("case_links")
    assert row["ended_at"] == NOW + timedelta(days=1)
    link(bench, one, "T2", "theme")
    (row,) = bench.rows("case_links")
    assert row["ended_at"] is None
    with bench.step(two) as context:
        unlink_case(context, kind="theme")
    assert bench.read(lambda s: linked_numbers(s, one, "theme")) == ["T2"]


def test_a_story_line_names_the_other_case(bench: Bench) -> None:
    one, _ = bench.case("T1"), bench.case("T2")
    with bench.step(one) as context:
        title = link_case(replace(context, actor=SYSTEM), number="T2", kind="related")
        assert title == "T2"
        assert context.changes.timeline == [
            ("case_linked", {"number": "T2", "kind": "related"}, True)
        ]


def test_only_what_the_actor_sees_can_be_linked(bench: Bench) -> None:
    one, _ = bench.case("T1"), bench.case("T2")
    with pytest.raises(OperationRefused, match="no case T2"), bench.step(one) as context:
        link_case(replace(context, actor=Actor(name="外人")), number="T2", kind="related")


def test_the_opener_is_not_counted_among_the_parts(bench: Bench) -> None:
    parent, part, inner = bench.case("T1"), bench.case("T2"), bench.case("T3")
    for opener, other, number in ((parent, part, "T2"), (part, inner, "T3")):
        link(bench, opener, number, "part")
        with bench.city.database.transaction() as session:
            row = session.get_one(Case, other)
            row.parent_id, row.origin = opener, "part"
    assert bench.read(lambda s: count_open(s, parent, "part")) == 1
    assert bench.read(lambda s: count_open(s, part, "part")) == 1
    assert bench.read(lambda s: linked_numbers(s, part, "part")) == ["T3"]
    assert bench.read(lambda s: count_open(s, inner, "part")) == 0
    with bench.city.database.transaction() as session:
        session.get_one(Case, part).state = "closed"
    assert bench.read(lambda s: count_open(s, parent, "part")) == 0
    assert bench.read(lambda s: linked_numbers(s, parent, "part")) == ["T2"]


def test_all_open_linked_cases_are_told_in_either_direction(bench: Bench) -> None:
    theme, two, ended, other = (bench.case(f"T{n}") for n in range(1, 5))
    for case_id in (two, ended):
        link(bench, case_id, "T1", "theme")
    link(bench, other, "T1", "related")
    with bench.city.database.transaction() as session:
        session.get_one(Case, ended).state = "closed"
    payload = {"policy": "新规", "limit": Decimal("1.50"), "on": NOW.date()}
    with bench.step(theme) as context:
        assert tell(context, message="policy_issued", kind="theme", payload=payload) == 1
        tell_self(context, message="go_on")
        (told, own) = context.changes.deliveries
    assert (told["case_id"], told["message"], told["link_kind"]) == (two, "policy_issued", "theme")
    assert payload_of(told["payload"]) == payload
    assert (own["case_id"], own["message"], own["payload"]) == (theme, "go_on", {})
    with bench.step(two) as context:
        assert tell(context, message="thanks", kind="theme") == 1
        assert context.changes.deliveries[0]["case_id"] == theme


def test_a_payload_that_is_no_context_fails_the_step(bench: Bench) -> None:
    case_id = bench.case()
    with pytest.raises(StepFailed, match="no context"), bench.step(case_id) as context:
        tell_self(context, message="go_on", payload=[1])


@pytest.mark.parametrize("name", ["open_cases", "link_case", "unlink_case", "tell", "tell_self"])
def test_they_are_described_and_cannot_be_undone(name: str) -> None:
    operation = registry[name]
    assert operation.undo is None
    assert operation.title
    assert operation.description
    assert all(one.meaning for one in operation.parameters.values())
