"""Dates, times and durations: reading, writing, arithmetic, properties."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from workflows.feel.fardates import AnyDate, AnyDateTime, FarDateTime, combine, make_date
from workflows.feel.values import YearsMonths

Duration = YearsMonths | timedelta
_DATE = r"(?P<year>-?[0-9]{4,9})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,12}))?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*)?"
)
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_DATE_TIME = re.compile(f"{_DATE}T{_TIME}")
_MONTHS = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_DAYS = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,12})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,15})(?:\.([0-9]{0,12}))?S)?)?"
)
MAX_OFFSET = timedelta(hours=18)


@lru_cache(maxsize=256)
def zone(text: str) -> tzinfo | None:
    """Return the zone that `Z`, `+08:00` or `@Asia/Shanghai` names, None if none does."""
    if text in ("Z", "z"):  # the standard's own examples write both
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ValueError, KeyError, OSError):
            return None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return fixed_zone(-offset if text[0] == "-" else offset)


def fixed_zone(offset: timedelta) -> tzinfo | None:
    """Return the zone of a fixed offset, None when it is more than 18 hours."""
    if abs(offset) > MAX_OFFSET:
        return None
    return timezone(offset) if offset else UTC


def parse_date(text: str) -> AnyDate | None:
    """Return the date that `text` writes, None when it writes none."""
    found = _DATE_ONLY.fullmatch(text)
    if not found:
        return None
    return _date(found)


def _date(found: re.Match[str]) -> AnyDate | None:
    digits = found["year"].lstrip("-")
    if len(digits) > 4 and digits.startswith("0"):
        return None
    return make_date(int(found["year"]), int(found["month"]), int(found["day"]))


def parse_time(text: str) -> time | None:
    """Return the time that `text` writes, None when it writes none."""
    found = _TIME_ONLY.fullmatch(text)
    return _time(found) if found else None


def _time(found: re.Match[str]) -> time | None:
    where = zone(found["zone"]) if found["zone"] else None
    if found["zone"] and where is None:
        return None
    micro = int(((found["fraction"] or "") + "000000")[:6])
    try:
        return time(int(found["hour"]), int(found["minute"]), int(found["second"]), micro, where)
    except ValueError:
        return None


def parse_date_time(text: str) -> AnyDateTime | None:
    """Return the date and time that `text` writes (a bare date means midnight), or None."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        day = parse_date(text)
        return combine(day, time()) if day else None
    day, clock = _date(found), _time(found)
    return combine(day, clock) if day is not None and clock is not None else None


def parse_duration(text: str) -> Duration | None:
    """Return the duration that `text` writes, None when it writes none."""
    months = _MONTHS.fullmatch(text)
    if months:
        count = int(months[2] or 0) * 12 + int(months[3] or 0)
        return YearsMonths(-count if months[1] else count)
    days = _DAYS.fullmatch(text)
    if not days or text[-1] in "PT":
        return None
    try:
        length = timedelta(
            days=int(days[2] or 0),
            hours=int(days[3] or 0),
            minutes=int(days[4] or 0),
            seconds=int(days[5] or 0),
            microseconds=int(((days[6] or "") + "000000")[:6]),
        )
    except OverflowError:
        return None
    return -length if days[1] else length


def parse_temporal(text: str) -> AnyDate | time | AnyDateTime | Duration | None:
    """Return what an `@"..."` literal writes, None when it writes nothing known."""
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text and _DATE_TIME.fullmatch(text):
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def write(value: AnyDate | time | AnyDateTime | Duration) -> str:
    """Return the text that reads back as `value`."""
    if isinstance(value, YearsMonths):
        return _write_months(value.months)
    if isinstance(value, timedelta):
        return _write_days(value)
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_write_time(value.timetz(), value.utcoffset())}"
    if isinstance(value, FarDateTime):
        return f"{value.date.isoformat()}T{_write_time(value.clock, value.clock.utcoffset())}"
    if isinstance(value, time):
        return _write_time(value, value.utcoffset())
    return value.isoformat()


def _write_time(value: time, offset: timedelta | None) -> str:
    text = value.replace(tzinfo=None, microsecond=0).isoformat()
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{text}@{value.tzinfo.key}"
    if offset is None:
        return text
    if not offset:
        return text + "Z"
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    text += f"{sign}{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return text + (f":{seconds % 60:02d}" if seconds % 60 else "")


def _write_months(months: int) -> str:
    sign, months = ("-", -months) if months < 0 else ("", months)
    years, months = divmod(months, 12)
    if not years:
        return f"{sign}P{months}M"
    return f"{sign}P{years}Y" + (f"{months}M" if months else "")


def _write_days(value: timedelta) -> str:
    if not value:
        return "PT0S"
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or value.microseconds:
        fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
        clock += f"{seconds}{fraction}S"
    return f"{sign}P" + (f"{value.days}D" if value.days else "") + (f"T{clock}" if clock else "")


def seconds_of(value: timedelta) -> Decimal:
    """Return a duration's length in seconds."""
    whole = value.days * 86_400 + value.seconds
    return Decimal(whole) + Decimal(value.microseconds).scaleb(-6)


def of_seconds(seconds: Decimal) -> timedelta | None:
    """Return the duration of so many seconds, None when it is too long."""
    try:
        return timedelta(microseconds=int((seconds * 1_000_000).to_integral_value()))
    except (OverflowError, ArithmeticError):
        return None


def add_months(value: date | datetime, months: int) -> Any:
    """Return the day so many months on; the day is cut to the month's length."""
    count = value.year * 12 + value.month - 1 + months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        return None
    day = min(value.day, monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def add_days(value: Any, length: timedelta) -> Any:
    """Return a date, date-time or time moved by a duration, None when out of range."""
    try:
        if isinstance(value, datetime):
            return _add_to_instant(value, length)
        if isinstance(value, date):
            moved = datetime.combine(value, time()) + length
            return moved.date()
        moved = datetime.combine(date(2000, 1, 1), value.replace(tzinfo=None)) + timedelta(
            seconds=length.seconds, microseconds=length.microseconds
        )
        return moved.time().replace(tzinfo=value.tzinfo)
    except OverflowError:
        return None


def _add_to_instant(value: datetime, length: timedelta) -> datetime:
    """Move along the time line: in a zone with summer time by real hours."""
    if isinstance(value.tzinfo, ZoneInfo):
        return (value.astimezone(UTC) + length).astimezone(value.tzinfo)
    return value + length


def between(left: Any, right: Any) -> timedelta | None:
    """Return `left - right` for two dates, date-times or times, None when they do not match."""
    if isinstance(left, time):
        if not isinstance(right, time):
            return None
        (left, left_offset), (right, right_offset) = _of_day(left), _of_day(right)
        if (left_offset is None) != (right_offset is None):
            return None
        gap: timedelta = left - right
        return gap - (left_offset or timedelta()) + (right_offset or timedelta())
    if isinstance(right, time) or not isinstance(right, date):
        return None
    if isinstance(left, datetime) or isinstance(right, datetime):
        left, right = _as_instant(left), _as_instant(right)
    else:
        left, right = datetime.combine(left, time()), datetime.combine(right, time())
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    if left.tzinfo is not None:
        left, right = left.astimezone(UTC), right.astimezone(UTC)
    difference: timedelta = left - right
    return difference


def _as_instant(value: date) -> datetime:
    """Return a date as midnight UTC, which is how a date stands beside a date-time."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def _of_day(value: time) -> tuple[timedelta, timedelta | None]:
    of_day = timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
    )
    return of_day, value.utcoffset()


def months_between(start: AnyDate | FarDateTime, end: AnyDate | FarDateTime) -> YearsMonths:
    """Return the whole months from `start` to `end`, negative when `end` is earlier."""
    if (end.year, end.month, end.day) < (start.year, start.month, start.day):
        return YearsMonths(-months_between(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day:
        months -= 1
    return YearsMonths(months)
