"""The demo city: quick to lay, whole, and laid once only."""

import time
from datetime import UTC, datetime

from sqlalchemy import func, select

from models.calendars import CalendarVersion
from models.database import Database
from models.enterprises import Enterprise
from models.people import Position
from models.receptions import Reception
from models.units import Duty, Unit
from workflows import calendars
from workflows.actions.accounts import sign_in
from workflows.city import City
from workflows.demo import plan
from workflows.demo.accounts import demo_sign_ins
from workflows.demo.city import seed_city
from workflows.demo.names import credit_code
from workflows.worktime import DifferingDay, local_day

NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_it_is_laid_once_and_quickly(database: Database) -> None:
    city = City(database)
    started = time.perf_counter()
    assert seed_city(city, NOW)
    assert time.perf_counter() - started < 2
    assert not seed_city(city, NOW)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == len(plan.units())
        assert session.scalar(select(func.count()).select_from(Enterprise)) >= 30


def test_everybody_offered_on_the_sign_in_page_can_come_in(database: Database) -> None:
    city = City(database)
    seed_city(city, NOW)
    for account in demo_sign_ins():
        assert sign_in(city, account.login, account.password, now=NOW).person_id


def test_every_role_is_offered_and_held(database: Database) -> None:
    seed_city(City(database), NOW)
    with database.reading() as session:
        held = set(session.scalars(select(Position.role).distinct()))
    assert held | {"enterprise"} == {account.role for account in demo_sign_ins()}


def test_a_county_belongs_to_itself_so_that_its_people_see_their_county(
    database: Database,
) -> None:
    city = City(database)
    seed_city(city, NOW)
    for unit in city.directory().all():
        top = unit
        while top.kind not in ("city", "county") and top.parent_id is not None:
            top = city.directory().unit(top.parent_id)
        assert unit.county_id == (top.id if top.kind == "county" else None), unit.key


def test_every_duty_names_a_unit_that_can_sign_for_work_and_do_it(database: Database) -> None:
    city = City(database)
    seed_city(city, NOW)
    with database.reading() as session:
        units = set(session.scalars(select(Duty.unit_id)))
    for unit_id in units:
        for role in ("registry", "handler", "head"):
            assert city.directory().holds(unit_id, role)


def test_sessions_are_held_everywhere_on_the_same_working_days(database: Database) -> None:
    seed_city(City(database), NOW)
    with database.reading() as session:
        calendar = calendars.load(session, None)
        rows = session.execute(select(Reception.held_on, func.count()).group_by(Reception.held_on))
        days = dict(rows.all())
    assert set(days.values()) == {8}
    assert all(calendar.is_workday(day) for day in days)
    assert min(days) < local_day(NOW) < max(days)
    assert len(days) == 13


def test_codes_have_a_right_check_character_and_are_different() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    codes = {credit_code(number) for number in range(40)}
    assert len(codes) == 40
    for code in codes:
        total = sum(alphabet.index(c) * 3**n for n, c in enumerate(code[:17]))
        assert (total + alphabet.index(code[17])) % 31 == 0
        assert len(code) == 18


# ------------------------------------------------------------------- calendars


def test_the_calendar_is_seeded_once(database: Database) -> None:
    with database.transaction() as session:
        assert calendars.seed(session, NOW) is not None
        assert calendars.seed(session, NOW) is None
        assert session.scalar(select(func.count()).select_from(CalendarVersion)) == 1
        loaded = calendars.load(session, None)
    assert loaded.days == calendars.published_days()
    assert loaded.last_on.isoformat() == "2026-12-31"


def test_a_county_may_have_a_day_of_its_own(database: Database) -> None:
    from_day = datetime(2026, 6, 1, tzinfo=UTC)
    city = City(database)
    seed_city(city, NOW)
    county = city.unit("huidong")
    assert county is not None
    flood = local_day(from_day)
    with database.transaction() as session:
        calendars.publish(
            session,
            [DifferingDay(flood, False, "防汛停工")],
            first_on=flood,
            last_on=flood,
            source="县政府通告",
            by="测试",
            now=NOW,
            place_id=county.id,
        )
    city.forget()
    assert not city.calendar(county.id).is_workday(flood)
    assert city.calendar(None).is_workday(flood)
    assert city.calendar(county.id).version != city.calendar(None).version


def test_a_city_without_a_calendar_counts_the_plain_week_provisionally(
    database: Database,
) -> None:
    with database.reading() as session:
        calendar = calendars.load(session, None)
    assert calendar.add(NOW, 3).how["provisional"]


def test_nobody_has_two_demo_accounts() -> None:
    people = plan.people()
    assert len({person.login for person in people}) == len(people)
    assert len({person.name for person in people}) == len(people)
