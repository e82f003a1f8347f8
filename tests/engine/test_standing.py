"""Messages on the border of a stretch of a case: they come at any time, again and again."""

from __future__ import annotations

import pytest

from tests.engine.drawings import Drawing, each, event, files, properties, timer
from tests.engine.hosts import TestHost
from tests.engine.stepping import Case
from workflows import engine
from workflows.errors import AlreadyDone


def _stretch(main: Drawing, kind: str) -> list[Drawing]:
    """Add the activity `whole`: opinions, called parts and an answer side by side."""
    inside = Drawing("inside")
    inside.start("inner_start")
    inside.parallel("fork")
    inside.user("opinion", each("units", "unit"))
    inside.call("part", "deeper", each("units", "place"))
    inside.catch("answer", event("message", "answered"))
    inside.parallel("meet")
    inside.user("last")
    inside.end("inner_end")
    inside.chain("inner_start", "fork", "opinion", "meet", "last", "inner_end")
    inside.chain("fork", "part", "meet")
    inside.chain("fork", "answer", "meet")
    deeper = Drawing("deeper")
    deeper.start("deep_start")
    deeper.user("deep")
    deeper.end("deep_end")
    deeper.boundary("late", "deep", timer("P5D"), interrupts=False)
    deeper.user("urge")
    deeper.end("urged")
    deeper.boundary("asked", "deep", event("message", "ask"), interrupts=False)
    deeper.user("reply")
    deeper.end("replied")
    deeper.chain("deep_start", "deep", "deep_end")
    deeper.chain("late", "urge", "urged")
    deeper.chain("asked", "reply", "replied")
    if kind == "sub":
        main.sub("whole", inside)
        return [main, deeper]
    main.call("whole", "inside")
    return [main, inside, deeper]


def _case(kind: str) -> Case:
    main = Drawing("main")
    main.start()
    drawings = _stretch(main, kind)
    main.boundary(
        "withdraw", "whole", properties(roles="enterprise", form="why") + event("message", "stop")
    )
    main.boundary(
        "instruct", "whole", properties(roles="leader") + event("message", "say"), interrupts=False
    )
    main.user("follow")
    main.end("followed")
    main.script("stopped", "was = reason")
    main.end("ended")
    main.end("done", event("terminate"))
    main.chain("start", "whole", "done")
    main.chain("withdraw", "stopped", "ended")
    main.chain("instruct", "follow", "followed")
    drawn = files(*drawings, messages=("stop", "say", "ask", "answered"))
    spec = engine.parse(drawn, "main")
    return Case(spec, TestHost(), units=["a", "b"])


@pytest.mark.parametrize("kind", ["sub", "call"])
def test_a_message_beside_a_stretch_comes_again_and_again(kind: str) -> None:
    case = _case(kind)
    wait = case.wait("instruct")
    assert (wait.properties["roles"], wait.message) == ("leader", "say")
    for number in range(3):
        case.now = engine.deliver(
            case.spec, case.now.state, "say", {"words": number}, case.host, wait_id=wait.id
        )
        assert case.wait("instruct").id == wait.id
    assert case.open.count("follow") == 3
    assert sorted(task.data["words"] for task in case.now.tasks if task.element == "follow") == [
        0,
        1,
        2,
    ]
    assert case.open.count("opinion") == 2
    case.do("follow")
    assert case.open.count("follow") == 2


@pytest.mark.parametrize("kind", ["sub", "call"])
def test_an_interrupting_message_ends_everything_inside(kind: str) -> None:
    case = _case(kind)
    case.send("ask")
    case.fire("late")
    assert {"reply", "urge", "opinion", "deep"} <= set(case.open)
    assert len(case.now.timers) == 1
    stale = case.wait("instruct").id
    case.send("stop", reason="done elsewhere")
    assert case.now.ended
    assert case.now.data["was"] == "done elsewhere"
    assert (case.now.tasks, case.now.timers, case.now.waits) == ((), (), ())
    with pytest.raises(AlreadyDone):
        engine.deliver(case.spec, case.now.state, "say", {}, case.host, wait_id=stale)


@pytest.mark.parametrize("kind", ["sub", "call"])
def test_what_was_begun_beside_outlives_the_interruption(kind: str) -> None:
    case = _case(kind)
    case.send("say", words="look")
    case.send("stop", reason="none")
    assert case.open == ["follow"]
    assert case.now.waits == ()
    case.do("follow")
    assert case.now.ended


@pytest.mark.parametrize("kind", ["sub", "call"])
def test_the_stretch_ends_by_itself_and_takes_its_messages_with_it(kind: str) -> None:
    case = _case(kind)
    for element in ("opinion", "opinion", "deep", "deep"):
        case.do(element)
    case.send("answered")
    assert case.open == ["last"]
    assert {wait.element for wait in case.now.waits} == {"withdraw", "instruct"}
    case.do("last")
    assert case.now.ended


@pytest.mark.parametrize("kind", ["sub", "call"])
def test_a_recall_inside_leaves_the_border_waiting(kind: str) -> None:
    case = _case(kind)
    before = case.now
    task = case.task("deep")
    case.do(task)
    case.now = engine.reopen(case.spec, before.state, task.id, case.host, case.now.state)
    assert case.wait("instruct").id == next(
        wait.id for wait in before.waits if wait.element == "instruct"
    )
    assert len(case.now.waits) == len(before.waits)
    case.send("stop", reason="x")
    assert case.now.ended
