"""Planning sessions: the year's roster, special ones, moving, cancelling, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import insert, select

from models.tables import AgendaItem, Deadline, Incident, Notice, Reception, TimelineEntry, Unit
from tests.pages.reader import Reader
from tests.pages.town import MONDAY, Town
from workflows.access import lock_case
from workflows.actions import receptions
from workflows.actions.receptions import Plan
from workflows.actor import SYSTEM, Actor, Post
from workflows.errors import InvalidEntries, NotAllowed
from workflows.sessiondays import SessionRule, proposed
from workflows.verify import verify
from workflows.worktime import end_of, local_day, on_day

As = Callable[[str], Reader]
ENTRIES = {
    "place": "city",
    "title": "土地专场",
    "kind": "special",
    "held_on": "2026-03-19",
    "starts_at": "14:30",
    "room": "三楼会议室",
    "leader": "leader某",
    "slots": "14",
}


def sessions(town: Town) -> list[Reception]:
    """All sessions, in order of their days."""
    with town.city.database.reading() as session:
        return list(session.scalars(select(Reception).order_by(Reception.held_on)))


def test_the_rule_gives_the_first_friday_or_the_next_working_day(town: Town) -> None:
    rule = SessionRule(nth=1, weekday=5)
    days = proposed(rule, town.city.calendar(None), 2026)
    assert days[2] == date(2026, 3, 6)
    assert days[0] == date(2026, 1, 4), "2 January is a holiday, the Sunday after is made up for"
    assert days[9] == date(2026, 10, 8), "the National Day holiday lasts until the 7th"
    assert SessionRule(nth=3, weekday=2).day(town.city.calendar(None), 2026, 3) == date(2026, 3, 17)


def test_a_year_is_planned_from_the_rule(town: Town, as_: As) -> None:
    reader = as_("dispatcher")
    assert "请先确定规则" in reader.get("/reception/plan").words
    rule = {"nth": "2", "weekday": "4", "source": "工作规程第五条", "place": "city"}
    assert reader.post("/reception/rule", rule, frm="/reception/plan").status_code == 303
    page = reader.get("/reception/plan?place=city&year=2026")
    assert "工作规程第五条" in page.text
    months = [one.get("name") for one in page.all("//input[@type='checkbox']")]
    assert months == [f"take-{month}" for month in range(4, 13)], "March has its session"
    sent: dict[str, Any] = {"place": "city", "year": "2026", "starts_at": "09:30", "slots": "8"}
    for month in (4, 5):
        day = page.one(f"//input[@name='held_on-{month}']/@value")
        sent |= {f"take-{month}": "1", f"title-{month}": f"{month}月接待日"}
        sent |= {f"held_on-{month}": day, f"leader-{month}": "leader某"}
    assert reader.post("/reception/plan", sent, frm="/reception/plan").status_code == 303
    made = [one for one in sessions(town) if one.held_on > date(2026, 3, 31)]
    assert [one.held_on for one in made] == [date(2026, 4, 9), date(2026, 5, 14)]
    assert {(one.leader, one.slots, one.starts_at) for one in made} == {
        ("leader某", 8, time(9, 30))
    }


def test_a_special_session_is_entered_and_errors_are_named(town: Town, as_: As) -> None:
    reader = as_("dispatcher")
    wrong = reader.post(
        "/reception/new", {**ENTRIES, "held_on": "2026-02-01", "slots": "0"}, frm="/reception/new"
    )
    assert wrong.status_code == 422
    assert "这一天已经过去" in wrong.text
    assert "土地专场" in wrong.text, "what was typed is kept"
    assert reader.post("/reception/new", ENTRIES, frm="/reception/new").status_code == 303
    again = reader.post("/reception/new", ENTRIES, frm="/reception/new")
    assert again.status_code == 422
    made = sessions(town)[-1]
    assert (made.title, made.kind, made.held_on) == ("土地专场", "special", date(2026, 3, 19))
    page = reader.get(f"/reception/{made.id}/change")
    assert page.one("//input[@name='held_on']/@value") == "2026-03-19"


@pytest.fixture
def placed(town: Town) -> tuple[int, int]:
    """A case on the agenda of the coming session, with work due on its day."""
    case = town.submit()
    coming = sessions(town)[-1]
    computed = on_day(coming.held_on)
    with town.city.database.transaction() as session:
        row = {"reception_id": coming.id, "case_id": case.case_id, "slot": 3}
        session.execute(insert(AgendaItem).values(**row, placed_at=MONDAY))
        deadline = session.scalars(select(Deadline).where(Deadline.kind == "due")).one()
        deadline.due_at, deadline.how, deadline.warn_at = computed.due_at, dict(computed.how), None
        deadline.expression = f'session_on("{coming.id}")'
    set_item(town, case.case_id, computed.due_at)
    return case.case_id, coming.id


def set_item(town: Town, case_id: int, due_at: datetime) -> None:
    """Let the work item repeat its deadline."""
    item = town.open_item(case_id)
    with town.city.database.transaction() as session:
        row = session.get_one(type(item), item.id)
        row.due_at, row.warn_at = due_at, None


def test_a_moved_session_takes_its_cases_along(
    town: Town, as_: As, placed: tuple[int, int]
) -> None:
    case_id, reception_id = placed
    moved = {**ENTRIES, "title": "3月接待日", "held_on": "2026-03-20", "slots": "12"}
    address = f"/reception/{reception_id}/change"
    assert as_("dispatcher").post(address, moved, frm=address).status_code == 303
    assert town.open_item(case_id).due_at == end_of(date(2026, 3, 20))
    with town.city.database.reading() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "message")).one()
        lines = list(session.scalars(select(TimelineEntry.kind)))
    assert "2026-03-20" in notice.values["body"]
    assert "session_moved" in lines
    assert verify(town.city).broken == ()
    full = {**moved, "slots": "2"}
    assert as_("dispatcher").post(address, full, frm=address).status_code == 422


def test_a_case_that_cannot_follow_its_session_is_named_and_holds_up_no_other(
    town: Town, placed: tuple[int, int]
) -> None:
    case_id, reception_id = placed
    held = town.submit().case_id
    row = {"reception_id": reception_id, "case_id": held, "slot": 1, "placed_at": MONDAY}
    with town.city.database.transaction() as session:
        session.execute(insert(AgendaItem).values(**row))
    moved = replace(plan_of(date(2026, 3, 20)), title="3月接待日", slots=12)
    with town.city.database.transaction() as session:
        lock_case(session, SYSTEM, case_id=held)
        assert receptions.change(town.city, SYSTEM, reception_id, moved, now=MONDAY) == 2
    assert town.open_item(case_id).due_at == end_of(date(2026, 3, 20))
    with town.city.database.reading() as session:
        incident = session.scalars(select(Incident)).one()
    assert (incident.case_id, incident.action) == (held, "session_moved")
    assert "2026-03-20" in incident.advice


def test_a_session_is_not_moved_onto_another_one(town: Town) -> None:
    days = [date(2026, 3, 26), date(2026, 3, 27)]
    place = next(unit.id for unit in town.city.directory().all() if unit.kind == "city")
    first, _ = receptions.plan(town.city, SYSTEM, place, [plan_of(day) for day in days], now=MONDAY)
    with pytest.raises(InvalidEntries):
        receptions.change(town.city, SYSTEM, first, plan_of(days[1]), now=MONDAY)


def test_a_rule_that_no_month_can_keep_is_refused(as_: As) -> None:
    rule = {"nth": "12", "weekday": "4", "place": "city"}
    assert as_("dispatcher").post("/reception/rule", rule, frm="/reception/plan").status_code == 400


def test_a_cancelled_session_tells_its_companies_why(
    town: Town, as_: As, placed: tuple[int, int]
) -> None:
    _, reception_id = placed
    address = f"/reception/{reception_id}/cancel"
    reader = as_("dispatcher")
    frm = f"/reception/{reception_id}/change"
    assert reader.post(address, {"reason": " "}, frm=frm).status_code == 422
    assert reader.post(address, {"reason": "台风停课停工"}, frm=frm).status_code == 303
    assert "已取消" in reader.get(f"/reception/{reception_id}").words
    assert "台风停课停工" in as_("company").get("/messages").words
    assert reader.client.get(frm).status_code == 200
    assert reader.post(address, {"reason": "再次"}, frm="/account").status_code == 403


def plan_of(day: date) -> Plan:
    """A session on a day."""
    return Plan(
        title="接待日",
        kind="monthly",
        held_on=day,
        starts_at=time(9),
        room="",
        leader="",
        slots=5,
    )


def test_a_county_plans_its_own_sessions_alone(town: Town, as_: As) -> None:
    with town.city.database.reading() as session:
        units = dict(session.execute(select(Unit.key, Unit.id)).all())
    north = Post(unit_id=units["north"], role="dispatcher", county_id=units["north"])
    county = Actor(name="北县", posts=(north,))
    day = local_day(MONDAY)
    assert receptions.plan(town.city, county, units["north"], [plan_of(day)], now=MONDAY)
    with pytest.raises(NotAllowed):
        receptions.plan(town.city, county, units["city"], [plan_of(day)], now=MONDAY)
    handler = Actor(name="员", posts=(Post(unit_id=units["roads"], role="handler"),))
    with pytest.raises(NotAllowed):
        receptions.plan(town.city, handler, units["city"], [plan_of(day)], now=MONDAY)
    with pytest.raises(InvalidEntries):
        receptions.plan(town.city, SYSTEM, units["north"], [plan_of(day)], now=MONDAY)
    assert as_("registry").client.get("/reception/plan").status_code == 403
