"""What the engine tells other rooms: of the diagrams, of open work, of what happened."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from tests.engine.drawings import (
    Drawing,
    document,
    each,
    event,
    extensions,
    files,
    loop,
    properties,
    timer,
)
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.snapshot import Decided
from workflows.errors import DefinitionRefused


def _two_files() -> dict[str, bytes]:
    q = Drawing("handling")
    q.start("qs")
    q.user("work", properties(form="work", due="workdays(limit)", unit="lead", stage="handling"))
    q.boundary("yellow", "work", timer('@"P1D" * warn_days'), interrupts=False)
    q.end("warned")
    q.chain("yellow", "warned")
    q.user("laned", lane="督办")
    q.end("qe")
    q.chain("qs", "work", "laned", "qe")
    d = Drawing("through_train")
    d.start()
    d.user("submit", lane="企业")
    d.script("prepare", "limit = base + 1\n// a remark\nlead = first_of[1]")
    d.rule("route", "routing")
    d.service("count", "count_cases", "cases_before", unit="lead")
    d.choice("g", default="no")
    inside = Drawing("unused")
    inside.start("is")
    inside.call("handle", "handling", each("parts", "part", into="done", gives="answer"))
    inside.end("ie")
    inside.chain("is", "handle", "ie")
    d.sub("sub", inside)
    d.lanes["部门"] = ["sub"]
    d.user("again", loop("more", maximum=2))
    d.end()
    d.chain("start", "submit", "prepare", "route", "count", "g")
    d.flow("g", "sub", "count(parts) > 0", id="yes")
    d.flow("g", "again", id="no")
    d.flow("sub", "again", id="back")
    d.chain("again", "end")
    d.lanes["窗口"] = ["again"]
    return {"through_train.bpmn": document(d), "handling.bpmn": document(q)}


SPEC = engine.parse(_two_files(), "through_train")


def _host() -> TestHost:
    return TestHost(
        operations={"count_cases": lambda unit: Decimal(len(unit))},
        decisions={"routing": lambda scope: Decided(value={"urgent": True}, rules=("r1", "r2"))},
    )


def test_the_names_that_expressions_read() -> None:
    assert SPEC.names == {
        "limit",
        "lead",
        "warn_days",
        "base",
        "first_of",
        "parts",
        "more",
    }
    assert {"limit", "lead", "cases_before", "part", "done", "answer", "routing"} <= SPEC.declared


def test_elements_with_their_lanes_and_properties() -> None:
    work = SPEC.elements["handling", "work"]
    assert (work.kind, work.lane, work.properties["form"]) == ("userTask", None, "work")
    handle = SPEC.elements["through_train", "handle"]
    assert (handle.kind, handle.called, handle.lane) == ("callActivity", "handling", "部门")
    assert SPEC.elements["through_train", "route"].decision == "routing"
    assert SPEC.elements["through_train", "count"].operation == "count_cases"
    assert SPEC.elements["handling", "yellow"].attached_to == "work"
    assert SPEC.processes == ("through_train", "handling")


def test_every_text_has_its_place() -> None:
    found = {(one.process, one.element, one.use): one.text for one in SPEC.written}
    assert found["handling", "work", "property due"] == "workdays(limit)"
    assert found["handling", "yellow", "timer"] == '@"P1D" * warn_days'
    assert found["through_train", "yes", "condition"] == "count(parts) > 0"
    assert found["through_train", "handle", "collection"] == "parts"
    assert found["through_train", "count", "parameter unit"] == "lead"
    assert found["through_train", "again", "loop condition"] == "more"
    assert "form" not in {one.use for one in SPEC.written}


def test_flows_by_what_they_connect() -> None:
    assert SPEC.flow_ids["through_train", "g", "sub"] == ("yes",)
    assert SPEC.flow_ids["through_train", "sub", "again"] == ("back",)
    assert len(SPEC.flows) == 15


def test_a_specification_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        SPEC.main = "x"


def test_what_is_told_on_the_way() -> None:
    case = Case(SPEC, _host())
    assert case.task("submit").lane == "企业"
    case.do(
        "submit",
        base=Decimal(4),
        first_of=["A"],
        parts=["land", "power"],
        warn_days=Decimal(3),
    )
    works = [one for one in case.now.tasks if one.element == "work"]
    assert [one.instance for one in works] == [0, 1]
    assert {one.lane for one in works} == {"部门"}
    assert {one.path for one in works} == {("sub", "handle")}
    assert {one.process for one in works} == {"handling"}
    assert works[1].data["part"] == "power"
    assert works[0].properties["stage"] == "handling"
    assert works[0].data["urgent"] is True
    assert works[0].data["cases_before"] == 1
    assert [(one.element, one.guards) for one in case.now.timers] == [
        ("yellow", works[0].id),
        ("yellow", works[1].id),
    ]
    assert [(one.element, one.kind) for one in case.now.passed] == [
        ("submit", "userTask"),
        ("prepare", "scriptTask"),
        ("route", "businessRuleTask"),
        ("count", "serviceTask"),
        ("g", "exclusiveGateway"),
        ("is", "startEvent"),
        ("qs", "startEvent"),
        ("qs", "startEvent"),
    ]
    assert case.now.passed[0].task_id is not None
    assert ("through_train", "yes") in case.now.flows
    assert ("through_train", "no") not in case.now.flows
    assert [(one.element, one.decision, one.rules) for one in case.now.decisions] == [
        ("route", "routing", ("r1", "r2"))
    ]
    for work in works:
        case.do(work, answer=work.data["part"])
    assert {one.lane for one in case.now.tasks} == {"督办"}
    case.do("laned")
    case.do("laned")
    assert [(one.element, one.kind) for one in case.now.passed] == [
        ("laned", "userTask"),
        ("qe", "endEvent"),
        ("handle", "callActivity"),
        ("handle", "multiInstanceLoopCharacteristics"),
        ("ie", "endEvent"),
        ("sub", "subProcess"),
    ]
    assert ("through_train", "back") in case.now.flows
    again = case.task("again")
    assert (again.lane, again.instance) == ("窗口", None)
    assert again.data["done"] == ["land", "power"]
    assert "part" not in again.data
    case.do("again", more=True)
    case.do("again", more=True)
    assert case.now.ended
    assert case.now.data["done"] == ["land", "power"]


def test_flows_into_an_activity_with_events_on_its_side_are_told() -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.boundary("b", "u", timer("P1D"))
    d.end()
    first = d.flow("start", "u")
    second = d.flow("u", "end")
    third = d.flow("b", "end")
    case = Case(engine.parse(files(d), "p"))
    assert case.now.flows == (("p", first),)
    other = Case(case.spec)
    assert other.do("u").flows == (("p", second),)
    assert case.fire("b").flows == (("p", third),)


def test_two_flows_between_the_same_nodes_are_told_apart() -> None:
    d = Drawing("p")
    d.start()
    d.choice("g", default="rest")
    d.end()
    d.chain("start", "g")
    d.flow("g", "end", "x = 1", id="one")
    d.flow("g", "end", "x = 2", id="two")
    d.flow("g", "end", id="rest")
    spec = engine.parse(files(d), "p")
    for value, flow in ((1, "one"), (2, "two"), (3, "rest")):
        assert Case(spec, x=value).now.flows[-1] == ("p", flow)


def test_instances_of_a_task_end_with_their_activity() -> None:
    d = Drawing("p")
    d.start()
    d.user("many", each("[1, 2, 3]", "n", into="all", gives="got", until="count(all) >= 2"))
    d.boundary("late", "many", timer("P1D"))
    d.user("after")
    d.user("missed")
    d.end("e1")
    d.end("e2")
    d.chain("start", "many", "after", "e1")
    d.chain("late", "missed", "e2")
    spec = engine.parse(files(d), "p")
    case = Case(spec)
    case.do(case.task("many", n=Decimal(3)), got="c")
    case.do(case.task("many", n=Decimal(1)), got="a")
    assert case.open == ["after"]
    assert case.task("after").data == {"all": ["a", "c"]}
    assert not case.now.timers
    case = Case(spec)
    case.do(case.now.tasks[0], got="a")
    case.fire("late")
    assert case.open == ["missed"]


def test_instances_in_turn_see_what_was_done_before() -> None:
    d = Drawing("p")
    d.start()
    d.user("many", each('["A", "B"]', "unit", in_turn=True))
    d.user("after")
    d.end()
    d.chain("start", "many", "after", "end")
    case = Case(engine.parse(files(d), "p"))
    assert [one.data for one in case.now.tasks] == [{"unit": "A"}]
    case.do("many", text="one")
    assert [one.data for one in case.now.tasks] == [{"text": "one", "unit": "B"}]
    case.do("many", text="two")
    assert case.task("after").data == {"text": "two"}


@pytest.mark.parametrize(("value", "count"), [([], 0), (None, 0), ("A", 1), (["A", "B"], 2)])
def test_a_list_may_be_empty_or_one_value(value: object, count: int) -> None:
    d = Drawing("p")
    d.start()
    d.user("many", each("units", "unit", into="all", gives="unit2"))
    d.user("after")
    d.end()
    d.chain("start", "many", "after", "end")
    case = Case(engine.parse(files(d), "p"), units=value)
    assert case.open == (["many"] * count or ["after"])
    if not count:
        assert case.task("after").data["all"] == []


def test_the_list_is_evaluated_once() -> None:
    asked: list[int] = []

    def units() -> list[str]:
        asked.append(1)
        return ["A", "B"]

    d = Drawing("p")
    d.start()
    d.user("many", each("units()", "unit", in_turn=True))
    d.end()
    d.chain("start", "many", "end")
    case = Case(engine.parse(files(d), "p"), TestHost(functions={"units": units}))
    case.do("many")
    assert case.do("many").ended
    assert asked == [1]


def test_an_inclusive_join_waits_for_branches_that_start_after_the_direct_one() -> None:
    d = Drawing("p")
    d.start()
    d.inclusive("split", default="rest")
    d.inclusive("join")
    d.user("u")
    d.user("after")
    d.end()
    d.chain("start", "split")
    d.flow("split", "join", "true")
    d.flow("split", "u", "true")
    d.flow("split", "after", id="rest")
    d.chain("u", "join", "after", "end")
    case = Case(engine.parse(files(d), "p"))
    assert case.open == ["u"]
    case.do("u")
    assert case.open == ["after"]


def test_a_message_sent_inside_the_case_reaches_one_event() -> None:
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.user("u")
    d.throw("tell", event("message", "m", messagePayload="{a: x + 1}"))
    d.end("e0")
    d.chain("start", "split", "u", "tell", "e0")
    for name in ("one", "two"):
        d.node("receiveTask", name, extensions(messageVariable="got"), messageRef="m")
        d.user(f"after_{name}")
        d.end(f"end_{name}")
        d.chain("split", name, f"after_{name}", f"end_{name}")
    case = Case(engine.parse(files(d, messages=("m",)), "p"))
    case.do("u", x=Decimal(1))
    assert case.open == ["after_one"]
    assert case.task("after_one").data == {"got": {"a": Decimal(2)}}
    assert [one.element for one in case.now.waits] == ["two"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d.call("x", "nowhere"), "it calls the process nowhere"),
        (lambda d: d.flow("end", "nowhere"), "does not connect two nodes"),
        (lambda d: d.flow("u", "start"), "several flows leave it"),
        (lambda d: d.start("again"), "2 start events"),
        (lambda d: d.script("x", "this is no script"), "not of the form name = expression"),
        (lambda d: d.script("x", "a = 1 +"), "the script"),
        (lambda d: (d.user("x"), d.flow("x", "u"), d.flow("x", "end")), "several flows leave"),
    ],
)
def test_mistakes_are_refused_with_their_place(change: object, reason: str) -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.end()
    d.chain("start", "u", "end")
    assert callable(change)
    change(d)
    with pytest.raises(DefinitionRefused, match=reason) as refused:
        engine.parse(files(d), "p")
    assert refused.value.place.process == "p"
    assert refused.value.place.element


def test_a_main_process_that_is_not_there() -> None:
    with pytest.raises(DefinitionRefused, match="no process of this id"):
        engine.parse(_two_files(), "nothing")


def test_scripts_may_go_over_several_lines() -> None:
    d = Drawing("p")
    d.start()
    d.script(
        "s",
        """
            // what follows is one context
            a = {
              x: 1,
              y: "b = 2"
            }
            部门 = if a.x = 1
                then "甲"
                else "乙"
            c = a.y
        """,
    )
    d.user("u")
    d.end()
    d.chain("start", "s", "u", "end")
    case = Case(engine.parse(files(d), "p"))
    assert case.task("u").data == {
        "a": {"x": Decimal(1), "y": "b = 2"},
        "部门": "甲",
        "c": "b = 2",
    }
