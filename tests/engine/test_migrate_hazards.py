"""What a move takes over, what it sets anew, and what it refuses, element by element."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.engine.drawings import Drawing, condition, document, each, event, timer
from tests.engine.hosts import MONDAY, TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.migrate import Moved, migrate

Draw = Callable[[Drawing], None]


def _spec(draw: Draw, *more: Drawing) -> engine.Specification:
    d = Drawing("p")
    draw(d)
    drawn = document(d, *more, messages=("go", "stop"), errors=("bad",))
    return engine.parse({"d.bpmn": drawn}, "p")


def _row(*tasks: str, side: tuple[str, str] | None = None, on: str = "") -> Draw:
    """Tasks one after the other, an event on the side of one of them."""

    def draw(d: Drawing) -> None:
        d.chain(d.start(), *(d.user(one) for one in tasks), d.end())
        if side is not None:
            d.chain(d.boundary(side[0], on or tasks[0], side[1]), d.end(f"{side[0]}_end"))

    return draw


def _both(*branches: str, before: str = "a") -> Draw:
    """A task, then some side by side, then one more."""

    def draw(d: Drawing) -> None:
        split, join = d.parallel("split"), d.parallel("join")
        d.chain(d.start(), d.user(before), split)
        for one in branches:
            d.chain(split, d.user(one), join)
        d.chain(join, d.user("last"), d.end())

    return draw


def _inside(draw: Draw) -> Draw:
    def outer(d: Drawing) -> None:
        inner = Drawing("unused")
        draw(inner)
        d.chain(d.start("s"), d.sub("sub", inner), d.end("e"))

    return outer


def _many(item: str, *, in_turn: bool = False) -> Draw:
    def draw(d: Drawing) -> None:
        how = each("units", item, into="found", gives="opinion", in_turn=in_turn)
        d.chain(d.start(), d.user("ask", how), d.user("b"), d.end())

    return draw


def _choice(*events: tuple[str, str]) -> Draw:
    def draw(d: Drawing) -> None:
        d.node("eventBasedGateway", "gate")
        d.choice("after")
        d.chain(d.start(), "gate")
        for name, inner in events:
            d.chain("gate", d.catch(name, inner), "after")
        d.chain("after", d.user("b"), d.end())

    return draw


def _only(name: str, inner: str) -> Draw:
    def draw(d: Drawing) -> None:
        d.chain(d.start(), d.catch(name, inner), d.user("b"), d.end())

    return draw


def _moved(
    old: Draw, new: Draw, *tasks: str, mapping: dict[str, str] | None = None, **data: object
) -> tuple[Case, Moved]:
    """Walk a case of one diagram through the given tasks, then move it to the other one."""
    case = Case(_spec(old), **data)
    for task in tasks:
        case.do(task)
    spec = _spec(new)
    host = TestHost().later(days=1)
    named = {("p", was): now for was, now in (mapping or {}).items()}
    moved = migrate(case.spec, spec, case.now.state, named, host)
    if moved.outcome is not None:
        case.spec, case.host, case.now = spec, host, moved.outcome
    return case, moved


@pytest.mark.parametrize(
    ("old", "new", "tasks", "reason"),
    [
        (_row("a"), _row("b"), (), "is not in the new version"),
        (_row("a"), _inside(_row("a")), (), "moved into or out of a subprocess"),
        (_row("a"), _only("a", event("message", "go")), (), "another kind of element"),
        (
            _only("a", event("message", "go")),
            _only("a", timer("P1D")),
            (),
            "another kind of event",
        ),
        (_row("a"), _both("a", "b", before="z"), (), "runs in parallel to another one"),
        (_both("b", "c"), _row("a", "b", "c"), ("a",), "runs in parallel to another one"),
        (_both("b", "c"), _both("b", "c", "d"), ("a",), "has other branches now"),
        (_both("b", "c"), _both("b2", "c"), ("a", "b"), "waits half-way"),
        (_both("b", "c"), _both("c"), ("a",), "is not in the new version"),
        (_many("unit"), _many("other"), (), "repeated in another way"),
        (_many("unit"), _many("unit", in_turn=True), (), "repeated in another way"),
        (_many("unit"), _row("ask", "b"), (), "repeated in another way"),
        (_row("ask"), _many("unit"), (), "repeated in another way"),
        (
            _only("a", timer("P1D")),
            _choice(("a", timer("P1D")), ("b2", event("message", "go"))),
            (),
            "waits alone in one version",
        ),
        (
            _row("a"),
            _row("a", side=("at_once", condition("1 = 1"))),
            (),
            "its condition is true already",
        ),
        (
            _row("a"),
            _row("a", side=("at", timer("nothing", "timeDate"))),
            (),
            "cannot be taken over",
        ),
    ],
)
def test_what_could_not_go_on_as_drawn_is_refused(
    old: Draw, new: Draw, tasks: tuple[str, ...], reason: str
) -> None:
    _, moved = _moved(old, new, *tasks, units=["A", "B"])
    assert moved.outcome is None
    assert [one for one in moved.refusals if reason in one.message.text()], moved.refusals


def test_an_element_that_is_gone_may_be_mapped_to_another() -> None:
    case, moved = _moved(_row("a", "b"), _row("a2", "b"), mapping={"a": "a2"})
    assert moved.refusals == ()
    assert case.open == ["a2"]
    case.do("a2")
    assert case.open == ["b"]


def test_what_has_come_to_a_join_may_be_mapped_too() -> None:
    case, _ = _moved(_both("b", "c"), _both("b2", "c"), "a", "b", mapping={"b": "b2"})
    case.do("c")
    assert case.open == ["last"]


def test_a_new_event_beside_an_open_task_waits_from_now_on() -> None:
    case, moved = _moved(_row("a", "b"), _row("a", "b", side=("late", timer("P5D"))))
    assert [one.element for one in moved.armed] == ["late"]
    late = case.timer("late")
    assert (late.due_at, late.guards) == (MONDAY + timedelta(days=6), case.task("a").id)
    case.fire("late")
    assert case.now.ended


def test_an_event_that_is_gone_beside_an_open_task_is_waited_for_no_longer() -> None:
    case, moved = _moved(_row("a", "b", side=("late", timer("P5D"))), _row("a", "b"))
    assert [one.element for one in moved.cancelled] == ["late"]
    assert case.now.timers == ()
    case.do("a")
    assert case.open == ["b"]


def test_a_running_timer_keeps_its_time() -> None:
    old, new = (_row("a", "b", side=("late", timer(text))) for text in ("P5D", "P2D"))
    case, moved = _moved(old, new)
    assert (moved.armed, moved.cancelled) == ((), ())
    assert case.timer("late").due_at == MONDAY + timedelta(days=5)


def test_an_event_moves_to_another_activity() -> None:
    side = ("late", timer("P5D"))
    case, _ = _moved(_row("a", "b", side=side), _row("a", "b", side=side, on="b"))
    assert case.now.timers == ()
    case.do("a")
    assert case.timer("late").guards == case.task("b").id


def test_events_that_wait_together_come_and_go() -> None:
    go, stop, late = event("message", "go"), event("message", "stop"), timer("P9D")
    old = _choice(("on_go", go), ("on_stop", stop))
    case, moved = _moved(old, _choice(("on_go", go), ("on_time", late)))
    assert [one.element for one in moved.armed] == ["on_time"]
    assert [one.element for one in moved.cancelled] == ["on_stop"]
    case.send("go")
    assert (case.open, case.now.timers) == (["b"], ())


def test_a_consultation_half_answered_goes_on_where_it_was() -> None:
    def old(d: Drawing) -> None:
        _many("unit")(d)

    def new(d: Drawing) -> None:
        how = each("units", "unit", into="found", gives="opinion")
        d.chain(d.start(), d.user("ask", how), d.user("sum_up"), d.user("b"), d.end())
        d.chain(d.boundary("late", "ask", timer("P5D")), d.end("gave_up"))

    case = Case(_spec(old), units=["A", "B", "C"])
    case.do(case.task("ask", unit="B"), opinion="yes")
    spec = _spec(new)
    moved = migrate(case.spec, spec, case.now.state, {}, case.host)
    assert moved.outcome is not None
    assert {one.id for one in moved.outcome.tasks} == {one.id for one in case.now.tasks}
    case.spec, case.now = spec, moved.outcome
    case.do(case.task("ask", unit="C"), opinion="no")
    case.do(case.task("ask", unit="A"), opinion="so")
    assert case.open == ["sum_up"]
    assert case.task("sum_up").data["found"] == ["so", "yes", "no"]


def _calls(process: str, inner: Draw) -> engine.Specification:
    middle, deep = Drawing("middle"), Drawing(process)
    middle.chain(middle.start("ms"), middle.call("deeper", process), middle.end("me"))
    inner(deep)
    return _spec(lambda d: d.chain(d.start("ps"), d.call("call", "middle"), d.end("pe")),
                 middle, deep)  # fmt: skip


def test_nested_calls_go_on_also_in_another_process_of_the_same_elements() -> None:
    case = Case(_calls("deep", _row("a", "b")))
    spec = _calls("other", _row("a", "c", "b"))
    moved = migrate(case.spec, spec, case.now.state, {}, case.host)
    assert moved.outcome is not None
    assert moved.outcome.tasks[0].path == ("call", "deeper")
    case.spec, case.now = spec, moved.outcome
    case.do("a")
    assert case.open == ["c"]
    lost = migrate(spec, _calls("deep", _row("a", "b")), case.now.state, {}, case.host)
    assert "calls another process" in lost.refusals[0].message
    assert lost.refusals[0].lost == "c"


def test_values_that_only_the_new_version_reads_are_given_to_all_tokens() -> None:
    case = Case(_spec(_both("b", "c")), kept=1)
    case.do("a")
    case.do("b")
    moved = migrate(case.spec, case.spec, case.now.state, {}, case.host, {"amount": 5, "kept": 2})
    assert moved.outcome is not None
    case.now = moved.outcome
    case.do("c")
    data = case.task("last").data
    assert (data["amount"], data["kept"]) == (5, 1)


def test_without_a_host_a_case_is_only_looked_at() -> None:
    case = Case(_spec(_row("a")))
    fits = migrate(case.spec, _spec(_row("a", side=("late", timer("P5D")))), case.now.state)
    assert (fits.outcome, fits.refusals, len(fits.armed)) == (None, (), 1)
