"""The values of FEEL: which Python types they are, when they are equal, which is larger."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import total_ordering
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.errors import FeelError
from workflows.feel.fardates import FarDate, FarDateTime, order_key
from workflows.feel.numbers import from_float, from_int


@total_ordering
@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A duration of whole months, such as P1Y2M; negative ones run backwards."""

    months: int

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, YearsMonths):
            return NotImplemented
        return self.months < other.months


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None cannot be compared with.

    `operator` is set for a range written as a test, such as `(< 5)`: it has no end on
    the other side, and equals only ranges written like it.
    """

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    operator: str = ""


class Function(ABC):
    """A function value; `parameters` are its names in order."""

    __slots__ = ("parameters",)

    parameters: tuple[str, ...]

    @property
    def types(self) -> tuple[Any, ...]:
        """The types of the parameters, None for one that takes anything; empty if unknown."""
        return ()

    @abstractmethod
    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Return the result; None when the arguments do not fit."""

    def call_by_name(self, budget: Budget, arguments: Mapping[str, Any]) -> Any:
        """Return the result for named arguments; None when the names do not fit."""
        if arguments.keys() != set(self.parameters):
            return None
        return self.call(budget, [arguments[name] for name in self.parameters])


SCALARS = frozenset(
    {type(None), bool, Decimal, str, date, time, datetime, timedelta, YearsMonths, Range}
    | {FarDate, FarDateTime}
)
_MAX_LEVELS = 60


def normal(value: Any, levels: int = _MAX_LEVELS) -> Any:
    """Return a Python value as a FEEL value; FeelError for a type that has none."""
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is int:
        return from_int(value)
    if kind is float:
        return from_float(value)
    if levels == 0:
        raise FeelError("a value is nested too deeply.")
    if kind is dict:
        return {str(key): normal(item, levels - 1) for key, item in value.items()}
    if kind is list or kind is tuple or kind is set or kind is frozenset:
        return [normal(item, levels - 1) for item in value]
    return _unusual(value, levels)


def _unusual(value: Any, levels: int) -> Any:
    """Return subclasses and other mappings as plain FEEL values."""
    if isinstance(value, Function):
        return value
    if isinstance(value, str):
        return "".join(value)
    if isinstance(value, bool | Decimal | timedelta | date | time):
        return value
    if isinstance(value, int):
        return from_int(int(value))
    if isinstance(value, float):
        return from_float(float(value))
    if isinstance(value, Mapping):
        return {str(key): normal(item, levels - 1) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [normal(item, levels - 1) for item in value]
    raise FeelError(f"a value of the type {type(value).__name__} cannot be used.")


def is_native(value: Any, levels: int = _MAX_LEVELS) -> bool:
    """Whether a value is made of FEEL values already."""
    kind = type(value)
    if kind in SCALARS or isinstance(value, Function):
        return True
    if levels == 0:
        return False
    if kind is list:
        return all(is_native(item, levels - 1) for item in value)
    if kind is dict:
        return all(type(key) is str and is_native(value[key], levels - 1) for key in value)
    return False


_KINDS: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    FarDate: "date",
    FarDateTime: "date and time",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}


def kind_of(value: Any) -> str:
    """Return the standard's name of a value's type; `Null` for null."""
    if value is None:
        return "Null"
    return _KINDS.get(type(value)) or ("function" if isinstance(value, Function) else "Any")


def _comparable(value: Any) -> Any:
    """Return a date-time or time with an offset as UTC, cut to the millisecond."""
    if value.microsecond % 1000:
        value = value.replace(microsecond=value.microsecond // 1000 * 1000)
    if isinstance(value, datetime) and value.tzinfo is not None:
        try:
            return value.astimezone(UTC)
        except OverflowError:
            return value
    if isinstance(value, time) and value.tzinfo is not None:
        offset = value.utcoffset()
        if offset is None:
            return value
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        micro = value.microsecond
        return timedelta(seconds=seconds, microseconds=micro) - offset
    return value


def equal(left: Any, right: Any, budget: Budget) -> bool | None:
    """Whether two values are equal; None when their types cannot be compared."""
    kind = type(left)
    if kind is type(right):
        if kind in _PLAIN:
            return bool(left == right)
        return _equal_same_kind(left, right, budget)
    if left is None or right is None:
        return False
    if _MIXED & {kind, type(right)} and kind_of(left) == kind_of(right):
        return False
    return left is right or None if isinstance(left, Function) else None


_PLAIN = frozenset(
    {Decimal, str, bool, type(None), date, timedelta, YearsMonths, FarDate, FarDateTime}
)


def _equal_same_kind(left: Any, right: Any, budget: Budget) -> bool | None:
    if isinstance(left, list):
        budget.spend(1 + len(left))
        if len(left) != len(right):
            return False
        return _all_equal(zip(left, right, strict=True), budget)
    if isinstance(left, dict):
        budget.spend(1 + len(left))
        if left.keys() != right.keys():
            return False
        return _all_equal(((left[key], right[key]) for key in left), budget)
    if isinstance(left, Range):
        if left.operator != right.operator:
            return False
        if (left.low_closed, left.high_closed) != (right.low_closed, right.high_closed):
            return False
        return _all_equal(((left.low, right.low), (left.high, right.high)), budget)
    if isinstance(left, datetime | time):
        left, right = _comparable(left), _comparable(right)
        return bool(left == right) if type(left) is type(right) else False
    return left is right


def _all_equal(pairs: Any, budget: Budget) -> bool | None:
    budget.enter()
    try:
        return all(equal(left, right, budget) for left, right in pairs)
    finally:
        budget.leave()


_MIXED = frozenset({FarDate, FarDateTime})


def _far_less(left: Any, right: Any) -> bool | None:
    """Whether `left` is earlier when one of the two lies in a far year."""
    before, after = order_key(left), order_key(right)
    if before is None or after is None or kind_of(left) != kind_of(right):
        return None
    return before < after


_ORDERED = frozenset({Decimal, str, date, timedelta, YearsMonths})


def less(left: Any, right: Any) -> bool | None:
    """Whether `left` is smaller; None when the two have no order."""
    kind = type(left)
    if kind in _MIXED or type(right) in _MIXED:
        return _far_less(left, right)
    if kind is not type(right):
        return None
    if kind in _ORDERED:
        return bool(left < right)
    if kind is datetime or kind is time:
        left, right = _comparable(left), _comparable(right)
        try:
            return bool(left < right)
        except TypeError:
            return None
    return None
