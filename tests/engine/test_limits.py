"""One step may do so much and no more; what breaks a limit leaves nothing behind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.drawings import Drawing, each, event, files
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.snapshot import Limits
from workflows.errors import InvalidEntries, Place, StepFailed


def _spinning() -> engine.Specification:
    """Scripts that go round until a number is reached, with no person in between."""
    d = Drawing("p")
    d.start()
    d.user("ask")
    d.choice("again")
    d.script("count", "n = n + 1")
    d.choice("more", default="done")
    d.user("answer")
    d.end()
    d.chain("start", "ask", "again", "count", "more")
    d.chain("answer", "end")
    d.flow("more", "again", "n < until")
    d.flow("more", "answer", id="done")
    return engine.parse(files(d), "p")


def test_automatic_nodes_are_counted_per_step() -> None:
    spec = _spinning()
    case = Case(spec, n=Decimal(0), until=Decimal(150))
    state = case.now.state
    case.do("ask")
    assert case.task("answer").data["n"] == 150
    case.now = engine.look(spec, state)
    with pytest.raises(StepFailed) as failed:
        case.do("ask", until=Decimal(10**9))
    assert "more than 500 nodes ran in one step" in failed.value.reason
    assert failed.value.place.process == "p"
    assert failed.value.place.element in ("again", "count", "more")
    assert "loop" in failed.value.advice
    assert engine.look(spec, state).tasks == case.now.tasks


def test_the_limit_is_the_hosts() -> None:
    host = TestHost(limits=Limits(automatic_nodes=20))
    case = Case(_spinning(), host, n=Decimal(0), until=Decimal(5))
    case.do("ask")
    case = Case(case.spec, host, n=Decimal(0), until=Decimal(15))
    with pytest.raises(StepFailed, match="more than 20 nodes"):
        case.do("ask")


@pytest.mark.parametrize(
    "how",
    [
        each("big", "item"),
        each("big", "item", in_turn=True),
        each(times="count(big)"),
        each(times="1000000000000"),
    ],
)
def test_instances_are_limited(how: str) -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.user("many", how)
    d.end()
    d.chain("start", "u", "many", "end")
    case = Case(engine.parse(files(d), "p"))
    with pytest.raises(StepFailed, match="instances of one activity, 100 are allowed") as failed:
        case.do("u", big=[Decimal(1)] * 101)
    assert failed.value.place.element == "many"


@pytest.mark.parametrize("times", ["-1", "1.5", '"three"', "null", "true"])
def test_a_number_of_instances_is_a_whole_number(times: str) -> None:
    d = Drawing("p")
    d.start()
    d.user("many", each(times=times))
    d.end()
    d.chain("start", "many", "end")
    with pytest.raises(StepFailed, match="the number of instances"):
        Case(engine.parse(files(d), "p"))


def test_processes_that_call_themselves_are_stopped() -> None:
    d = Drawing("p")
    d.start()
    d.call("again", "p")
    d.end()
    d.chain("start", "again", "end")
    with pytest.raises(StepFailed, match="more than 12 processes call each other") as failed:
        Case(engine.parse(files(d), "p"))
    assert failed.value.place.element == "again"


def test_values_are_limited_and_the_token_is_named() -> None:
    case = Case(_spinning(), n=Decimal(0), until=Decimal(1))
    with pytest.raises(StepFailed, match="65536 are allowed") as failed:
        case.do("ask", text="x" * 70_000)
    assert failed.value.place.element == "answer"
    # Two branches may together take more than one may alone.
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.user("a")
    d.user("a2")
    d.user("b")
    d.user("b2")
    d.end("ea")
    d.end("eb")
    d.chain("start", "split", "a", "a2", "ea")
    d.chain("split", "b", "b2", "eb")
    both = Case(engine.parse(files(d), "p"))
    both.do("a", text="x" * 40_000)
    both.do("b", text="y" * 40_000)
    assert both.open == ["a2", "b2"]


@pytest.mark.parametrize(
    "text",
    [
        "count(for a in 1..1000, b in 1..1000 return a)",
        "sum(for a in 1..1000000 return a)",
        'string join(for a in 1..90000 return "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx")',
        "{f: function(n) f(n + 1), r: f(1)}.r",
    ],
)
def test_an_expression_has_a_budget(text: str) -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.script("s", f"a = {text}")
    d.user("v")
    d.end()
    d.chain("start", "u", "s", "v", "end")
    case = Case(engine.parse(files(d), "p"))
    with pytest.raises(StepFailed) as failed:
        case.do("u")
    assert failed.value.place.element == "s"


def test_a_step_that_fails_late_calls_back_nothing() -> None:
    """Whatever ran before the failure is the caller's transaction; the bytes are untouched."""
    d = Drawing("p")
    d.start()
    d.user("u")
    d.service("op1", "op")
    d.throw("lost", event("message", "nobody"))
    d.end()
    d.chain("start", "u", "op1", "lost", "end")
    host = TestHost(operations={"op": lambda **more: None})
    case = Case(engine.parse(files(d, messages=("nobody",)), "p"), host)
    before = case.now
    with pytest.raises(StepFailed, match="nothing waits for the message nobody") as failed:
        case.do("u")
    assert failed.value.place.element == "lost"
    assert [name for name, _, _ in host.calls] == ["op"]
    assert case.now is before


def test_a_case_never_stands_still_without_a_word() -> None:
    d = Drawing("p")
    d.start()
    d.user("u")
    d.parallel("split")
    d.choice("g", default="away")
    d.parallel("join")
    d.end("left")
    d.end()
    d.chain("start", "u", "split", "g")
    d.chain("split", "join", "end")
    d.flow("g", "join", "stay = true")
    d.flow("g", "left", id="away")
    spec = engine.parse(files(d), "p")
    assert Case(spec).do("u", stay=True).ended
    with pytest.raises(StepFailed, match="stand still") as failed:
        Case(spec).do("u", stay=False)
    assert failed.value.place.element == "join"


def test_an_operation_says_why_and_the_engine_where() -> None:
    def full(**more: Any) -> None:
        raise StepFailed(place=Place(), reason="the slot is taken", advice="Choose another slot.")

    d = Drawing("p")
    d.start()
    d.user("u")
    d.service("op1", "op")
    d.end()
    d.chain("start", "u", "op1", "end")
    case = Case(engine.parse(files(d), "p"), TestHost(operations={"op": full}))
    with pytest.raises(StepFailed) as failed:
        case.do("u")
    assert failed.value.reason == "the slot is taken"
    assert failed.value.advice == "Choose another slot."
    assert failed.value.place.element == "op1"


def test_errors_for_the_person_pass_through() -> None:
    def refuse(**more: Any) -> None:
        raise InvalidEntries({"slot": "taken"})

    d = Drawing("p")
    d.start()
    d.user("u")
    d.service("op1", "op")
    d.end()
    d.chain("start", "u", "op1", "end")
    case = Case(engine.parse(files(d), "p"), TestHost(operations={"op": refuse}))
    with pytest.raises(InvalidEntries):
        case.do("u")
