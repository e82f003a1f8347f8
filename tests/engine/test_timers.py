"""Timers fire when they are released and never by the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from SpiffWorkflow.bpmn.specs.event_definitions import timer as library_timer

from tests.engine.drawings import Drawing, each, files, timer
from tests.engine.hosts import MONDAY, TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.engine.snapshot import Due
from workflows.errors import AlreadyDone, DefinitionRefused, StepFailed


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the library's timers for the time gets an error."""

    class NoClock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            raise AssertionError("a timer looked at the clock")

    monkeypatch.setattr(library_timer, "datetime", NoClock)


def _side(text: str, kind: str = "timeDuration", *, interrupts: bool = False) -> Case:
    d = Drawing("p")
    d.start()
    d.user("work")
    d.boundary("side", "work", timer(text, kind), interrupts=interrupts)
    d.user("aside")
    d.end()
    d.end("end2")
    d.chain("start", "work", "end")
    d.chain("side", "aside", "end2")
    spec = engine.parse(files(d), "p")
    return Case(spec, TestHost(), days=Decimal(4), on=date(2026, 5, 1), text="P6D")


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("P5D", "timeDuration", MONDAY + timedelta(days=5)),
        (" PT90M ", "timeDuration", MONDAY + timedelta(minutes=90)),
        ("P2W", "timeDuration", MONDAY + timedelta(days=14)),
        ("P1DT2H", "timeDuration", MONDAY + timedelta(days=1, hours=2)),
        ("P1Y2M", "timeDuration", MONDAY + timedelta(days=14 * 30)),
        ('"P5D"', "timeDuration", MONDAY + timedelta(days=5)),
        ('duration("P5D")', "timeDuration", MONDAY + timedelta(days=5)),
        ('@"P1D" * days', "timeDuration", MONDAY + timedelta(days=4)),
        ("text", "timeDuration", MONDAY + timedelta(days=6)),
        ("2026-05-01", "timeDate", datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC)),
        ("on", "timeDate", datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC)),
        ("2026-05-01T08:00:00+08:00", "timeDate", datetime(2026, 5, 1, tzinfo=UTC)),
        ("R3/P7D", "timeCycle", MONDAY + timedelta(days=7)),
        ("R/P7D", "timeCycle", MONDAY + timedelta(days=7)),
        ("R/2026-05-01T08:00:00Z/P7D", "timeCycle", datetime(2026, 5, 1, 8, tzinfo=UTC)),
        ('"R2/" + text', "timeCycle", MONDAY + timedelta(days=6)),
    ],
)
def test_what_a_timer_may_say(text: str, kind: str, due: datetime) -> None:
    case = _side(text, kind)
    found = case.timer("side")
    assert found.due_at == due
    assert found.expression == text.strip()
    assert found.guards == case.task("work").id
    assert not found.interrupting


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("R/PT0S", "timeCycle"),
        ("R3/P0D", "timeCycle"),
        ("R/-P1D", "timeCycle"),
        ("R0/P1D", "timeCycle"),
        ("R/PT1S", "timeCycle"),
        ("R/P0M", "timeCycle"),
        ("R3/P1D/2026-01-01", "timeCycle"),
        ("R3/2026-01-01/2026-01-02", "timeCycle"),
        ("P1D", "timeCycle"),
        ("R3/P1D", "timeDuration"),
        ("P1M2D", "timeDuration"),
        ("2026-02-31", "timeDate"),
        ("5 days", "timeDuration"),
        ("", "timeDuration"),
    ],
)
def test_times_that_are_none_are_refused_when_the_diagram_is_read(text: str, kind: str) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        _side(text, kind)
    assert refused.value.place.element == "side"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"R/PT0S"', "timeCycle"),
        ('"R/PT" + string(days) + "S"', "timeCycle"),
        ("nothing", "timeDuration"),
        ("days", "timeDuration"),
        ('"five days"', "timeDuration"),
        ('"R3/P1D"', "timeDuration"),
        ('"P1D"', "timeCycle"),
        ("true", "timeDate"),
    ],
)
def test_times_that_turn_out_to_be_none_fail_the_step(text: str, kind: str) -> None:
    with pytest.raises(StepFailed) as failed:
        _side(text, kind)
    assert failed.value.place.element == "side"


def test_a_timer_waits_until_it_is_released_whatever_the_time() -> None:
    case = _side("P1D")
    case.host.later(days=1000)
    case.do("work", again=True)
    assert case.now.ended
    case = _side("P1D")
    case.fire("side")
    assert case.open == ["aside", "work"]
    assert not case.now.timers


def test_a_timer_fires_once() -> None:
    case = _side("P1D")
    released = case.timer("side").id
    case.fire("side")
    with pytest.raises(AlreadyDone):
        engine.wake(case.spec, case.now.state, [released], case.host)
    with pytest.raises(AlreadyDone):
        engine.wake(case.spec, case.now.state, [uuid4(), case.task("work").id], case.host)


def test_what_has_gone_is_passed_over_when_another_fires() -> None:
    case = _side("P1D")
    case.now = engine.wake(case.spec, case.now.state, [uuid4(), case.timer("side").id], case.host)
    assert case.open == ["aside", "work"]


def test_an_interrupting_timer_ends_its_activity() -> None:
    case = _side("P1D", interrupts=True)
    assert case.timer("side").interrupting
    case.fire("side")
    assert case.open == ["aside"]


def test_a_cycle_fires_once_a_wake_and_is_due_again_from_then() -> None:
    case = _side("R3/P1D", "timeCycle")
    case.host.later(days=40)
    for number in (1, 2):
        case.fire("side")
        assert case.open.count("aside") == number
        assert case.timer("side").due_at == case.host.now + timedelta(days=1)
        case.host.later(days=40)
    case.fire("side")
    assert case.open == ["aside", "aside", "aside", "work"]
    assert not case.now.timers
    case.do("work")
    assert case.open == ["aside", "aside", "aside"]


def test_what_a_cycle_has_started_outlives_the_activity() -> None:
    case = _side("R/P1D", "timeCycle")
    case.fire("side")
    case.do("work", x=1)
    assert case.open == ["aside"]
    assert not case.now.timers
    assert case.do("aside").ended
    assert case.now.data["x"] == 1


def test_a_cycle_goes_on_while_its_activity_is_open() -> None:
    case = _side("R/P1D", "timeCycle")
    ids = set()
    for _ in range(30):
        case.host.later(days=1)
        case.fire("side")
        case.do("aside")
        ids.add(case.timer("side").id)
    assert case.open == ["work"]
    assert len(ids) == 1


def test_an_interrupting_cycle_fires_once() -> None:
    case = _side("R5/P1D", "timeCycle", interrupts=True)
    case.fire("side")
    assert case.open == ["aside"]
    assert not case.now.timers


def test_how_a_due_time_was_computed_is_kept() -> None:
    at = datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)

    class Counting(TestHost):
        def due(self, value: object, expression: str) -> Due:
            assert (value, expression) == (at, "workdays(5)")
            return Due(at=at, how={"days": 5, "skipped": ["2026-03-07"]})

    d = Drawing("p")
    d.start()
    d.catch("wait", timer("workdays(5)"))
    d.end()
    d.chain("start", "wait", "end")
    host = Counting(functions={"workdays": lambda days: at})
    case = Case(engine.parse(files(d), "p"), host)
    for now in (case.now, engine.look(case.spec, case.now.state)):
        assert now.timers[0].due_at == at
        assert now.timers[0].how == {"days": 5, "skipped": ["2026-03-07"]}
        assert now.timers[0].guards is None


def test_a_due_time_without_a_zone_is_refused() -> None:
    class Naive(TestHost):
        def due(self, value: object, expression: str) -> Due:
            return Due(at=datetime(2026, 3, 9))

    d = Drawing("p")
    d.start()
    d.catch("wait", timer("P1D"))
    d.end()
    d.chain("start", "wait", "end")
    with pytest.raises(StepFailed, match="no time zone"):
        Case(engine.parse(files(d), "p"), Naive())


def test_two_years_pass_in_a_moment() -> None:
    d = Drawing("p")
    d.start()
    d.user("work")
    d.boundary("monthly", "work", timer("R/P30D", "timeCycle"), interrupts=False)
    d.boundary("yearly", "work", timer("P365D"), interrupts=False)
    d.boundary("end_of_all", "work", timer("P730D"))
    d.user("report")
    d.user("review")
    for name in ("end", "e1", "e2", "e3"):
        d.end(name)
    d.chain("start", "work", "end")
    d.chain("monthly", "report", "e1")
    d.chain("yearly", "review", "e2")
    d.chain("end_of_all", "e3")
    case = Case(engine.parse(files(d), "p"))
    fired: dict[str, int] = {}
    while case.now.timers:
        following = min(case.now.timers, key=lambda one: one.due_at)
        case.host.now = following.due_at
        fired[following.element] = fired.get(following.element, 0) + 1
        case.fire(following.element)
        for task in case.now.tasks:
            if task.element != "work":
                case.do(task)
    assert case.now.ended
    assert fired == {"monthly": 24, "yearly": 1, "end_of_all": 1}
    assert case.host.now - MONDAY == timedelta(days=730)


def test_timers_of_instances_are_their_own() -> None:
    q = Drawing("q")
    q.start("qs")
    q.user("opinion")
    q.boundary("late", "opinion", timer('@"P1D" * days'))
    q.user("remind")
    q.end("qe")
    q.end("qe2")
    q.chain("qs", "opinion", "qe")
    q.chain("late", "remind", "qe2")
    d = Drawing("p")
    d.start()
    d.call("each", "q", each("[1, 2, 3]", "days"))
    d.end()
    d.chain("start", "each", "end")
    case = Case(engine.parse(files(d, q), "p"))
    due = [one.due_at - MONDAY for one in case.now.timers]
    assert due == [timedelta(days=days) for days in (1, 2, 3)]
    second = case.now.timers[1]
    case.now = engine.wake(case.spec, case.now.state, [second.id], case.host)
    assert case.task("remind").data["days"] == 2
    assert case.task("remind").instance == 1
    assert len(case.now.timers) == 2


def test_several_timers_fire_in_the_order_in_which_they_were_due() -> None:
    d = Drawing("p")
    d.start()
    d.user("work")
    for name, days in (("b", 2), ("a", 1), ("c", 3)):
        d.boundary(name, "work", timer(f"P{days}D"), interrupts=name == "b")
        d.user(f"after_{name}")
        d.end(f"end_{name}")
        d.chain(name, f"after_{name}", f"end_{name}")
    d.end()
    d.chain("start", "work", "end")
    case = Case(engine.parse(files(d), "p"))
    case.fire("c", "b", "a")
    assert case.open == ["after_a", "after_b"]
