"""What operations write, what they refuse in words, and that their undo takes all of it back."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from models.tables import AgendaItem
from tests.operations.conftest import NOW, Bench
from workflows.errors import OperationRefused, StepFailed
from workflows.operations import registry
from workflows.operations.context import OperationContext

TODAY = date(2026, 3, 2)
SOON, LATER = date(2026, 3, 13), date(2026, 4, 3)


def call(context: OperationContext, name: str, **parameters: Any) -> Any:
    """Run an operation as a service task does."""
    return registry[name].run(context, parameters)


def undo(context: OperationContext, name: str) -> None:
    """Take an operation back as a recall does."""
    found = registry[name].undo
    assert found is not None
    found(context)


def test_every_operation_says_what_it_does_and_what_it_takes() -> None:
    for operation in registry.values():
        assert operation.description.endswith("."), operation.name
        assert operation.title, operation.name
        for parameter in operation.parameters.values():
            assert parameter.meaning, (operation.name, parameter.name)


def test_wrong_parameters_are_named(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(StepFailed, match="unit"):
        call(context, "assign_lead", unit="huidong_transport")


def test_the_lead_unit_becomes_a_party_and_the_story_says_so(bench: Bench) -> None:
    with bench.step(bench.case()) as context:
        found = call(context, "assign_lead", department="huidong_transport")
        unit = bench.place_id("huidong_transport")
        assert (found["at"], found["unit"]) == (NOW, "huidong_transport")
        assert context.changes.lead_unit_id == context.lead_unit_id == unit
        assert context.changes.parties == {unit}
        assert [kind for kind, _, _ in context.changes.timeline] == ["forwarded"]


def test_a_unit_that_does_not_exist_stops_the_step(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(StepFailed, match="nowhere"):
        call(context, "add_party", unit="nowhere")


def test_counting_goes_on_over_steps_and_stays_apart_by_case(bench: Bench) -> None:
    first, second = bench.case("T1"), bench.case("T2")
    for case_id, number, expected in ((first, 1, 1), (first, 2, 2), (second, 1, 1)):
        with bench.step(case_id, number) as context:
            assert call(context, "count", what="returns") == Decimal(expected)


def test_slots_are_given_in_order_and_kept(bench: Bench) -> None:
    first, second, session = bench.case("T1"), bench.case("T2"), bench.session(SOON)
    for case_id, slot in ((first, 1), (second, 2), (first, 1)):
        with bench.step(case_id) as context:
            found = call(context, "place_on_agenda", session=session)
        assert found == {"session": session, "date": SOON, "slot": slot}
    assert len(bench.rows("agenda_items")) == 2


def test_a_slot_that_was_given_up_is_given_again(bench: Bench) -> None:
    first, second, session = bench.case("T1"), bench.case("T2"), bench.session(SOON, slots=1)
    with bench.step(first) as context:
        call(context, "place_on_agenda", session=session)
    with bench.step(first, 2) as context:
        call(context, "leave_agenda")
    with bench.step(second) as context:
        assert call(context, "place_on_agenda", session=session)["slot"] == 1


def test_the_undo_gives_the_slot_up(bench: Bench) -> None:
    case_id, session = bench.case(), bench.session(SOON)
    with bench.step(case_id) as context:
        call(context, "place_on_agenda", session=session)
    with bench.step(case_id) as context:
        undo(context, "place_on_agenda")
    assert bench.rows("agenda_items") == []


@pytest.mark.parametrize("session", ["", "x", "999"])
def test_a_session_that_does_not_exist_is_refused(bench: Bench, session: str) -> None:
    with bench.step(bench.case()) as context, pytest.raises(OperationRefused):
        call(context, "place_on_agenda", session=session)


def test_a_session_that_is_over_or_full_is_refused_in_words(bench: Bench) -> None:
    over, full = bench.session(date(2026, 2, 27)), bench.session(SOON, slots=0)
    case_id = bench.case()
    with bench.step(case_id) as context, pytest.raises(OperationRefused, match="over"):
        call(context, "place_on_agenda", session=over)
    with bench.step(case_id) as context, pytest.raises(OperationRefused, match="taken"):
        call(context, "place_on_agenda", session=full)


def test_two_cases_never_get_the_last_slot(bench: Bench) -> None:
    session, cases = bench.session(SOON, slots=1), [bench.case(f"T{n}") for n in range(4)]
    together = Barrier(len(cases))
    results: list[str] = []

    def take(case_id: int) -> None:
        together.wait()
        try:
            with bench.step(case_id) as context:
                call(context, "place_on_agenda", session=session)
            results.append("placed")
        except OperationRefused:
            results.append("refused")

    threads = [Thread(target=take, args=(case_id,)) for case_id in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["placed", "refused", "refused", "refused"]
    assert bench.read(lambda s: s.scalar(select(func.count()).select_from(AgendaItem))) == 1


def test_a_decision_keeps_its_measures_and_their_units_see_the_case(bench: Bench) -> None:
    case_id, session = bench.case(), bench.session(TODAY)
    with bench.step(case_id) as context:
        call(context, "place_on_agenda", session=session)
    row = {"measure": "公示", "unit": "huidong_transport", "person": "乙", "deliverable": "文本"}
    with bench.step(case_id, 2) as context:
        call(
            context,
            "record_decision",
            text="限期办结",
            solved_on_the_spot=False,
            leader="丙",
            department="huidong_housing",
            measures=[{**row, "due_on": date(2026, 4, 1)}, {**row, "due_on": LATER}],
        )
        assert context.changes.lead_unit_id == bench.place_id("huidong_housing")
        assert bench.place_id("huidong_transport") in context.changes.parties
    [decision] = bench.rows("decisions")
    assert (decision["reception_id"], decision["lead_leader"]) == (int(session), "丙")
    measures = bench.rows("measures")
    assert [(one["number"], one["due_on"]) for one in measures] == [
        (1, date(2026, 4, 1)),
        (2, LATER),
    ]


def test_nothing_is_decided_before_the_session_s_day(bench: Bench) -> None:
    case_id, session = bench.case(), bench.session(SOON)
    with bench.step(case_id) as context:
        call(context, "place_on_agenda", session=session)
    with bench.step(case_id, 2) as context, pytest.raises(OperationRefused, match="2026-03-13"):
        call(context, "record_decision", text="限期办结", solved_on_the_spot=False)
    assert bench.rows("decisions") == []


def test_replies_are_numbered_within_the_case(bench: Bench) -> None:
    case_id = bench.case("T7")
    numbers = []
    for step in (1, 2):
        with bench.step(case_id, step, signed_by="丁") as context:
            numbers.append(call(context, "record_reply", result="solved", text="已办"))
            assert context.changes.result == "solved"
    assert numbers == ["T7-1", "T7-2"]
    assert {row["signed_by"] for row in bench.rows("replies")} == {"丁"}


def test_both_scores_stay_and_silence_is_no_satisfaction(bench: Bench) -> None:
    case_id = bench.case()
    given = {"points": Decimal(40), "level": "dissatisfied", "solved": False}
    with bench.step(case_id, 1) as context:
        assert call(context, "record_score", **given, text="没办") == 1
    with bench.step(case_id, 2) as context:
        assert call(context, "record_no_score") == 2
    first, second = bench.rows("scores")
    assert (first["points"], first["level"]) == (40, "dissatisfied")
    assert second["points"] is second["level"] is second["solved"] is None


def test_the_undo_forgets_the_score_of_its_step_only(bench: Bench) -> None:
    case_id = bench.case()
    for step in (1, 2):
        with bench.step(case_id, step) as context:
            call(context, "record_no_score")
    with bench.step(case_id, 2) as context:
        undo(context, "record_no_score")
    assert [row["round"] for row in bench.rows("scores")] == [1]


def test_a_level_that_the_state_does_not_know_is_refused(bench: Bench) -> None:
    with bench.step(bench.case()) as context, pytest.raises(StepFailed, match="level"):
        call(context, "record_score", points=Decimal(5), level="great", solved=True)


@pytest.mark.parametrize(
    ("name", "parameters", "state"),
    [
        ("close_case", {"result": "solved"}, "closed"),
        ("decline_case", {"reason": "已进入诉讼"}, "declined"),
        ("withdraw_case", {}, "withdrawn"),
    ],
)
def test_a_case_ends_once_and_cannot_be_recalled(
    bench: Bench, name: str, parameters: dict[str, str], state: str
) -> None:
    with bench.step(bench.case()) as context:
        call(context, name, **parameters)
        assert context.changes.state == state
        assert context.changes.closed_at == NOW
    assert registry[name].undo is None
