"""What the library alone would run otherwise than drawn: here it runs right or is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.drawings import (
    Drawing,
    condition,
    document,
    each,
    event,
    extensions,
    files,
    timer,
)
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.snapshot import Decided
from workflows.errors import AlreadyDone, DefinitionRefused, StepFailed


def _looped_split() -> engine.Specification:
    """A split and join of two tasks inside a loop."""
    d = Drawing("p")
    d.start()
    d.choice("again")
    d.parallel("split")
    d.parallel("join")
    d.user("a")
    d.user("b")
    d.user("review")
    d.choice("more", default="done")
    d.end()
    d.chain("start", "again", "split", "a", "join", "review", "more")
    d.chain("split", "b", "join")
    d.flow("more", "again", "more = true")
    d.flow("more", "end", id="done")
    return engine.parse(files(d), "p")


def test_parallel_join_waits_in_every_round_of_a_loop() -> None:
    case = Case(_looped_split())
    for number in range(4):
        assert case.open == ["a", "b"]
        case.do("ab"[number % 2])
        assert len(case.open) == 1
        case.do(case.now.tasks[0])
        assert case.open == ["review"]
        case.do("review", more=number < 3)
    assert case.now.ended


def test_inclusive_join_waits_in_every_round_of_a_loop() -> None:
    d = Drawing("p")
    d.start()
    d.choice("again")
    d.inclusive("split", default="other")
    d.inclusive("join")
    for name in ("a", "b", "c", "review"):
        d.user(name)
    d.choice("more", default="done")
    d.end()
    d.chain("start", "again", "split")
    d.flow("split", "a", "wants_a = true")
    d.flow("split", "b", "wants_b = true")
    d.flow("split", "c", id="other")
    for name in ("a", "b", "c"):
        d.chain(name, "join")
    d.chain("join", "review", "more")
    d.flow("more", "again", "more = true")
    d.flow("more", "end", id="done")
    case = Case(engine.parse(files(d), "p"), wants_a=True, wants_b=True)
    for _ in range(2):
        assert case.open == ["a", "b"]
        case.do("b")
        assert case.open == ["a"]
        case.do("a")
        case.do("review", more=True, wants_a=True, wants_b=True)
    case.do("b")
    case.do("a")
    case.do("review", more=True, wants_a=True, wants_b=False)
    assert case.open == ["a"]
    case.do("a")
    case.do("review", more=True, wants_a=False, wants_b=False)
    assert case.open == ["c"]
    case.do("c")
    case.do("review", more=False)
    assert case.now.ended


def test_inclusive_join_waits_for_a_called_process_two_nodes_away() -> None:
    q = Drawing("q")
    q.start("qs")
    q.user("inner")
    q.end("qe")
    q.chain("qs", "inner", "qe")
    d = Drawing("p")
    d.start()
    d.inclusive("split", default="x")
    d.call("called", "q")
    d.user("after")
    d.user("b")
    d.inclusive("join")
    d.user("last")
    d.end()
    d.chain("start", "split")
    d.flow("split", "called", "true")
    d.flow("split", "b", "true")
    d.flow("split", "last", id="x")
    d.chain("called", "after", "join", "last", "end")
    d.chain("b", "join")
    case = Case(engine.parse(files(d, q), "p"))
    case.do("b")
    assert case.open == ["inner"]
    case.do("inner")
    assert case.open == ["after"]
    case.do("after")
    assert case.open == ["last"]


@pytest.mark.parametrize("last", ["a", "b"])
def test_a_stale_copy_of_another_branch_never_wins(last: str) -> None:
    case = Case(_looped_split(), from_a="old", from_b="old", both={"a": 0, "b": 0})
    first = "b" if last == "a" else "a"
    for name in (first, last):
        case.do(name, **{f"from_{name}": name, "both": {**case.task(name).data["both"], name: 1}})
    data = case.task("review").data
    assert (data["from_a"], data["from_b"], data["both"]) == ("a", "b", {"a": 1, "b": 1})


def _cancelled_instances(inner: Drawing, *called: Drawing) -> Case:
    d = Drawing("p")
    d.start()
    d.call("many", inner.process, each("[1, 2, 3]", "number"))
    d.boundary("late", "many", timer("P5D"))
    d.user("after")
    d.user("too_late")
    d.end()
    d.end("end2")
    d.chain("start", "many", "after", "end")
    d.chain("late", "too_late", "end2")
    return Case(engine.parse(files(d, inner, *called), "p"))


def test_interrupting_timer_ends_all_instances_of_a_called_process() -> None:
    r = Drawing("r")
    r.start("rs")
    r.user("deep")
    r.boundary("deep_timer", "deep", timer("P1D"), interrupts=False)
    r.end("re")
    r.end("re2")
    r.chain("rs", "deep", "re")
    r.chain("deep_timer", "re2")
    q = Drawing("q")
    q.start("qs")
    q.call("down", "r")
    q.end("qe")
    q.chain("qs", "down", "qe")
    case = _cancelled_instances(q, r)
    assert case.open == ["deep"] * 3
    case.do(case.task("deep", number=Decimal(2)))
    assert {one.path for one in case.now.tasks} == {("many", "down")}
    assert {one.instance for one in case.now.tasks} == {0, 2}
    case.fire("late")
    assert case.open == ["too_late"]
    assert not case.now.timers
    case.do("too_late")
    assert case.now.ended


def test_event_subprocesses_are_refused() -> None:
    inside = Drawing("s")
    inside.start("ss")
    inside.end("se")
    inside.chain("ss", "se")
    d = Drawing("p")
    d.start()
    d.end()
    d.node("subProcess", "side", inside.body(), triggeredByEvent="true")
    d.chain("start", "end")
    with pytest.raises(DefinitionRefused) as refused:
        engine.parse(files(d), "p")
    assert refused.value.place.element == "side"
    assert "boundary event" in refused.value.advice


@pytest.mark.parametrize("into", ["", "results"])
def test_instances_in_a_loop_need_no_names_of_their_own(into: str) -> None:
    d = Drawing("p")
    d.start()
    d.choice("again")
    d.user("each", each("units", "unit", into=into, gives="opinion" if into else ""))
    d.user("review")
    d.choice("more", default="done")
    d.end()
    d.chain("start", "again", "each", "review", "more")
    d.flow("more", "again", "more = true")
    d.flow("more", "end", id="done")
    case = Case(engine.parse(files(d), "p"), units=["A", "B"])
    for number in range(3):
        assert [one.data["unit"] for one in case.now.tasks] == ["A", "B"]
        case.do(case.task("each", unit="B"), opinion=f"b{number}")
        case.do(case.task("each", unit="A"), opinion=f"a{number}")
        data = case.task("review").data
        assert "unit" not in data
        if into:
            assert data["results"] == [f"a{number}", f"b{number}"]
            assert "opinion" not in data
        case.do("review", more=number < 2)
    assert case.now.ended


def test_an_item_hides_a_value_of_the_same_name_only_inside() -> None:
    d = Drawing("p")
    d.start()
    d.user("each", each("units", "unit"))
    d.user("review")
    d.end()
    d.chain("start", "each", "review", "end")
    case = Case(engine.parse(files(d), "p"), units=["A", "B"], unit="mine")
    case.do(case.task("each", unit="A"), seen_a=True)
    case.do(case.task("each", unit="B"), seen_b=True)
    assert case.task("review").data == {
        "units": ["A", "B"],
        "unit": "mine",
        "seen_a": True,
        "seen_b": True,
    }


def test_one_message_releases_one_instance() -> None:
    q = Drawing("q")
    q.start("qs")
    q.catch("answer", event("message", "reply", messageVariable="answer_text"))
    q.user("read")
    q.end("qe")
    q.chain("qs", "answer", "read", "qe")
    d = Drawing("p")
    d.start()
    d.call("each", "q", each("[1, 2, 3]", "number"))
    d.end()
    d.chain("start", "each", "end")
    case = Case(engine.parse(files(d, q, messages=("reply",)), "p"))
    assert len(case.now.waits) == 3
    second = case.now.waits[1]
    case.now = engine.deliver(
        case.spec, case.now.state, "reply", {"text": "two"}, case.host, wait_id=second.id
    )
    assert len(case.now.waits) == 2
    assert case.task("read").data["number"] == 2
    assert case.task("read").data["answer_text"] == {"text": "two"}
    case.send("reply", text="one")
    assert case.task("read", number=Decimal(1)).data["answer_text"] == {"text": "one"}
    with pytest.raises(AlreadyDone):
        engine.deliver(case.spec, case.now.state, "reply", {}, case.host, wait_id=second.id)


def test_a_message_that_nothing_waits_for_is_an_error() -> None:
    case = Case(_looped_split())
    with pytest.raises(StepFailed, match="nothing waits for the message hello"):
        case.send("hello")


def test_finished_and_unknown_tasks_are_refused() -> None:
    case = Case(_looped_split())
    done = case.task("a")
    case.do(done)
    with pytest.raises(AlreadyDone):
        case.do(done)
    case.do("b")
    with pytest.raises(AlreadyDone):
        case.do(done)


def test_what_is_no_task_cannot_be_completed() -> None:
    d = Drawing("p")
    d.start()
    d.catch("wait", timer("P1D"))
    d.end()
    d.chain("start", "wait", "end")
    case = Case(engine.parse(files(d), "p"))
    with pytest.raises(AlreadyDone):
        engine.complete(case.spec, case.now.state, case.timer("wait").id, {}, case.host)


def _service(operation: Any) -> tuple[engine.Specification, TestHost]:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.script("s", "a = 1\nb = a + 1")
    d.service("call", "op", "result", number="b * 2")
    d.user("v")
    d.end()
    d.chain("start", "u", "s", "call", "v", "end")
    return engine.parse(files(d), "p"), TestHost(operations={"op": operation})


def test_a_failing_operation_says_so_and_leaves_nothing_half_done() -> None:
    def fail(number: Decimal) -> None:
        raise LookupError(f"no unit {number}")

    spec, host = _service(fail)
    case = Case(spec, host)
    before = case.now.state
    with pytest.raises(StepFailed) as failed:
        case.do("u", x=1)
    assert failed.value.place.process == "p"
    assert failed.value.place.element == "call"
    assert "no unit 4" in failed.value.reason
    assert isinstance(failed.value.__cause__, LookupError)
    assert case.now.state == before
    assert case.task("u").data == {}


def test_a_service_result_keeps_its_types() -> None:
    spec, host = _service(lambda number: {"twice": number, "typename": "x"})
    case = Case(spec, host)
    case.do("u")
    assert case.task("v").data["result"] == {"twice": Decimal(4), "typename": "x"}
    assert host.calls == [("op", {"number": Decimal(4)}, "call")]


def test_a_failing_script_names_its_place() -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.script("s", "a = nothing_of_that_name(1)")
    d.end()
    d.chain("start", "u", "s", "end")
    case = Case(engine.parse(files(d), "p"))
    with pytest.raises(StepFailed) as failed:
        case.do("u")
    assert failed.value.place.element == "s"
    assert "nothing_of_that_name" in failed.value.reason


@pytest.mark.parametrize(
    ("kind", "inner"),
    [
        ("intermediateThrowEvent", '<bpmn:linkEventDefinition name="L"/>'),
        ("intermediateCatchEvent", '<bpmn:linkEventDefinition name="L"/>'),
        ("intermediateThrowEvent", "<bpmn:compensateEventDefinition/>"),
        ("intermediateThrowEvent", timer("P1D")),
        ("endEvent", "<bpmn:cancelEventDefinition/>"),
        ("endEvent", timer("P1D")),
        ("intermediateCatchEvent", event("error")),
        ("intermediateCatchEvent", ""),
        ("intermediateCatchEvent", timer("P1D") + event("message", "m")),
        ("serviceTask", ""),
        ("businessRuleTask", ""),
        ("receiveTask", ""),
        ("complexGateway", ""),
        ("adHocSubProcess", ""),
        ("transaction", ""),
        ("callActivity", ""),
    ],
)
def test_what_would_be_ignored_is_refused(kind: str, inner: str) -> None:
    d = Drawing("p")
    d.start()
    d.node(kind, "odd", inner)
    d.end()
    d.chain("start", "odd", "end")
    with pytest.raises(DefinitionRefused) as refused:
        engine.parse(files(d, messages=("m",)), "p")
    assert refused.value.place.element == "odd"


def test_a_signal_end_event_sends_its_signal() -> None:
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.catch("a", event("signal", "go"))
    d.catch("b", event("signal", "go"))
    d.user("u")
    d.end("send", event("signal", "go"))
    d.user("after_a")
    d.user("after_b")
    d.end("ea")
    d.end("eb")
    d.chain("start", "split", "u", "send")
    d.chain("split", "a", "after_a", "ea")
    d.chain("split", "b", "after_b", "eb")
    case = Case(engine.parse(files(d, signals=("go",)), "p"))
    case.do("u")
    assert case.open == ["after_a", "after_b"]


def test_an_untyped_task_waits_for_a_person() -> None:
    d = Drawing("p")
    d.start()
    d.node("task", "t")
    d.node("manualTask", "m")
    d.end()
    d.chain("start", "t", "m", "end")
    case = Case(engine.parse(files(d), "p"))
    assert case.open == ["t"]
    case.do("t")
    assert case.open == ["m"]
    assert case.do("m").ended


@pytest.mark.parametrize("name", ["Start", "End", "Root", "p.EndJoin", "u.BoundaryEventSplit"])
def test_ids_of_the_engine_are_refused(name: str) -> None:
    d = Drawing("p")
    d.start()
    d.user(name)
    d.end()
    d.chain("start", name, "end")
    with pytest.raises(DefinitionRefused, match="engine's own"):
        engine.parse(files(d), "p")


def test_duplicate_ids_are_refused() -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.user("u")
    d.end()
    d.chain("start", "u", "end")
    with pytest.raises(DefinitionRefused, match="used twice"):
        engine.parse(files(d), "p")


@pytest.mark.parametrize("gateway", ["exclusiveGateway", "inclusiveGateway"])
def test_no_condition_true_fails_the_step_at_the_gateway(gateway: str) -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.node(gateway, "g")
    d.end("a")
    d.end("b")
    d.chain("start", "u", "g")
    d.flow("g", "a", "x = 1")
    d.flow("g", "b", "x = 2")
    case = Case(engine.parse(files(d), "p"))
    with pytest.raises(StepFailed, match="default flow") as failed:
        case.do("u", x=3)
    assert failed.value.place.element == "g"
    assert failed.value.place.name == "g"
    assert case.do("u", x=2).ended
    assert ("p", "f3_p") in case.now.flows
    assert ("p", "f2_p") not in case.now.flows


def test_only_true_is_true() -> None:
    d = Drawing("p")
    d.start()
    d.choice("g", default="no")
    d.user("yes_task")
    d.user("no_task")
    d.end()
    d.chain("start", "g")
    d.flow("g", "yes_task", "x")
    d.flow("g", "no_task", id="no")
    d.chain("yes_task", "end")
    d.chain("no_task", "end")
    spec = engine.parse(files(d), "p")
    assert Case(spec, x=True).open == ["yes_task"]
    for value in (False, None, Decimal(1), "true", [True]):
        assert Case(spec, x=value).open == ["no_task"]


def test_conditions_where_nobody_looks_are_refused() -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.end()
    d.chain("start", "u")
    d.flow("u", "end", "x = 1")
    with pytest.raises(DefinitionRefused, match="never be looked at"):
        engine.parse(files(d), "p")


def test_flows_are_looked_at_as_written_whatever_the_layout() -> None:
    d = Drawing("p")
    d.start()
    d.choice("g", default="z")
    for name in ("first", "second", "third"):
        d.user(name)
        d.end(f"end_{name}")
        d.chain(name, f"end_{name}")
    d.chain("start", "g")
    d.flow("g", "first", "x > 1")
    d.flow("g", "second", "x > 0")
    d.flow("g", "third", id="z")
    height = {"first": 900, "second": 100, "third": 500}
    shapes = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{name}"><dc:Bounds x="0" y="{y}" width="1" height="1"/>'
        "</bpmndi:BPMNShape>"
        for name, y in height.items()
    )
    layout = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><bpmndi:BPMNPlane>'
        f"{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )
    spec = engine.parse({"x.bpmn": document(d, extra=layout)}, "p")
    assert Case(spec, x=Decimal(5)).open == ["first"]


def test_decisions_are_the_hosts_and_a_context_is_merged() -> None:
    d = Drawing("p")
    d.start()
    d.rule("many", "limits")
    d.rule("one", "level")
    d.user("u")
    d.end()
    d.chain("start", "many", "one", "u", "end")
    host = TestHost(
        decisions={
            "limits": lambda scope: Decided(value={"days": scope["x"] + 1, "hard": False}),
            "level": lambda scope: Decided(value="high", rules=("r2",)),
        }
    )
    case = Case(engine.parse(files(d), "p"), host, x=Decimal(4))
    assert case.task("u").data == {
        "x": Decimal(4),
        "days": Decimal(5),
        "hard": False,
        "level": "high",
    }
    assert [(one.decision, one.rules) for one in case.now.decisions] == [
        ("limits", ()),
        ("level", ("r2",)),
    ]


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-16", "UTF-8"])
def test_diagrams_in_other_encodings(encoding: str) -> None:
    d = Drawing("p")
    d.start()
    d.node("userTask", "u", name="受理诉求")
    d.end()
    d.chain("start", "u", "end")
    text = document(d).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    spec = engine.parse({"x.bpmn": text.encode(encoding)}, "p")
    assert Case(spec).task("u").name == "受理诉求"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"x" * 5_000_000,
        b"<a>" * 300 + b"</a>" * 300,
    ],
)
def test_bytes_that_are_no_diagram_are_refused(data: bytes) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        engine.parse({"x.bpmn": data}, "p")
    assert refused.value.place.file == "x.bpmn"


def test_a_document_type_is_refused() -> None:
    d = Drawing("p")
    d.start()
    d.end()
    d.chain("start", "end")
    text = document(d).replace(b"?><bpmn", b'?><!DOCTYPE x SYSTEM "file:///etc/passwd"><bpmn')
    with pytest.raises(DefinitionRefused, match="document type"):
        engine.parse({"x.bpmn": text}, "p")


def test_a_very_long_process_runs_or_is_refused_in_words() -> None:
    def long(count: int) -> Drawing:
        d = Drawing("p")
        d.start("n0")
        for number in range(1, count):
            d.script(f"n{number}", f"x = {number}")
        d.end("last")
        d.chain(*[f"n{number}" for number in range(count)], "last")
        return d

    case = Case(engine.parse(files(long(200)), "p"))
    assert case.now.data == {"x": Decimal(199)}
    with pytest.raises(DefinitionRefused, match="too many nodes"):
        engine.parse(files(long(2000)), "p")


def test_an_open_task_of_a_timer_keeps_its_process_open_unless_terminated() -> None:
    def called(end: str) -> engine.Specification:
        q = Drawing("q")
        q.start("qs")
        q.user("work")
        q.boundary("late", "work", timer("P5D"), interrupts=False)
        q.user("urge")
        q.end("qe", end)
        q.end("qe2")
        q.chain("qs", "work", "qe")
        q.chain("late", "urge", "qe2")
        d = Drawing("p")
        d.start()
        d.call("c", "q")
        d.user("next")
        d.end()
        d.chain("start", "c", "next", "end")
        return engine.parse(files(d, q), "p")

    case = Case(called(""))
    case.fire("late")
    case.do("work", answer=1)
    assert case.open == ["urge"]
    case.do("urge")
    assert case.open == ["next"]
    assert case.task("next").data == {"answer": 1}

    case = Case(called("<bpmn:terminateEventDefinition/>"))
    case.fire("late")
    case.do("work", answer=1)
    assert case.open == ["next"]
    assert case.task("next").data == {"answer": 1}
    assert case.do("next").ended


def test_a_message_on_the_side_can_come_more_than_once() -> None:
    d = Drawing("p")
    d.start()
    d.user("work")
    d.boundary("more", "work", event("message", "extra"), interrupts=False)
    d.user("read")
    d.end()
    d.end("end2")
    d.chain("start", "work", "end")
    d.chain("more", "read", "end2")
    case = Case(engine.parse(files(d, messages=("extra",)), "p"))
    case.send("extra", text="one")
    case.send("extra", text="two")
    assert case.open == ["read", "read", "work"]
    assert [one.data.get("text") for one in case.now.tasks if one.element == "read"] == [
        "one",
        "two",
    ]
    case.do("work")
    assert case.open == ["read", "read"]
    assert not case.now.waits


def test_the_end_of_a_branch_without_an_end_event_is_an_end() -> None:
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.user("a")
    d.user("b")
    d.boundary("t", "b", timer("P1D"), interrupts=False)
    d.chain("start", "split", "a")
    d.chain("split", "b")
    case = Case(engine.parse(files(d), "p"))
    case.fire("t")
    case.do("a", x=1)
    case.do("b", y=2)
    assert case.now.ended
    assert case.now.data == {"x": 1, "y": 2}


def test_errors_go_to_the_activity_around_and_no_other() -> None:
    q = Drawing("q")
    q.start("qs")
    q.user("inner")
    q.choice("g", default="fine")
    q.end("failed", event("error", "bad"))
    q.end("qe")
    q.chain("qs", "inner", "g")
    q.flow("g", "failed", "bad = true")
    q.flow("g", "qe", id="fine")
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.chain("start", "split")
    for name in ("one", "two"):
        d.call(name, "q")
        d.boundary(f"{name}_failed", name, event("error", "bad"))
        d.user(f"{name}_mend")
        d.end(f"{name}_end")
        d.end(f"{name}_end2")
        d.chain("split", name, f"{name}_end")
        d.chain(f"{name}_failed", f"{name}_mend", f"{name}_end2")
    case = Case(engine.parse(files(d, q, errors=("bad",)), "p"))
    first = next(one for one in case.now.tasks if one.path == ("one",))
    case.do(first, bad=True)
    assert case.open == ["inner", "one_mend"]
    case.do("inner", bad=False)
    assert case.open == ["one_mend"]


def test_an_error_that_nobody_catches_fails_the_step() -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.end("failed", event("error", "bad"))
    d.chain("start", "u", "failed")
    case = Case(engine.parse(files(d, errors=("bad",)), "p"))
    with pytest.raises(StepFailed, match="nothing catches the error bad"):
        case.do("u")


def test_escalations_interrupt_or_not_as_drawn() -> None:
    q = Drawing("q")
    q.start("qs")
    q.user("inner")
    q.throw("up", event("escalation", "help"))
    q.user("still")
    q.end("qe")
    q.chain("qs", "inner", "up", "still", "qe")
    for interrupts, expected in ((False, ["led", "still"]), (True, ["led"])):
        d = Drawing("p")
        d.start()
        d.call("c", "q")
        d.boundary("e", "c", event("escalation", "help"), interrupts=interrupts)
        d.user("led")
        d.end()
        d.end("end2")
        d.chain("start", "c", "end")
        d.chain("e", "led", "end2")
        case = Case(engine.parse(files(d, q, escalations=("help",)), "p"))
        case.do("inner")
        assert case.open == expected


def test_the_first_event_behind_an_event_gateway_ends_the_others() -> None:
    d = Drawing("p")
    d.start()
    d.node("eventBasedGateway", "g")
    d.catch("soon", timer("P1D"))
    d.catch("late", timer("P9D"))
    d.catch("came", event("message", "m"))
    for name in ("soon", "late", "came"):
        d.user(f"after_{name}")
        d.end(f"end_{name}")
        d.chain("g", name, f"after_{name}", f"end_{name}")
    d.chain("start", "g")
    spec = engine.parse(files(d, messages=("m",)), "p")
    case = Case(spec)
    due = {one.element: one.due_at for one in case.now.timers}
    assert (due["late"] - due["soon"]).days == 8
    case.fire("late")
    assert case.open == ["after_late"]
    assert not case.now.timers
    assert not case.now.waits
    case = Case(spec)
    case.send("m", text="x")
    assert case.open == ["after_came"]
    assert case.task("after_came").data == {"text": "x"}
    case = Case(spec)
    case.fire("late", "soon")
    assert case.open == ["after_soon"]


def test_conditional_events_see_what_others_change() -> None:
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.user("a")
    d.end("ea")
    d.catch("until", condition("total > 10"))
    d.user("b")
    d.end("eb")
    d.chain("start", "split", "a", "ea")
    d.chain("split", "until", "b", "eb")
    spec = engine.parse(files(d), "p")
    assert Case(spec, total=Decimal(11)).open == ["a", "b"]
    case = Case(spec, total=Decimal(1))
    assert case.open == ["a"]
    case.do("a", total=Decimal(12))
    assert case.open == ["b"]


def test_scripts_before_and_after_a_task() -> None:
    d = Drawing("p")
    d.start()
    d.user("u", extensions(preScript="a = 1", postScript="b = a + x"))
    d.user("v")
    d.end()
    d.chain("start", "u", "v", "end")
    case = Case(engine.parse(files(d), "p"))
    assert case.task("u").data == {"a": Decimal(1)}
    case.do("u", x=Decimal(5))
    assert case.task("v").data["b"] == Decimal(6)
