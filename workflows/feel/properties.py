"""The members that dates, times, durations and ranges have: `when.year`, `length.days`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from workflows.feel.fardates import FarDate, FarDateTime
from workflows.feel.temporal import seconds_of
from workflows.feel.values import Range, YearsMonths

Reader = Callable[[Any], Any]


def _offset(value: Any) -> timedelta | None:
    found: timedelta | None = value.utcoffset()
    return found


def _zone(value: Any) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _second(value: Any) -> Decimal:
    return (
        Decimal(value.second) + Decimal(value.microsecond).scaleb(-6)
        if value.microsecond
        else (Decimal(value.second))
    )


def _part(unit: int, modulus: int | None) -> Reader:
    """Return a reader of a duration's part, with the duration's sign."""

    def read(value: timedelta) -> Decimal:
        seconds = seconds_of(value)
        count = abs(seconds) // unit
        if modulus:
            count = count % modulus
        return -count if seconds < 0 and count else count

    return read


def _seconds(value: timedelta) -> Decimal:
    seconds = seconds_of(value)
    rest = abs(seconds) % 60
    return -rest if seconds < 0 and rest else rest


def _months(value: YearsMonths) -> Decimal:
    rest = abs(value.months) % 12
    return Decimal(-rest if value.months < 0 else rest)


def _years(value: YearsMonths) -> Decimal:
    years = abs(value.months) // 12
    return Decimal(-years if value.months < 0 else years)


_DATE: dict[str, Reader] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_TIME: dict[str, Reader] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}


def _of_part(name: str) -> Reader:
    """Return the reader of a far moment's member: of its day, or of its time of day."""
    if name in _DATE:
        return lambda value: _DATE[name](value.date)
    return lambda value: _TIME[name](value.clock)


PROPERTIES: dict[type, dict[str, Reader]] = {
    date: _DATE,
    FarDate: _DATE,
    FarDateTime: {name: _of_part(name) for name in (*_DATE, *_TIME)},
    time: _TIME,
    datetime: _DATE | _TIME,
    timedelta: {
        "days": _part(86_400, None),
        "hours": _part(3_600, 24),
        "minutes": _part(60, 60),
        "seconds": _seconds,
    },
    YearsMonths: {"years": _years, "months": _months},
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}


def member(value: Any, name: str) -> Any:
    """Return `value.name`; null for a member that is absent, a list for a list."""
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        return [member(item, name) for item in value]
    readers = PROPERTIES.get(kind)
    if readers is None:
        return None
    reader = readers.get(name)
    return reader(value) if reader else None
