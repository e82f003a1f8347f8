"""Dates, times, durations, and the functions of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.feel.speaking import check, examples, value
from workflows.feel import YearsMonths, compile_expression


@examples("""
date("2026-11-22") => @"2026-11-22"
date(2026, 2, 30) => null
date("2026-13-01") => null
date(@"2026-11-22T10:00:00Z") => @"2026-11-22"
time("10:00:00+08:00") => @"10:00:00+08:00"
time(10, 30, 0) => @"10:30:00"
time(10, 30, 0, @"PT8H") => @"10:30:00+08:00"
time("25:00:00") => null
time(@"2026-11-22T10:00:00Z") => @"10:00:00Z"
date and time("2026-11-22T10:00:00") => @"2026-11-22T10:00:00"
date and time(@"2026-11-22", @"10:00:00") => @"2026-11-22T10:00:00"
date and time("2026-11-22") => @"2026-11-22T00:00:00"
date and time("nonsense") => null
duration("P1Y2M") => @"P14M"
duration("P1DT2H") => @"PT26H"
duration("P1M1D") => null
duration("P") => null
years and months duration(@"2011-12-22", @"2013-08-24") => @"P1Y8M"
years and months duration(@"2013-08-24", @"2011-12-22") => -@"P1Y8M"
""")
def test_making(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
@"2026-01-31" + @"P1M" => @"2026-02-28"
@"2024-02-29" - @"P1Y" => @"2023-02-28"
@"2026-01-31" + @"P1D" => @"2026-02-01"
@"2026-01-31" + @"PT36H" => @"2026-02-01"
@"P1D" + @"2026-01-31" => @"2026-02-01"
@"2026-02-01" - @"2026-01-31" => @"P1D"
@"2026-02-01T10:00:00Z" - @"2026-02-01T10:00:00+08:00" => @"PT8H"
@"2026-02-01T10:00:00" - @"2026-02-01T10:00:00+08:00" => null
@"23:00:00" + @"PT2H" => @"01:00:00"
@"10:00:00" - @"09:30:00" => @"PT30M"
@"PT1H" * 1.5 => @"PT90M"
@"PT1H" / @"PT30M" => 2
@"P1Y" / 5 => @"P2M"
2 * @"P3M" => @"P6M"
@"P1Y" + @"P1D" => null
@"PT1H" - @"PT2H" => -@"PT1H"
@"9999-12-31" + @"P1D" => null
@"2026-01-01" + 1 => null
""")
def test_arithmetic(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
@"2026-11-22".weekday => 7
@"2026-11-22T10:20:30+08:00".hour => 10
@"2026-11-22T10:20:30+08:00".time offset => @"PT8H"
@"2026-11-22T10:20:30@Asia/Shanghai".timezone => "Asia/Shanghai"
@"P1DT2H3M4S".minutes => 3
@"-P1DT2H".days => -1
@"P14M".years => 1
@"P14M".months => 2
@"P14M".days => null
[1..5).end included => false
[1..5).start => 1
day of year(@"2019-09-17") => 260
day of week(@"2019-09-17") => "Tuesday"
month of year(@"2019-09-17") => "September"
week of year(@"2005-01-01") => 53
week of year(@"2003-12-29") => 1
is(@"2026-11-22", @"2026-11-22") => true
is(@"10:00:00Z", @"10:00:00+00:00") => true
is(@"10:00:00Z", @"10:00:00") => false
is(@"2026-01-01T00:00:00Z", @"2026-01-01T08:00:00+08:00") => false
@"2026-01-01T00:00:00Z" = @"2026-01-01T08:00:00+08:00" => true
""")
def test_parts(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
string(date("-2016-01-30")) => "-2016-01-30"
string(@"99999-12-31T10:00:00Z") => "99999-12-31T10:00:00Z"
date(12345, 6, 7).year => 12345
@"12345-02-30" => null
@"9999999999-01-01" => null
@"012345-01-01" => null
@"12345-06-07" = date(12345, 6, 7) => true
@"12345-06-07" = @"2026-11-22" => false
@"12345-06-07" > @"2026-11-22" => true
@"-0044-03-15" < @"2026-11-22" => true
@"12345-06-07T10:00:00" > @"12345-06-07T09:00:00" => true
@"12345-06-07" < @"2026-11-22T00:00:00" => null
@"12345-06-07" instance of date => true
@"12345-06-07T10:00:00" instance of date and time => true
@"12345-06-07T10:20:30Z".minute => 20
date(@"12345-06-07T10:00:00") => @"12345-06-07"
time(@"12345-06-07T10:00:00") => @"10:00:00"
date and time(@"12345-06-07", @"10:00:00") => @"12345-06-07T10:00:00"
years and months duration(@"2026-11-22", @"12026-11-22") => @"P10000Y"
day of week(@"12026-11-22") => "Sunday"
@"12345-06-07" + @"P1D" => null
""")
def test_far_years(text: str, expected: str) -> None:
    check(text, expected)


def test_python_moments_keep_their_types() -> None:
    due = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert value('due + @"PT1H"', due=due) == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert value('day + @"P1D"', day=date(2026, 11, 22)) == date(2026, 11, 23)
    assert value('@"P5D"') == timedelta(days=5)
    assert value('@"P2Y"') == YearsMonths(24)


def test_a_day_with_summer_time_is_counted_in_real_hours() -> None:
    moved = value('@"2026-03-28T12:00:00@Europe/Paris" + @"PT24H"')
    assert moved == datetime(2026, 3, 29, 13, tzinfo=ZoneInfo("Europe/Paris"))
    assert moved.hour == 13


def test_the_clock_is_the_callers() -> None:
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    clock = {"now": lambda: now, "today": lambda: now.date()}
    assert compile_expression("now()")({}, clock) == now
    assert compile_expression('today() + @"P1D"')({}, clock) == date(2026, 11, 23)
    assert compile_expression("now() instance of date and time")({}) is True
