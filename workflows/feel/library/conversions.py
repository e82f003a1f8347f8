"""Functions that make one type of value from another."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflows.feel import temporal
from workflows.feel.budget import Budget
from workflows.feel.errors import FeelSyntaxError
from workflows.feel.fardates import DAYS, FarDate, FarDateTime, combine, make_date
from workflows.feel.knownnames import KnownNames
from workflows.feel.library.signature import builtin
from workflows.feel.numbers import NUMBERS, number, to_text, whole
from workflows.feel.parser import parse
from workflows.feel.ranges import make_range, range_of
from workflows.feel.syntax import Call, Constant, Name, Negative, Node, RangeLiteral
from workflows.feel.values import Function, Range, YearsMonths

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAMES = KnownNames(["date and time"])
_PARSE = 20
"""Steps that reading a range counts for, beside its length."""
_SEPARATORS = (" ", ",", ".")


@builtin("number", "from", "from, grouping separator, decimal separator", single=True)
def to_number(budget: Budget, text: Any, *separators: Any) -> Any:
    """The number that a text writes, with separators of thousands and decimals."""
    if type(text) is Decimal and not separators:
        return text
    if type(text) is not str:
        return None
    if separators:
        grouping, point = separators
        if grouping not in (None, *_SEPARATORS) or point not in (None, ".", ","):
            return None
        if grouping is not None and grouping == point:
            return None
        if grouping:
            text = text.replace(grouping, "")
        if point == ",":
            text = text.replace(".", "?").replace(",", ".")
    return number(text) if _NUMBER.fullmatch(text) and len(text) < 10_000 else None


@builtin("string", "from")
def to_string(budget: Budget, value: Any) -> Any:
    """A value as text."""
    if value is None:
        return None
    return value if type(value) is str else _text(value, budget)


def _text(value: Any, budget: Budget) -> str:
    """Return a value as FEEL writes it; texts inside lists keep their quotation marks."""
    budget.spend()
    if type(value) is bool or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if type(value) is Decimal:
        return to_text(value)
    if type(value) is str:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, (*DAYS, time, timedelta, YearsMonths)):
        return temporal.write(value)
    return _compound(value, budget)


def _compound(value: Any, budget: Budget) -> str:
    budget.enter()
    try:
        if type(value) is list:
            text = "[" + ", ".join(_text(item, budget) for item in value) + "]"
        elif type(value) is dict:
            parts = (f"{key}: {_text(item, budget)}" for key, item in value.items())
            text = "{" + ", ".join(parts) + "}"
        elif isinstance(value, Range):
            text = _range(value, budget)
        elif isinstance(value, Function):
            text = f"function({', '.join(value.parameters)})"
        else:
            text = str(value)
        budget.check_size(len(text))
        return text
    finally:
        budget.leave()


def _range(value: Range, budget: Budget) -> str:
    if value.operator:
        end = value.low if value.high is None or value.operator == "=" else value.high
        return f"({value.operator} {_end_text(end, budget)})"
    low = "[" if value.low_closed else "("
    high = "]" if value.high_closed else ")"
    return f"{low}{_end_text(value.low, budget)}..{_end_text(value.high, budget)}{high}"


def _end_text(end: Any, budget: Budget) -> str:
    """Return an end of a range so that it reads back: moments as `@` literals."""
    text = _text(end, budget)
    is_moment = isinstance(end, (*DAYS, time, timedelta, YearsMonths))
    return f'@"{text}"' if is_moment else text


@builtin("date", "from", "year, month, day", single=True)
def to_date(budget: Budget, first: Any, *rest: Any) -> Any:
    """A date, of a text, a date and time, or year, month and day."""
    if rest:
        numbers = [whole(part) for part in (first, *rest)]
        year, month, day = numbers
        if year is None or month is None or day is None:
            return None
        return make_date(year, month, day)
    if type(first) is str:
        return temporal.parse_date(first)
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, FarDateTime):
        return first.date
    return first if isinstance(first, DAYS) else None


@builtin("time", "from", "hour, minute, second", "hour, minute, second, offset", single=True)
def to_time(budget: Budget, first: Any, *rest: Any) -> Any:
    """A time, of a text, a date and time, or hour, minute, second and offset."""
    if rest:
        return _time_of(first, *rest)
    if type(first) is str:
        return temporal.parse_time(first)
    if isinstance(first, datetime):
        return first.timetz()
    if isinstance(first, FarDateTime):
        return first.clock
    if isinstance(first, date | FarDate):
        return time(tzinfo=temporal.zone("Z"))
    return first if isinstance(first, time) else None


def _time_of(hour: Any, minute: Any, second: Any, offset: Any = None) -> time | None:
    hours, minutes = whole(hour), whole(minute)
    if hours is None or minutes is None or type(second) is not Decimal:
        return None
    if not (offset is None or isinstance(offset, timedelta)) or not 0 <= second < 60:
        return None
    where = None if offset is None else temporal.fixed_zone(offset)
    if offset is not None and where is None:
        return None
    micro = int((second % 1) * 1_000_000)
    try:
        return time(hours, minutes, int(second), micro, where)
    except (ValueError, OverflowError):
        return None


@builtin("date and time", "from", "date, time", single=True)
def to_date_time(budget: Budget, first: Any, *rest: Any) -> Any:
    """A date and time, of a text, or of a date and a time."""
    if rest:
        clock = rest[0]
        day = to_date(budget, first) if isinstance(first, DAYS) else None
        return None if day is None or not isinstance(clock, time) else combine(day, clock)
    if type(first) is str:
        return temporal.parse_date_time(first)
    if isinstance(first, datetime | FarDateTime):
        return first
    return combine(first, time()) if isinstance(first, date | FarDate) else None


@builtin("duration", "from", single=True)
def to_duration(budget: Budget, value: Any) -> Any:
    """The duration that a text writes, such as P1Y2M or P1DT2H."""
    if type(value) is str:
        return temporal.parse_duration(value)
    return value if isinstance(value, timedelta | YearsMonths) else None


@builtin("range", "from", single=True)
def to_range(budget: Budget, text: Any) -> Any:
    """The range that a text writes, such as [1..5]; its ends are literals."""
    if type(text) is not str:
        return None
    budget.spend(_PARSE + len(text))
    half = _HALF.fullmatch(text)
    try:
        node = parse((half["high"] or half["low"]) if half else text, (_NAMES,))
    except FeelSyntaxError:
        return None
    if half is not None:
        end = _end(node, budget)
        return None if end is None else range_of(_operator(half), end)
    if not isinstance(node, RangeLiteral):
        return None
    low, high = _end(node.low, budget), _end(node.high, budget)
    if low is None or high is None:
        return None
    return make_range(low, high, node.low_closed, node.high_closed)


_HALF = re.compile(
    r"\s*(?:[(\]]\s*\.\.(?P<high>.+)(?P<below>[)\[\]])|(?P<above>[(\[\]])(?P<low>.+)\.\.\s*[)\[])\s*"
)
"""A range without one of its ends, such as (..2]; the missing end is an open one."""


def _operator(half: re.Match[str]) -> str:
    """Return the test that means the same as a range with one end."""
    if half["high"]:
        return "<=" if half["below"] == "]" else "<"
    return ">=" if half["above"] == "[" else ">"


def _end(node: Node, budget: Budget) -> Any:
    """Return the value of a literal end: a constant, or `date("...")` and its like."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Negative) and isinstance(node.operand, Constant):
        value = node.operand.value
        return NUMBERS.minus(value) if type(value) is Decimal else None
    if not isinstance(node, Call) or not isinstance(node.function, Name) or node.names:
        return None
    made = _LITERALS.get(node.function.name)
    arguments = [part.value for part in node.arguments if isinstance(part, Constant)]
    if made is None or len(node.arguments) != 1 or len(arguments) != 1:
        return None
    return made(budget, arguments[0])


@builtin("years and months duration", "from, to", single=True)
def to_years_months(budget: Budget, start: Any, end: Any) -> Any:
    """The whole months between two dates."""
    if not isinstance(start, DAYS) or not isinstance(end, DAYS):
        return None
    return temporal.months_between(start, end)


_LITERALS = {
    "date": to_date,
    "time": to_time,
    "date and time": to_date_time,
    "duration": to_duration,
}
