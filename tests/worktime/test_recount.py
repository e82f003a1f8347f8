"""A newly published calendar: provisional deadlines are counted again, case by case."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from models.database import Database
from models.work import Deadline, WorkItem
from workflows.actions.calendars import publish, recount
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM, Actor
from workflows.calendars import published_days
from workflows.city import City
from workflows.definitions.bundle import files_of_folder
from workflows.demo.city import seed_city
from workflows.errors import NotAllowed
from workflows.explanation import explain
from workflows.verify import verify
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


def publish_2027(city: City, actor: Actor = SYSTEM) -> int:
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
    assert publish_2027(city) == 2
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
    assert recount(city, now=NOW) == 0


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
    assert moved == 2
    assert not any(deadline.how["provisional"] for deadline in deadlines(city))


def test_only_a_system_admin_publishes(city: City) -> None:
    with pytest.raises(NotAllowed):
        publish_2027(city, Actor(name="某人"))
