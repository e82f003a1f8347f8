"""A newly published calendar: provisional deadlines are counted again, case by case."""

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.calendars import CalendarVersion
from models.cases import Case
from models.database import Database
from models.work import Deadline, Incident, WorkItem
from workflows.actions import calendars as actions
from workflows.actions.calendars import Recounted, publish, recount, recount_left
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.frame import Frame
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.calendars import published_days
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo.city import seed_city
from workflows.errors import NotAllowed
from workflows.explanation import explain
from workflows.incidents import RETRY_AFTER
from workflows.verify import verify
from workflows.worker import work
from workflows.worktime import DifferingDay, local_day

NOW = datetime(2026, 12, 29, 2, tzinfo=UTC)
"""A Tuesday, two working days before a year that is not published."""
TREES = Path(__file__).parent.parent / "simulate" / "trees"
NEW_YEAR = [DifferingDay(date(2027, 1, 1), False, "元旦")]


@pytest.fixture
def city(database: Database) -> City:
    """The demo city with a case whose felling is due in the year that is not published."""
    found = City(database)
    seed_city(found, NOW)
    deploy(found, SYSTEM, files_of_folder(TREES), now=NOW, reason="test")
    entries = {"applicant": "某公司", "tree": "樟树", "county": "huidong", "girth": "60"}
    values = {key: [value] for key, value in entries.items()}
    submit(found, Actor(name="申请人"), "trees", values, now=NOW)
    complete(found, SYSTEM, item(found).id, {"outcome": ["grant"]}, now=NOW)
    return found


def item(city: City) -> WorkItem:
    """Return the open task of the only case."""
    with city.database.reading() as session:
        return session.scalars(select(WorkItem).where(WorkItem.state == "open")).one()


def deadlines(city: City) -> Sequence[Deadline]:
    """Return the running deadlines."""
    with city.database.reading() as session:
        return session.scalars(select(Deadline).where(Deadline.ended_at.is_(None))).all()


def publish_2027(city: City, actor: Actor = SYSTEM) -> Recounted:
    """Publish a year in which only New Year's Day is off."""
    return publish(
        city,
        actor,
        [*published_days(), *NEW_YEAR],
        first_on=date(2004, 1, 1),
        last_on=date(2027, 12, 31),
        source="通知",
        now=NOW,
    )


def test_due_time_warning_and_timer_move_with_the_new_year(city: City) -> None:
    before = item(city)
    assert before.due_at is not None
    assert local_day(before.due_at) == date(2027, 1, 5)
    assert all(deadline.how["provisional"] for deadline in deadlines(city))
    assert publish_2027(city) == Recounted(moved=2, left=())
    after = item(city)
    assert after.due_at is not None
    assert after.warn_at is not None
    assert local_day(after.due_at) == date(2027, 1, 6)
    assert local_day(after.warn_at) == date(2027, 1, 5)
    for deadline in deadlines(city):
        assert deadline.due_at == after.due_at
        assert explain(deadline.how) == (
            "自12月29日（周二）的次日起算 5 个工作日，至2027年1月6日（周三）止；"
            "周末不计，元旦放假不计（1月1日）。"
        )
    assert verify(city).broken == ()


def test_counting_again_a_second_time_changes_nothing(city: City) -> None:
    publish_2027(city)
    assert recount(city, now=NOW) == Recounted(moved=0, left=())


def test_a_deadline_that_does_not_move_becomes_final(city: City) -> None:
    moved = publish(
        city,
        SYSTEM,
        published_days(),
        first_on=date(2004, 1, 1),
        last_on=date(2027, 12, 31),
        source="通知",
        now=NOW,
    )
    assert moved.moved == 2
    assert not any(deadline.how["provisional"] for deadline in deadlines(city))


@pytest.fixture
def three(city: City) -> tuple[City, list[int]]:
    """The same with two more cases."""
    for tree in ("榕树", "木棉"):
        entries = {"applicant": "某公司", "tree": tree, "county": "huidong", "girth": "60"}
        values = {key: [value] for key, value in entries.items()}
        case = submit(city, Actor(name="申请人"), "trees", values, now=NOW)
        with city.database.reading() as session:
            task = session.scalars(
                select(WorkItem.id).where(
                    WorkItem.case_id == case.case_id, WorkItem.state == "open"
                )
            ).one()
        complete(city, SYSTEM, task, {"outcome": ["grant"]}, now=NOW)
    return city, sorted({deadline.case_id for deadline in deadlines(city)})


def _provisional(city: City) -> set[int]:
    return {d.case_id for d in deadlines(city) if d.how["provisional"]}


def _uncounted(city: City) -> list[int]:
    with city.database.reading() as session:
        lists = session.scalars(select(CalendarVersion.uncounted))
        return [case_id for listed in lists for case_id in listed]


def test_a_busy_case_holds_up_no_other_and_is_tried_again(three: tuple[City, list[int]]) -> None:
    city, (first, *_others) = three
    with city.database.transaction() as session:
        session.execute(select(Case.id).where(Case.id == first).with_for_update())
        assert publish_2027(city) == Recounted(moved=4, left=(first,))
    assert _provisional(city) == {first}
    assert _uncounted(city) == [first]
    assert recount_left(city, now=NOW) == Recounted(moved=2, left=())
    assert _provisional(city) == set()
    assert _uncounted(city) == []
    assert recount_left(city, now=NOW) == Recounted(moved=0, left=())
    assert verify(city).broken == ()


def test_a_failing_case_is_an_incident_that_the_worker_ends(
    three: tuple[City, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, (_first, second, _third) = three
    real = actions._recount

    def failing(frame: Frame) -> int:
        if frame.case.id == second:
            raise ZeroDivisionError
        return real(frame)

    with monkeypatch.context() as broken:
        broken.setattr(actions, "_recount", failing)
        assert publish_2027(city) == Recounted(moved=4, left=(second,))
        assert recount_left(city, now=NOW) == Recounted(moved=0, left=()), "it rests first"
    with city.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.case_id, incident.action) == (second, "recount")
    later = NOW + RETRY_AFTER + timedelta(minutes=1)
    stop = threading.Event()
    monkeypatch.setattr("workflows.worker.tidy", lambda *_: stop.set())
    work(city, stop, now=lambda: later)
    assert _provisional(city) == set()
    with city.database.reading() as session:
        assert session.scalars(select(Incident.resolved_at)).one() == later
    assert verify(city).broken == ()


def test_a_count_that_was_cut_off_is_finished(
    three: tuple[City, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    city, (_first, second, third) = three
    real = actions._recount

    def cut_off(frame: Frame) -> int:
        if frame.case.id == second:
            raise KeyboardInterrupt
        return real(frame)

    with monkeypatch.context() as broken:
        broken.setattr(actions, "_recount", cut_off)
        with pytest.raises(KeyboardInterrupt):
            publish_2027(city)
    assert _provisional(city) == {second, third}
    assert recount_left(city, now=NOW).moved == 4
    assert _provisional(city) == set()


def test_only_a_system_admin_publishes(city: City) -> None:
    with pytest.raises(NotAllowed):
        publish_2027(city, Actor(name="某人"))
