"""Counting working days: facts of the state's calendar, and what holds for all days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from chinese_calendar import is_workday as state_says
from hypothesis import given
from hypothesis import strategies as st

from tests.worktime.calendars import PLAIN, STATE, shanghai
from workflows.worktime import Calendar, DifferingDay, Left, end_of, local_day, on_day

MOMENTS = st.datetimes(
    min_value=datetime(2019, 1, 1),
    max_value=datetime(2026, 11, 30),
    timezones=st.just(UTC),
)
FEW_DAYS = st.integers(min_value=1, max_value=300)


def due_day(start: str, days: int) -> date:
    return local_day(STATE.add(shanghai(start), days).due_at)


def test_every_published_day_is_what_the_state_says() -> None:
    day = date(2019, 1, 1)
    while day <= STATE.last_on:
        assert STATE.is_workday(day) == state_says(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2019-01-25T09:00", 5, date(2019, 2, 1)),  # a Friday, an ordinary week
        (
            "2019-02-01T09:00",
            3,
            date(2019, 2, 11),
        ),  # make-up Saturday and Sunday, then the festival
        ("2020-01-23T10:00", 1, date(2020, 2, 3)),  # the festival that was prolonged
        ("2021-02-19T10:00", 1, date(2021, 2, 20)),  # a make-up Saturday counts
        ("2023-09-28T17:59", 2, date(2023, 10, 8)),  # National Day and Mid-Autumn together
        ("2024-12-31T09:00", 1, date(2025, 1, 2)),  # over the end of a year
        ("2025-01-24T09:00", 2, date(2025, 1, 27)),  # make-up Sunday before the festival
        ("2026-02-13T09:00", 2, date(2026, 2, 24)),  # make-up Saturday, nine days off
    ],
)
def test_deadlines_that_an_office_would_count_by_hand(start: str, days: int, due: date) -> None:
    assert due_day(start, days) == due


def test_a_deadline_ends_with_its_day_in_shanghai() -> None:
    computed = STATE.add(shanghai("2026-03-02T23:30"), 1)
    assert computed.due_at == datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC)


def test_the_day_is_that_of_shanghai_not_of_utc() -> None:
    before_midnight, after = shanghai("2026-03-02T23:59"), shanghai("2026-03-03T00:01")
    assert before_midnight.date() == after.date()
    assert local_day(STATE.add(before_midnight, 1).due_at) == date(2026, 3, 3)
    assert local_day(STATE.add(after, 1).due_at) == date(2026, 3, 4)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        STATE.add(datetime(2026, 3, 2, 9), 1)


def test_zero_days_end_with_the_start_day() -> None:
    assert due_day("2026-03-07T10:00", 0) == date(2026, 3, 7)


@given(MOMENTS, FEW_DAYS)
def test_between_undoes_add(start: datetime, days: int) -> None:
    computed = STATE.add(start, days)
    assert STATE.between(start, computed.due_at) == days
    assert STATE.is_workday(local_day(computed.due_at))


@given(MOMENTS, FEW_DAYS)
def test_counting_back_is_counting_forward_from_there(start: datetime, days: int) -> None:
    back = local_day(STATE.add(start, -days).due_at)
    assert STATE.is_workday(back)
    ahead = STATE.add_from_date(back, days)
    assert local_day(ahead.due_at) >= local_day(start)
    assert STATE.days_between(back, local_day(start)) in (days, days - 1)


@given(MOMENTS, MOMENTS)
def test_between_is_the_number_of_working_days_one_by_one(a: datetime, b: datetime) -> None:
    first, last = sorted((local_day(a), local_day(b)))
    last = min(last, first + timedelta(days=400))
    days = ((first + timedelta(days=n + 1)) for n in range((last - first).days))
    counted = sum(STATE.is_workday(day) for day in days)
    assert STATE.days_between(first, last) == counted
    assert STATE.days_between(last, first) == -counted


@given(MOMENTS, FEW_DAYS, st.integers(min_value=0, max_value=2000))
def test_a_later_start_or_more_days_is_never_due_earlier(
    start: datetime, days: int, hours: int
) -> None:
    later = STATE.add(start + timedelta(hours=hours), days).due_at
    assert STATE.add(start, days).due_at <= later
    assert STATE.add(start, days).due_at < STATE.add(start, days + 1).due_at


@given(
    st.sets(st.integers(min_value=0, max_value=120), max_size=40),
    st.integers(min_value=0, max_value=120),
    st.integers(min_value=1, max_value=60),
)
def test_any_calendar_counts_as_one_would_by_hand(odd: set[int], start: int, days: int) -> None:
    first = date(2026, 1, 1)
    differing = [first + timedelta(days=n) for n in sorted(odd)]
    calendar = Calendar(
        version="x",
        last_on=date(2026, 12, 31),
        days=tuple(DifferingDay(day, day.weekday() >= 5, "调") for day in differing),
    )
    day, left = first + timedelta(days=start), days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    assert local_day(calendar.add_from_date(first + timedelta(days=start), days).due_at) == day


# ------------------------------------------------------------------------- how


def test_how_names_each_skipped_holiday_and_each_make_up_day() -> None:
    how = STATE.add(shanghai("2026-02-10T09:00"), 8).how
    assert how["rule"] == "workdays"
    assert (how["days"], how["start"], how["due"]) == (8, "2026-02-10", "2026-02-27")
    assert [day["on"] for day in how["skipped"]] == [
        "2026-02-16",
        "2026-02-17",
        "2026-02-18",
        "2026-02-19",
        "2026-02-20",
        "2026-02-23",
    ]
    assert {day["name"] for day in how["skipped"]} == {"春节"}
    assert how["made_up"] == [{"on": "2026-02-14", "name": "春节"}]
    assert (how["calendar"], how["provisional"]) == ("1", False)


@given(MOMENTS, FEW_DAYS)
def test_how_accounts_for_every_day(start: datetime, days: int) -> None:
    how = STATE.add(start, days).how
    first, last = date.fromisoformat(how["start"]), date.fromisoformat(how["due"])
    weekdays = sum(
        (first + timedelta(days=n + 1)).weekday() < 5 for n in range((last - first).days)
    )
    assert weekdays - len(how["skipped"]) + len(how["made_up"]) == days


def test_beyond_the_published_year_a_deadline_is_provisional_until_it_is_counted_again() -> None:
    computed = STATE.add(shanghai("2026-12-30T09:00"), 2)
    assert computed.how["provisional"]
    assert local_day(computed.due_at) == date(2027, 1, 1)
    new_year = DifferingDay(date(2027, 1, 1), False, "元旦")
    published = Calendar(version="2", last_on=date(2027, 12, 31), days=(*STATE.days, new_year))
    again = published.recount(computed.how)
    assert again is not None
    assert local_day(again.due_at) == date(2027, 1, 4)
    assert not again.how["provisional"]
    assert again.how["calendar"] == "2"


@given(MOMENTS, FEW_DAYS, st.integers(min_value=1, max_value=50))
def test_counting_again_by_the_same_calendar_changes_nothing(
    start: datetime, days: int, pause: int
) -> None:
    computed = STATE.add(start, days)
    extended = STATE.extend(computed.due_at, 3)
    resumed = STATE.resumed(computed.due_at, start, start + timedelta(days=pause))
    for found in (computed, extended, resumed):
        again = STATE.recount(found.how)
        assert again is not None
        assert again.due_at == found.due_at


def test_a_date_that_somebody_set_is_moved_by_no_calendar() -> None:
    assert PLAIN.recount(on_day(date(2026, 3, 6), time(9)).how) is None


# ---------------------------------------------------------------------- pauses


@given(MOMENTS, FEW_DAYS, st.integers(0, 400), st.integers(0, 400))
def test_a_pause_of_k_working_days_moves_the_due_time_by_k(
    start: datetime, days: int, before: int, pause: int
) -> None:
    due_at = STATE.add(start, days).due_at
    paused_at = start + timedelta(hours=before)
    now = paused_at + timedelta(days=pause, hours=pause)
    resumed = STATE.resumed(due_at, paused_at, now).due_at
    assert STATE.between(due_at, resumed) == STATE.between(paused_at, now) or (
        # met when paused, yet its last day ended in the pause: the next working day is given
        paused_at <= due_at and STATE.between(now, resumed) == 1
    )
    assert (resumed >= now) == (due_at >= paused_at)


def test_a_short_pause_moves_nothing() -> None:
    due_at = end_of(date(2026, 3, 7), time(18, 30))  # a Saturday: a date that somebody set
    moved = STATE.resumed(due_at, shanghai("2026-03-04T09:00"), shanghai("2026-03-04T15:00"))
    assert moved.due_at == due_at


def test_the_time_of_day_is_given_back() -> None:
    left = STATE.remaining(shanghai("2026-03-04T09:00"), end_of(date(2026, 3, 6), time(10, 15)))
    assert left == Left(days=2, offset=0, at=time(10, 15), overdue=False)
    resumed = STATE.resume(shanghai("2026-03-10T09:00"), left)
    assert resumed.due_at == shanghai("2026-03-12T10:15")
    assert resumed.how["at"] == "10:15:00"


def test_what_was_due_today_is_not_overdue_after_a_pause_over_the_weekend() -> None:
    friday = end_of(date(2026, 3, 6))
    moved = STATE.resumed(friday, shanghai("2026-03-06T10:00"), shanghai("2026-03-07T10:00"))
    assert local_day(moved.due_at) == date(2026, 3, 9)


def test_what_was_overdue_stays_overdue_by_as_much() -> None:
    moved = STATE.resumed(
        end_of(date(2026, 3, 4)), shanghai("2026-03-06T10:00"), shanghai("2026-03-12T10:00")
    )
    assert local_day(moved.due_at) == date(2026, 3, 10)
    assert STATE.between(shanghai("2026-03-12T10:00"), moved.due_at) == -2
