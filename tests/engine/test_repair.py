"""Repairs on random diagrams and chosen ones: whatever is accepted, the case can go on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from tests.engine.drawings import Drawing, document, each, event, files, timer
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from tests.engine.walks import MESSAGES, SIGNALS, Stored, Writer, advance_clock, next_action
from workflows import engine
from workflows.engine import repair
from workflows.errors import CannotRepair, StepFailed


class SoundWriter(Writer):
    """Draws what never leaves a parallel block by the side: what stands still, a repair did."""

    def _side(self, d: Drawing, on: str) -> None:
        kinds = [timer("P5D"), timer("R3/P2D", "timeCycle"), event("message", "m1")]
        name = self.name("side")
        d.boundary(name, on, self.random.choice(kinds), interrupts=False)
        d.chain(name, d.user(self.name("aside")), d.end(self.name("end")))

    def _wait(self, d: Drawing, depth: int) -> tuple[str, str]:
        caught = d.catch(
            self.name("c"), self.random.choice([timer("PT12H"), event("message", "m1")])
        )
        return caught, caught

    def _sub(self, d: Drawing, depth: int) -> tuple[str, str]:
        return self._guarded(d, depth)


def _drawn(seed: int) -> tuple[dict[str, bytes], str]:
    writer = SoundWriter(Random(seed))
    main = writer.main(3)
    return {"r.bpmn": document(*writer.drawings, messages=MESSAGES, signals=SIGNALS)}, main


def _repaired(stored: Stored, random: Random) -> str:
    """Try one random repair; return what was done, or why not."""
    spec, state, host = stored.spec, stored.now.state, stored.host
    held = random.choice(repair.spots(spec, state))
    target = random.choice(repair.targets(spec))[0]
    kind = random.choice(["move", "move", "add", "end", "set"])
    try:
        if kind == "move":
            stored.now = repair.move(spec, state, held.id, target, host)
        elif kind == "add":
            stored.now = repair.add(spec, state, held.id, target, host)
        elif kind == "end":
            stored.now = repair.end(spec, state, held.id, host)
        else:
            stored.now = repair.set_values(spec, state, {"pick": 1}, host)
    except CannotRepair:
        return "refused"
    except StepFailed as failed:
        if "stand still" in failed.reason:
            raise
        return "failed"
    return f"{kind} {held.element} {target.element}"


@pytest.mark.parametrize("seed", range(20))
def test_after_any_repair_a_case_goes_on(seed: int) -> None:
    random = Random(seed)
    drawn, main = _drawn(seed)
    stored = Stored(engine.parse(drawn, main), TestHost())
    done = []
    for number in range(60):
        if stored.now.ended:
            break
        if number % 4 == 3:
            done.append(_repaired(stored, random))
            if stored.now.ended:
                break
        advance_clock(stored.host, random)
        action = next_action(stored.now, random, number)
        assert action is not None, done
        stored.do(action)
    if not stored.now.ended:
        stored.now = repair.stop(stored.spec, stored.now.state, stored.host)
    assert stored.now.ended
    assert [*stored.now.tasks, *stored.now.timers, *stored.now.waits] == []


def _court() -> Case:
    """Two branches side by side, one of them with a call; a multi-instance step behind them."""
    main, inner = Drawing("main"), Drawing("inner")
    main.start()
    main.parallel("fork")
    main.user("left")
    main.boundary("late", "left", timer("P5D"), interrupts=False)
    main.user("urge")
    main.end("urged")
    main.call("part", "inner")
    main.parallel("join")
    main.user("all", each("units", "unit", into="brought", gives="said"))
    main.user("last")
    main.end("done")
    main.chain("start", "fork", "left", "join", "all", "last", "done")
    main.chain("fork", "part", "join")
    main.chain("late", "urge", "urged")
    inner.start("inner_start")
    inner.user("first")
    inner.user("second")
    inner.end("inner_end")
    inner.chain("inner_start", "first", "second", "inner_end")
    return Case(engine.parse(files(main, inner), "main"), TestHost(), units=["a", "b"])


def _spot(case: Case, element: str) -> repair.Spot:
    return next(one for one in repair.spots(case.spec, case.now.state) if one.element == element)


def _move(
    case: Case, element: str, to: str, process: str = "main", also: Collection[UUID] = ()
) -> None:
    target = repair.Target(process=process, element=to)
    spot = _spot(case, element)
    case.now = repair.move(case.spec, case.now.state, spot.id, target, case.host, also)


def test_a_moved_token_takes_its_timer_and_its_call_along() -> None:
    case = _court()
    _move(case, "first", "second", "inner")
    assert case.open == ["left", "second"]
    _move(case, "left", "left")
    assert len(case.now.timers) == 1
    with pytest.raises(CannotRepair, match="would wait for ever"):
        _move(case, "left", "last")
    with pytest.raises(CannotRepair, match="where branches come together"):
        _move(case, "left", "join")
    with pytest.raises(CannotRepair, match="nothing would be left in this part"):
        case.now = repair.end(case.spec, case.now.state, _spot(case, "second").id, case.host)
    case.do("left")
    with pytest.raises(CannotRepair, match="would wait for ever"):
        _move(case, "second", "last")
    waiting = _spot(case, "join")
    _move(case, "second", "last", also=[waiting.id])  # the call around it ends as well
    assert case.open == ["last"]


def test_a_token_is_put_into_a_called_process() -> None:
    case = _court()
    case.do("left")
    _move(case, "part", "second", "inner")
    assert [(one.element, one.path) for one in case.now.tasks] == [("second", ("part",))]
    case.do("second")
    assert case.open == ["all", "all"]


def test_values_reach_all_branches_and_survive_their_join() -> None:
    case = _court()
    case.now = repair.set_values(case.spec, case.now.state, {"units": ["c"]}, case.host)
    for element in ("left", "first", "second"):
        case.do(element)
    assert [one.data["unit"] for one in case.now.tasks] == ["c"]
    case.now = repair.set_values(case.spec, case.now.state, {"unit": "x", "n": 1}, case.host)
    assert [(one.data["unit"], one.data["n"]) for one in case.now.tasks] == [("c", 1)]


def test_one_of_several_is_left_out_of_the_results() -> None:
    case = _court()
    for element in ("left", "first", "second"):
        case.do(element)
    gone = next(one for one in case.now.tasks if one.data["unit"] == "a")
    target = repair.Target(process="main", element="last")
    with pytest.raises(CannotRepair, match="one of several"):
        repair.move(case.spec, case.now.state, gone.id, target, case.host)
    case.now = repair.end(case.spec, case.now.state, gone.id, case.host)
    case.do("all", said="yes")
    assert case.task("last").data["brought"] == ["yes"]


def test_an_earlier_state_begins_again_what_has_ended() -> None:
    case = _court()
    before = case.now
    case.do("left")
    case.host.later(days=3)
    case.now = repair.restore(case.spec, before.state, case.now.state, case.host)
    assert case.open == ["first", "left"]
    assert case.task("first").id in {one.id for one in before.tasks}
    assert case.task("left").id not in {one.id for one in before.tasks}
    assert case.timer("late").due_at - case.host.now == timedelta(days=5)
    case.now = repair.stop(case.spec, case.now.state, case.host)
    assert case.now.ended
    case.now = repair.restore(case.spec, before.state, case.now.state, case.host)
    assert case.open == ["first", "left"]
