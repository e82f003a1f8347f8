"""Several people, several threads, several workers at the same case."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select

from models.database import Database
from models.tables import Deadline, Incident, Step, WorkItem
from tests.actions.conftest import MONDAY, Town
from tests.actions.test_course import DAY, HOUR, accept, assert_whole, raw
from workflows import clock, engine
from workflows.access import lock_case
from workflows.actions.tasks import complete
from workflows.city import City
from workflows.errors import AlreadyDone


def together(*works: Any) -> list[Any]:
    """Run all works at the same moment; return results and exceptions in their order."""
    barrier = Barrier(len(works))

    def run(work: Any) -> Any:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        begun = [pool.submit(run, work) for work in works]
    return [one.exception() or one.result() for one in begun]


def test_five_people_complete_the_same_task_and_one_wins(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    work = town.open_items(case.case_id)["work"]
    started = monotonic()
    results = together(
        *[
            lambda: complete(town.city, town.worker, work.id, raw(outcome="done"), now=MONDAY + DAY)
            for _ in range(5)
        ]
    )
    assert monotonic() - started < 2
    kinds = Counter(type(result).__name__ for result in results)
    assert kinds == {"Completed": 1, "AlreadyDone": 4}
    losers = [result for result in results if isinstance(result, AlreadyDone)]
    assert {error.values["person"] for error in losers} == {"li"}
    assert_whole(town)


def test_different_tasks_of_one_case_at_once_all_succeed(town: Town) -> None:
    cases = [town.submit() for _ in range(3)]
    for case in cases:
        accept(town, case.case_id)
        work = town.open_items(case.case_id)["work"]
        complete(town.city, town.worker, work.id, raw(outcome="done"), now=MONDAY + DAY)
        items = town.open_items(case.case_id)
        results = together(
            lambda i=items: complete(
                town.city, town.worker, i["sign_one"].id, raw(note="a"), now=MONDAY + DAY
            ),
            lambda i=items: complete(
                town.city, town.office, i["sign_two"].id, raw(note="b"), now=MONDAY + DAY
            ),
        )
        assert [type(result).__name__ for result in results] == ["Completed", "Completed"]
    assert_whole(town)


def test_a_waiter_reads_the_state_that_the_one_before_wrote(town: Town) -> None:
    case = town.submit()
    item = town.open_items(case.case_id)["check"]

    def look() -> int:
        with town.city.database.transaction() as session:
            locked = lock_case(session, town.office, case_id=case.case_id)
            newest = select(Step.state).where(
                Step.case_id == locked.id, Step.number == locked.revision
            )
            assert bytes(session.scalars(newest).one()) == locked.engine_state
            return locked.revision

    results = together(
        lambda: complete(
            town.city, town.office, item.id, raw(outcome="ok", lead="roads"), now=MONDAY + HOUR
        ),
        *[look for _ in range(6)],
    )
    assert not [result for result in results if isinstance(result, AssertionError)]
    assert set(results[1:]) <= {1, 2}


def test_two_workers_fire_every_timer_exactly_once(town: Town, database_url: str) -> None:
    cases = [town.submit() for _ in range(40)]
    for case in cases:
        accept(town, case.case_id)
    now = MONDAY + 30 * DAY
    other = City(Database(database_url))

    def fire(city: City) -> int:
        fired = 0
        while (tick := clock.tick(city, now, limit=7)).woken:
            fired += tick.fired
        return fired

    counts = together(lambda: fire(town.city), lambda: fire(other))
    while tick := clock.tick(town.city, now).fired:
        counts.append(tick)
    other.database.close()
    assert sum(counts) == len(cases), counts
    with town.city.database.reading() as session:
        fired = session.scalar(select(func.count()).where(Deadline.end == "fired"))
        urged = session.scalar(select(func.count()).where(WorkItem.element == "urge"))
    assert (fired, urged) == (len(cases), len(cases))
    assert_whole(town)


def test_a_worker_that_meets_another_one_does_not_follow_in_its_steps(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in [town.submit() for _ in range(6)]:
        accept(town, case.case_id)
    wake = clock.wake

    def slower(city: City, case_id: int, *, now: datetime) -> int:
        monkeypatch.setattr(clock, "wake", wake)
        assert clock.tick(city, now).woken == 6
        monkeypatch.setattr(clock, "wake", slower)
        return wake(city, case_id, now=now)

    monkeypatch.setattr(clock, "wake", slower)
    tick = clock.tick(town.city, MONDAY + 30 * DAY)
    assert (tick.tried, tick.woken) == (1, 0)


def test_the_clock_goes_on_past_a_case_that_nobody_foresaw(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [town.submit() for _ in range(3)]
    for case in cases:
        accept(town, case.case_id)
    wake = engine.wake
    calls: list[int] = []

    def breaks_once(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise KeyError("nobody foresaw this")
        return wake(*args)

    monkeypatch.setattr(engine, "wake", breaks_once)
    tick = clock.tick(town.city, MONDAY + 30 * DAY)
    assert (tick.fired, tick.failed) == (2, 1)
    assert clock.tick(town.city, MONDAY + 30 * DAY).failed == 0
    with town.city.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert "KeyError" in incident.reason
    assert clock.wake(town.city, incident.case_id, now=MONDAY + 31 * DAY) == 1
    with town.city.database.reading() as session:
        assert session.scalars(select(Incident.resolved_at)).one() == MONDAY + 31 * DAY
    assert_whole(town)


def test_waiting_cases_cost_a_tick_nothing(town: Town) -> None:
    case = town.submit()
    accept(town, case.case_id)
    tick = clock.tick(town.city, MONDAY + timedelta(hours=2))
    assert (tick.woken, tick.fired, tick.failed) == (0, 0, 0)
