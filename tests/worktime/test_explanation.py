"""Why a deadline is what it is, in both languages."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worktime.calendars import STATE, shanghai
from workflows.explanation import HOLIDAYS_EN, explain
from workflows.worktime import on_day


def test_a_plain_week() -> None:
    how = STATE.add(shanghai("2026-03-02T09:00"), 5).how
    assert explain(how) == "自3月2日（周一）的次日起算 5 个工作日，至3月9日（周一）止；周末不计。"


def test_the_spring_festival_is_named_once_with_its_make_up_day() -> None:
    how = STATE.add(shanghai("2026-02-10T09:00"), 8).how
    assert explain(how, "zh_Hans_CN") == (
        "自2月10日（周二）的次日起算 8 个工作日，至2月27日（周五）止；周末不计，"
        "春节放假不计（2月16日至23日）；调休上班的2月14日（周六）计入。"
    )
    assert explain(how, "en") == (
        "8 working days counted from the day after Tue 10 February, until Fri 27 February; "
        "weekends do not count, nor does Spring Festival (16 to 23 February); "
        "make-up working days count (Sat 14 February)."
    )


def test_a_provisional_deadline_says_so_and_names_the_year() -> None:
    how = STATE.add(shanghai("2026-12-28T09:00"), 5).how
    assert "2027年1月4日（周一）" in explain(how)
    assert "暂定" in explain(how)
    assert "provisional" in explain(how, "en")


def test_a_date_that_somebody_set() -> None:
    assert explain(on_day(date(2026, 3, 6), time(9)).how) == "期限定为3月6日（周五）09:00。"


@pytest.mark.parametrize("how", [{}, {"rule": "of a later version"}])
def test_what_is_not_known_is_not_explained(how: dict[str, str]) -> None:
    assert explain(how) == ""


@given(
    st.datetimes(datetime(2019, 1, 1), datetime(2027, 6, 1)).map(lambda d: shanghai(d.isoformat())),
    st.integers(-20, 300),
)
def test_every_deadline_can_be_explained_in_both_languages(start: datetime, days: int) -> None:
    for computed in (
        STATE.add(start, days),
        STATE.extend(start, abs(days)),
        STATE.resumed(STATE.add(start, days).due_at, start, start),
        STATE.add_calendar_days(start, days),
    ):
        due = date.fromisoformat(computed.how["due"])
        assert f"{due.month}月{due.day}日" in explain(computed.how)
        english = explain(computed.how, "en")
        assert english.isascii()
        assert f"{due.day} {due:%B}" in english


def test_every_published_holiday_has_an_english_name() -> None:
    known = {day.name for day in STATE.days if day.on.year >= 2019}
    assert known <= set(HOLIDAYS_EN)


def test_a_day_that_was_set_after_counting_is_said_without_the_counting() -> None:
    counted = {"rule": "workdays", "days": 5, "start": "2026-03-02", "calendar": "1"}
    moved = {**counted, "rule": "date", "due": "2026-03-20", "skipped": [], "made_up": []}
    assert explain(moved) == "期限定为3月20日（周五）。"
    assert ";" not in explain(moved, "en")
    assert STATE.recount(moved) is None, "a new calendar does not put it back"
