"""Numbered minutes, receipts, parties and levels: what is written, refused and taken back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from models.queries.visibility import visible_cases
from models.tables import Case, CaseUnit, Person, Step
from tests.operations.conftest import NOW, Bench
from workflows.actor import Actor, Post
from workflows.definitions.texts import Text
from workflows.errors import OperationRefused, StepFailed
from workflows.operations import registry
from workflows.operations.context import OperationContext
from workflows.play.cast import actor_of

MARCH, APRIL, JANUARY = date(2026, 3, 6), date(2026, 4, 3), date(2027, 1, 8)


def call(context: OperationContext, name: str, **parameters: Any) -> Any:
    """Run an operation as a service task does."""
    return registry[name].run(context, parameters)


def minutes(bench: Bench, number: str, session: str) -> dict[str, Any]:
    """Put a new case on the agenda and number the minutes of its session."""
    case_id = bench.case(number)
    with bench.step(case_id) as context:
        call(context, "place_on_agenda", session=session)
    with bench.step(case_id, 2) as context:
        return call(context, "number_minutes", approved_by="丙")


def test_a_session_has_one_number_and_each_case_its_item(bench: Bench) -> None:
    march, april = bench.session(MARCH), bench.session(APRIL)
    next_year = bench.session(JANUARY)
    assert minutes(bench, "T1", march)["number"] == "〔2026〕1号"
    second = minutes(bench, "T2", march)
    assert (second["number"], second["item"]) == ("〔2026〕1号", Decimal(2))
    assert minutes(bench, "T3", april)["number"] == "〔2026〕2号"
    assert minutes(bench, "T4", next_year)["number"] == "〔2027〕1号"
    rows = bench.rows("minutes")
    assert [(row["number"], row["approved_by"]) for row in rows] == [
        ("〔2026〕1号", "丙"),
        ("〔2026〕2号", "丙"),
        ("〔2027〕1号", "丙"),
    ]
    assert registry["number_minutes"].undo is None


def test_minutes_of_no_session_are_refused_in_words(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(OperationRefused, match="no session"):
        call(context, "number_minutes")


def receipt(bench: Bench, case_id: int, step: int, unit: str) -> Decimal:
    """Confirm the minutes for a unit, as one of its people."""
    post = Post(unit_id=bench.place_id(unit), role="registry")
    with bench.step(case_id, step) as context:
        object.__setattr__(context, "actor", Actor(name=f"收文 {step}", posts=(post,)))
        return Decimal(call(context, "record_receipt", document="纪要〔2026〕1号"))


def test_units_confirm_receipt_each_for_itself(bench: Bench) -> None:
    case_id = bench.case()
    assert receipt(bench, case_id, 1, "huidong_transport") == 1
    assert receipt(bench, case_id, 2, "huidong_housing") == 2
    assert receipt(bench, case_id, 3, "huidong_housing") == 2, "a unit counts once"
    names = [(row["unit_id"], row["received_by"]) for row in bench.rows("receipts")]
    assert names[0] == (bench.place_id("huidong_transport"), "收文 1")
    with bench.step(case_id, 3) as context:
        undo = registry["record_receipt"].undo
        assert undo is not None
        undo(context)
    assert [row["step"] for row in bench.rows("receipts")] == [1, 2]


def test_nobody_s_receipt_is_no_receipt(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(StepFailed, match="received"):
        call(context, "record_receipt", document="纪要")


def test_parties_are_added_and_taken_back_but_for_those_who_work(bench: Bench) -> None:
    case_id = bench.case()
    units = ["huidong_transport", "huidong_housing"]
    with bench.step(case_id) as context:
        names = call(context, "add_parties", units=units)
        assert context.changes.parties == {bench.place_id(unit) for unit in units}
        assert len(names) == 2
        for unit_id in sorted(context.changes.parties):
            row = {"case_id": case_id, "unit_id": unit_id, "since_at": NOW}
            context.session.execute(insert(CaseUnit), [row])
        step = {"case_id": case_id, "number": 1, "kind": "complete", "at": NOW, "state": b""}
        version = context.session.connection().exec_driver_sql("select id from process_versions")
        context.session.execute(insert(Step), [{**step, "version_id": version.scalar_one()}])
    with bench.step(case_id) as context:
        undo = registry["add_parties"].undo
        assert undo is not None
        undo(context)
    assert bench.rows("case_units") == []


def test_no_units_are_no_parties(bench: Bench) -> None:
    with bench.step(bench.case()) as context:
        assert call(context, "add_parties", units=None) == []
        assert context.changes.timeline == []


def test_a_case_moves_to_a_place_and_to_nothing_else(bench: Bench) -> None:
    with bench.step(bench.case()) as context:
        found = call(context, "move_to_place", place="city")
        assert (found["place"], found["kind"]) == ("city", "city")
        assert context.place_id == bench.place_id("city")
        assert bench.place_id("huidong") in context.changes.parties, "the county stays a party"
    with bench.step(bench.case("T2")) as context, pytest.raises(StepFailed, match="no place"):
        call(context, "move_to_place", place="transport")


def test_the_lead_unit_is_urged_where_nobody_has_open_work(bench: Bench) -> None:
    lead = bench.place_id("huidong_transport")
    with bench.step(bench.case()) as context:
        context.changes.lead_unit_id = lead
        found = call(context, "urge", level="leader", text="请报告进展")
        told = {(row["unit_id"], row["role"]) for row in context.changes.notices}
    assert found["name"] == "提级督办"
    assert told == {
        (lead, "handler"),
        (lead, "head"),
        (bench.place_id("huidong"), "leader"),
    }


def test_an_unknown_rung_of_the_ladder_is_named(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(StepFailed, match="shout"):
        call(context, "urge", level="shout")


def test_a_letter_needs_its_text(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(StepFailed, match="nowhere"):
        call(context, "issue_letter", text="nowhere")


def test_a_town_s_case_is_seen_by_the_town_and_its_county_alone(bench: Bench) -> None:
    case_id, county_case = bench.case(), bench.case("T2")
    with bench.city.database.transaction() as session:
        session.get_one(Case, case_id).place_id = bench.place_id("huidong_pingshan")

    def seen(login: str) -> set[int]:
        with bench.city.database.reading() as session:
            person = session.scalars(select(Person.id).where(Person.login == login)).one()
            scope = actor_of(session, person).scope
            return set(session.scalars(select(Case.id).where(visible_cases(scope))))

    assert seen("huidong_pingshan.handler") == {case_id}
    assert seen("huidong_jilong.handler") == set()
    assert seen("dispatcher") == {case_id, county_case}
    assert seen("boluo_service_office.dispatcher") == set()
    assert seen("city_dispatcher") == {case_id, county_case}


def test_a_letter_goes_to_the_place_that_its_step_hands_the_case_to(bench: Bench) -> None:
    slip = Text.parse("slip", b"# Slip\n{{ case.place_en }}")
    with bench.step(bench.case()) as context:
        object.__setattr__(context, "texts", {"slip": slip})
        call(context, "move_to_place", place="boluo")
        call(context, "issue_letter", text="slip")
    assert [row["body"].strip() for row in bench.rows("letters")] == ["Boning County"]
