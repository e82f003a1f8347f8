"""Pauses that overlap, suspensions and recalls: time that stands still for more than one reason."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from models.tables import Deadline, DeadlineChange
from tests.actions import errand
from tests.actions.conftest import MONDAY, Town
from tests.actions.drawing import Drawing
from tests.actions.test_course import DAY, HOUR, accept, assert_whole, raw
from workflows import clock
from workflows.actions import deadlines
from workflows.actions.deployment import deploy
from workflows.actions.recall import recall
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor, Post
from workflows.errors import InvalidEntries, NotAllowed


def branches() -> bytes:
    """Work goes on while the office asks the company for something: two branches."""
    d = Drawing("errand")
    d.node("startEvent", "begin")
    d.user("check", "办公室", form="check", stage="check")
    d.node("parallelGateway", "split")
    d.user("work", "部门", form="work", unit="lead", due="workdays(5)", stage="work")
    d.user("ask", "办公室", form="note", stage="work")
    d.user("answer", "企业", form="supplement", pauses="true", due="workdays(10)", stage="work")
    d.node("parallelGateway", "join")
    d.node("endEvent", "done")
    d.chain("begin", "check", "split", "work", "join", "done")
    d.chain("split", "ask", "answer", "join")
    return d.xml()


@pytest.fixture
def two_branches(town: Town) -> Town:
    """The small city, in which an errand has two branches."""
    files = {**errand.files(), "errand.bpmn": branches()}
    deploy(town.city, SYSTEM, files, now=MONDAY, reason="test")
    return town


def running(town: Town, case_id: int) -> dict[tuple[str, str], Deadline]:
    with town.city.database.reading() as session:
        rows = session.scalars(
            select(Deadline).where(Deadline.case_id == case_id, Deadline.ended_at.is_(None))
        )
        return {(row.kind, row.element): row for row in rows}


def ask_for_more(town: Town, case_id: int, at: datetime = MONDAY + HOUR) -> None:
    item = town.open_items(case_id)["check"]
    complete(town.city, town.office, item.id, raw(outcome="more"), now=at)


def test_what_begins_in_a_suspended_case_stands_still(town: Town) -> None:
    case = town.submit()
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY, reason="等政策")
    accept(town, case.case_id)
    found = running(town, case.case_id)
    assert {row.paused_by for row in found.values()} == {"person"}
    assert town.open_items(case.case_id)["work"].paused_at == MONDAY + HOUR
    assert clock.play_until(town.city, case.case_id, MONDAY + 60 * DAY) == 0
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 7 * DAY, reason="已出台")
    assert {row.paused_by for row in running(town, case.case_id).values()} == {""}
    assert_whole(town)
    assert clock.play_until(town.city, case.case_id, MONDAY + 60 * DAY) == 1


def test_the_companys_answer_does_not_end_a_suspension(town: Town) -> None:
    case = town.submit()
    ask_for_more(town, case.case_id)
    with pytest.raises(NotAllowed):  # nothing runs that could be suspended
        deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="x")
    item = town.open_items(case.case_id)["supplement"]
    complete(town.city, town.company, item.id, raw(story="补充"), now=MONDAY + DAY)
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等政策")
    ask_for_more(town, case.case_id, MONDAY + 2 * DAY)
    assert_whole(town)


def test_a_deadline_held_twice_runs_on_when_both_have_ended(two_branches: Town) -> None:
    town = two_branches
    case = town.submit()
    accept(town, case.case_id)
    before = running(town, case.case_id)["due", "work"].due_at
    items = town.open_items(case.case_id)
    complete(town.city, town.office, items["ask"].id, raw(note="少一页"), now=MONDAY + DAY)
    assert running(town, case.case_id)["due", "work"].paused_by == "task"
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + 2 * DAY, reason="等政策")
    assert running(town, case.case_id)["due", "work"].paused_by == "person task"
    answer = town.open_items(case.case_id)["answer"]
    complete(town.city, town.company, answer.id, raw(story="补"), now=MONDAY + 3 * DAY)
    held = running(town, case.case_id)["due", "work"]
    assert (held.paused_by, held.paused_at, held.due_at) == ("person", MONDAY + DAY, before)
    assert_whole(town)
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 4 * DAY, reason="有了")
    after = running(town, case.case_id)["due", "work"]
    assert after.paused_at is None
    assert town.city.calendar(None).between(before, after.due_at) == 3
    with pytest.raises(NotAllowed):
        deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 4 * DAY, reason="x")
    assert_whole(town)


def test_ending_a_suspension_leaves_the_wait_for_the_company(two_branches: Town) -> None:
    town = two_branches
    case = town.submit()
    accept(town, case.case_id)
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等政策")
    items = town.open_items(case.case_id)
    complete(town.city, town.office, items["ask"].id, raw(note="少一页"), now=MONDAY + DAY)
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 2 * DAY, reason="有了")
    held = running(town, case.case_id)
    assert held["due", "work"].paused_by == "task"
    assert held["due", "answer"].paused_by == ""
    assert_whole(town)


def test_an_extension_of_what_stands_still_adds_to_what_is_left(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等政策")
    deadlines.extend(town.city, town.office, work.id, days=3, now=MONDAY + 2 * DAY, reason="勘查")
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 8 * DAY, reason="有了")
    after = town.open_items(case.case_id)["work"]
    assert town.city.calendar(None).between(work.due_at, after.due_at) == 5 + 3
    assert_whole(town)


def test_a_recall_in_a_suspended_case_gives_back_a_time_that_stands_still(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等政策")
    work = town.open_items(case.case_id)["work"]
    complete(town.city, town.worker, work.id, raw(outcome="back"), now=MONDAY + 2 * DAY)
    recall(town.city, town.worker, case.case_id, now=MONDAY + 2 * DAY + HOUR)
    again = town.open_items(case.case_id)["work"]
    assert (again.due_at, again.paused_at) == (work.due_at, MONDAY + DAY)
    assert clock.play_until(town.city, case.case_id, MONDAY + 60 * DAY) == 0
    assert_whole(town)
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 8 * DAY, reason="有了")
    assert_whole(town)


def test_a_head_moves_the_time_of_own_cases_only(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]

    def head(of: Actor) -> Actor:
        return Actor(name="处长", posts=(Post(unit_id=of.posts[0].unit_id, role="head"),))

    with pytest.raises(NotAllowed):
        deadlines.extend(town.city, head(town.office), work.id, days=1, now=MONDAY, reason="x")
    deadlines.extend(town.city, head(town.worker), work.id, days=1, now=MONDAY, reason="勘查")
    with pytest.raises(InvalidEntries):
        deadlines.extend(town.city, town.office, work.id, days=10**9, now=MONDAY, reason="x")


def dated(due: str) -> bytes:
    """Draw work that is due by an expression, beside work that has working days."""
    d = Drawing("errand")
    d.node("startEvent", "begin")
    d.user("check", "办公室", form="check", stage="check")
    d.node("parallelGateway", "split")
    d.user("session", "部门", form="work", unit="lead", due=due, warn=due, stage="work")
    d.timer("opens", "session", due, interrupting=False)
    d.node("endEvent", "opened")
    d.user("work", "部门", form="work", unit="lead", due="workdays(5)", stage="work")
    d.node("parallelGateway", "join")
    d.node("endEvent", "done")
    d.chain("begin", "check", "split", "session", "join", "done")
    d.chain("split", "work", "join")
    d.flow("opens", "opened")
    return d.xml()


@pytest.mark.parametrize(
    ("due", "stays"),
    [
        ('date("2026-04-03")', True),
        ('date and time("2026-04-03T09:00:00+08:00")', True),
        ('workdays_after(date("2026-04-03"), -2)', True),
        ("workdays(10)", False),
        ("calendar_days(20)", False),
        ('today() + duration("P20D")', False),
    ],
)
def test_a_date_that_was_set_stays_over_a_pause_and_a_limit_moves(
    town: Town, due: str, stays: bool
) -> None:
    files = {**errand.files(), "errand.bpmn": dated(due)}
    deploy(town.city, SYSTEM, files, now=MONDAY, reason="test")
    case = town.submit()
    accept(town, case.case_id)
    before = running(town, case.case_id)
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等政策")
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 8 * DAY, reason="有了")
    after = running(town, case.case_id)
    for key in (("due", "session"), ("timer", "opens")):
        assert (after[key].due_at == before[key].due_at) is stays, key
        assert after[key].paused_at is None
    assert (after["due", "session"].warn_at == before["due", "session"].warn_at) is stays
    calendar = town.city.calendar(None)
    moved = calendar.between(before["due", "work"].due_at, after["due", "work"].due_at)
    assert moved == 5
    with town.city.database.reading() as session:
        kinds = session.scalars(
            select(DeadlineChange.kind).where(
                DeadlineChange.deadline_id == after["due", "session"].id
            )
        ).all()
    assert kinds == ["pause", "resume"], "the pause is on record either way"
    assert_whole(town)


def test_a_date_that_was_put_off_is_still_a_date(town: Town) -> None:
    files = {**errand.files(), "errand.bpmn": dated('date("2026-04-03")')}
    deploy(town.city, SYSTEM, files, now=MONDAY, reason="test")
    case = town.submit()
    accept(town, case.case_id)
    item = town.open_items(case.case_id)["session"]
    deadlines.extend(town.city, town.office, item.id, days=3, now=MONDAY + DAY, reason="勘查")
    put_off = running(town, case.case_id)["due", "session"].due_at
    deadlines.pause(town.city, town.office, case.case_id, now=MONDAY + DAY, reason="等政策")
    deadlines.resume(town.city, town.office, case.case_id, now=MONDAY + 8 * DAY, reason="有了")
    assert running(town, case.case_id)["due", "session"].due_at == put_off
