"""The calendar page: which days count, and a year published by a system admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from models.people import Person, Position
from tests.pages.reader import Reader
from tests.pages.town import Town
from workflows.calendaryears import UnreadableLine, read_year
from workflows.worktime import local_day

As = Callable[[str], Reader]


@pytest.fixture
def admin(town: Town, as_: As) -> Reader:
    """A system admin."""
    with town.city.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.login == "process_admin")).one()
        post = session.scalars(select(Position).where(Position.person_id == person.id)).one()
        post.role = "system_admin"
    return as_("process_admin")


def test_staff_see_holidays_and_make_up_days(as_: As) -> None:
    page = as_("registry").get("/calendar?year=2026")
    off = [cell.text_content() for cell in page.all("//td[@class='day-off']")]
    assert "1休" in off
    assert page.all("//td[@class='day-made-up']")
    assert not page.all("//textarea")
    assert "尚未公布" not in page.words
    assert "尚未公布" in as_("registry").get("/calendar?year=2031").words


def test_a_year_is_published_and_deadlines_are_counted_again(town: Town, admin: Reader) -> None:
    case = town.submit()
    assert local_day(town.open_item(case.case_id).due_at) == date(2026, 3, 4)
    page = admin.get("/calendar?year=2026")
    days = page.one("//textarea").text_content().strip() + "\n2026-03-03~2026-03-04 休 台风停工"
    sent = {"year": "2026", "days": days, "source": "云州市人民政府通知"}
    assert admin.post("/calendar", sent, frm="/calendar").status_code == 303
    assert local_day(town.open_item(case.case_id).due_at) == date(2026, 3, 6)
    page = admin.get("/calendar?year=2026")
    assert "云州市人民政府通知" in page.words
    assert "第 2 版" in page.words
    assert town.city.calendar(None).is_workday(date(2025, 10, 11)), "other years stay"


def test_a_line_that_cannot_be_read_is_named_and_kept(town: Town, admin: Reader, as_: As) -> None:
    sent = {"year": "2026", "days": "2026-13-01 休 元旦", "source": "通知"}
    answer = admin.post("/calendar", sent, frm="/calendar")
    assert answer.status_code == 422
    assert answer.text.count("2026-13-01 休 元旦") == 2
    assert admin.post("/calendar", {**sent, "days": ""}, frm="/calendar").status_code == 422
    assert as_("dispatcher").post("/calendar", sent, frm="/account").status_code == 403


def test_lines_stand_for_days_that_differ() -> None:
    found = read_year("2026-10-01~2026-10-07 休 国庆节\n\n2026-10-10 班 国庆节", 2026)
    assert [day.on.day for day in found] == [1, 2, 5, 6, 7, 10]
    assert [day.working for day in found] == [False] * 5 + [True]
    for wrong in ("2025-10-01 休 x", "2026-10-05~2026-10-01 休 x", "2026-10-01", "nonsense"):
        with pytest.raises(UnreadableLine):
            read_year(wrong, 2026)
