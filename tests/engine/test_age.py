"""A case's age shows neither in its size nor in what a step of it costs."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from types import FrameType
from typing import Any

from tests.engine.drawings import Drawing, each, files, loop, timer
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.step import Step

ROUNDS = 1500


def _rework() -> engine.Specification:
    """A loop of people through a called process with timers, a split and instances."""
    q = Drawing("q")
    q.start("qs")
    q.user("work")
    q.boundary("yellow", "work", timer("P3D"), interrupts=False)
    q.script("note", "lit = true")
    q.end("noted")
    q.end("qe")
    q.chain("qs", "work", "qe")
    q.chain("yellow", "note", "noted")
    d = Drawing("p")
    d.start()
    d.choice("again")
    d.script("count", "rounds = rounds + 1")
    d.parallel("split")
    d.call("called", "q")
    d.user("opinions", each('["A", "B"]', "unit", into="given", gives="opinion"))
    d.parallel("join")
    d.user("review")
    d.choice("more", default="done")
    d.end()
    d.chain("start", "again", "count", "split", "called", "join", "review", "more")
    d.chain("split", "opinions", "join")
    d.flow("more", "again", f"rounds < {10_000 + ROUNDS}")
    d.flow("more", "end", id="done")
    return engine.parse(files(d, q), "p")


def _tokens(spec: engine.Specification, state: bytes) -> int:
    run = Step(spec, TestHost(), state).run
    return sum(len(branch.tasks) for branch in run.branches())


def _calls(work: Callable[[], Any]) -> int:
    """How many Python functions are called: a cost that no other program disturbs."""
    count = 0

    def called(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _round(case: Case, number: int) -> None:
    digit = number % 10
    case.fire("yellow")
    case.do(case.task("opinions", unit="B"), opinion=f"b{digit}")
    case.do("work", result=digit)
    case.do(case.task("opinions", unit="A"), opinion=f"a{digit}")
    case.do("review", note=digit)


def test_a_loop_of_1500_rounds_stays_as_it_was() -> None:
    spec = _rework()
    case = Case(spec, rounds=Decimal(10_000))
    sizes: dict[int, list[int]] = {}
    calls: dict[int, int] = {}
    times: list[int] = []
    tokens: set[int] = set()
    for number in range(ROUNDS):
        if number % 10 == 0:
            calls[number] = _calls(lambda digit=number: _round(case, digit))
        else:
            begun = time.thread_time_ns()
            _round(case, number)
            times.append(time.thread_time_ns() - begun)
        sizes.setdefault(number // 10, []).append(len(case.now.state))
        if not case.now.ended:
            assert case.now.data["rounds"] == 10_000 + number + 2
            tokens.add(_tokens(spec, case.now.state))
    assert case.now.ended
    assert case.now.data["given"] == ["a9", "b9"]
    assert case.now.data["lit"] is True
    assert len(tokens) == 1
    at_10, at_1000 = statistics.mean(sizes[1]), statistics.mean(sizes[100])
    assert abs(at_1000 / at_10 - 1) < 0.1
    assert abs(calls[1000] / calls[10] - 1) < 0.1
    # Other programs run on the same machine: the calls are the measure, the clock the witness.
    assert statistics.median(times[900:1100]) < 1.5 * statistics.median(times[10:210])


def test_rounds_of_one_activity_leave_nothing_behind() -> None:
    d = Drawing("p")
    d.start()
    d.user("u", loop("more"))
    d.end()
    d.chain("start", "u", "end")
    case = Case(engine.parse(files(d), "p"))
    sizes: list[int] = []
    for _ in range(300):
        case.do("u", more=True)
        sizes.append(len(case.now.state))
    assert max(sizes[200:]) <= max(sizes[:100]) + 2
    assert case.do("u", more=False).ended


def test_a_long_wait_with_a_cycle_leaves_nothing_behind() -> None:
    d = Drawing("p")
    d.start()
    d.user("work")
    d.boundary("monthly", "work", timer("R/P30D", "timeCycle"), interrupts=False)
    d.user("report")
    d.end()
    d.end("reported")
    d.chain("start", "work", "end")
    d.chain("monthly", "report", "reported")
    case = Case(engine.parse(files(d), "p"))
    tokens: set[int] = set()
    for _ in range(60):
        case.host.later(days=30)
        case.fire("monthly")
        case.do("report", told=True)
        tokens.add(_tokens(case.spec, case.now.state))
    assert len(tokens) == 1
    assert case.do("work").ended
