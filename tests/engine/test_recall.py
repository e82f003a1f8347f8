"""A step is taken back: the task opens again under a new id, with the due times that it had."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.engine.drawings import Drawing, each, event, files, timer
from tests.engine.stepping import Case
from workflows import engine
from workflows.errors import AlreadyDone


def _guarded_in_parallel() -> engine.Specification:
    q = Drawing("q")
    q.start("qs")
    q.user("work")
    q.boundary("yellow", "work", timer("P3D"), interrupts=False)
    q.boundary("red", "work", timer("P9D"))
    q.boundary("told", "work", event("message", "m"), interrupts=False)
    q.user("urge")
    q.end("urged")
    q.user("late")
    q.end("lated")
    q.user("check")
    q.end("qe")
    q.chain("qs", "work", "check", "qe")
    q.chain("yellow", "urge", "urged")
    q.chain("red", "late", "lated")
    q.end("heard")
    q.chain("told", "heard")
    d = Drawing("p")
    d.start()
    d.parallel("split")
    d.call("called", "q")
    d.boundary("whole", "called", timer("P20D"))
    d.end("gave_up")
    d.user("other")
    d.user("other2")
    d.parallel("join")
    d.end()
    d.chain("start", "split", "called", "join", "end")
    d.chain("split", "other", "other2", "join")
    d.chain("whole", "gave_up")
    return engine.parse(files(d, q, messages=("m",)), "p")


SPEC = _guarded_in_parallel()


def _ids(case: Case) -> dict[str, UUID]:
    now = case.now
    return {one.element: one.id for one in (*now.tasks, *now.timers, *now.waits)}


def test_the_task_and_its_boundary_get_new_ids_and_keep_their_times() -> None:
    case = Case(SPEC)
    case.do("other", x=1)
    case.fire("yellow")
    earlier, before, due = case.now.state, _ids(case), case.timer("red").due_at
    done = case.task("work")
    case.host.later(days=2)
    case.do("work", result="wrong")
    assert case.open == ["check", "other2", "urge"]
    case.now = engine.reopen(SPEC, earlier, done.id, case.host)
    after = _ids(case)
    assert case.open == ["other2", "urge", "work"]
    assert {name for name in before if before[name] != after[name]} == {"work", "red", "told"}
    assert case.timer("red").due_at == due
    assert case.timer("red").guards == after["work"]
    assert [one.element for one in case.now.timers] == ["whole", "red"]
    assert case.task("work").data == {}
    assert case.task("other2").data == {"x": 1}
    assert not case.now.passed
    with pytest.raises(AlreadyDone):
        case.do(done)
    case.do("work", result="right")
    assert case.task("check").data["result"] == "right"
    case.do("check")
    case.do("urge")
    case.do("other2")
    assert case.now.ended


def test_a_timer_that_has_fired_does_not_come_back() -> None:
    case = Case(SPEC)
    case.fire("yellow")
    earlier, task = case.now.state, case.task("work")
    case.do("work")
    case.now = engine.reopen(SPEC, earlier, task.id, case.host)
    assert "yellow" not in _ids(case)


def test_an_interrupting_timer_still_works_after_a_recall() -> None:
    case = Case(SPEC)
    earlier, task = case.now.state, case.task("work")
    case.do("work")
    case.now = engine.reopen(SPEC, earlier, task.id, case.host)
    case.host.later(days=9)
    case.fire("red")
    assert case.open == ["late", "other"]
    assert [one.element for one in case.now.timers] == ["whole"]


def test_what_the_step_had_ended_gets_new_ids_too() -> None:
    d = Drawing("p")
    d.start()
    d.user("opinion", each("[1, 2, 3]", "number", until="enough = true"))
    d.boundary("late", "opinion", timer("P5D"))
    d.user("next")
    d.end()
    d.end("too_late")
    d.chain("start", "opinion", "next", "end")
    d.chain("late", "too_late")
    case = Case(engine.parse(files(d), "p"))
    earlier, opened = case.now, {one.id for one in case.now.tasks}
    first = case.now.tasks[0]
    case.do(first, enough=True)
    assert case.open == ["next"]
    again = engine.reopen(case.spec, earlier.state, first.id, case.host, later_state=case.now.state)
    assert len(again.tasks) == 3
    assert opened.isdisjoint({one.id for one in again.tasks})
    assert again.timers[0].id != earlier.timers[0].id
    assert again.timers[0].due_at == earlier.timers[0].due_at
    alone = engine.reopen(case.spec, earlier.state, first.id, case.host)
    assert len(opened & {one.id for one in alone.tasks}) == 2
    case.now = again
    for number in (2, 0, 1):
        case.do(case.now.tasks[number] if number < len(case.now.tasks) else case.now.tasks[0])
    assert case.open == ["next"]


def test_a_whole_called_process_comes_back() -> None:
    case = Case(SPEC)
    case.do("other")
    case.do("other2")
    case.do("work")
    earlier, last = case.now, case.task("check")
    ended = case.do(last)
    assert ended.ended
    again = engine.reopen(SPEC, earlier.state, last.id, case.host, later_state=ended.state)
    assert [one.element for one in again.tasks] == ["check"]
    assert again.tasks[0].path == ("called",)
    assert again.timers[0].element == "whole"
    assert again.timers[0].due_at == earlier.timers[0].due_at
    assert engine.complete(SPEC, again.state, again.tasks[0].id, {}, case.host).ended


def test_only_open_tasks_of_the_earlier_state_can_be_reopened() -> None:
    case = Case(SPEC)
    timer_id = case.timer("red").id
    for task_id in (timer_id, UUID(int=0)):
        with pytest.raises(AlreadyDone):
            engine.reopen(SPEC, case.now.state, task_id, case.host)


def test_times_are_kept_whatever_the_clock_says() -> None:
    case = Case(SPEC)
    earlier, task, due = case.now.state, case.task("work"), case.timer("yellow").due_at
    case.do("work")
    case.host.later(days=400)
    again = engine.reopen(SPEC, earlier, task.id, case.host)
    kept = next(one for one in again.timers if one.element == "yellow")
    assert kept.due_at == due
    assert case.host.now - due > timedelta(days=300)
