"""Types by name: `instance of`, and fitting values to declared types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from workflows.feel.fardates import FarDate, FarDateTime, combine
from workflows.feel.syntax import TypeNode
from workflows.feel.values import Function, Range, YearsMonths


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type that values can be tested against.

    `members` are those of a context, `inner` that of list elements, range ends or
    function results, `arity` the number of a function's parameters and `takes` what it
    must take, `allowed` a test of the values that a model gives.
    """

    name: str
    python: tuple[type, ...] = ()
    inner: FeelType | None = None
    members: tuple[tuple[str, FeelType], ...] = ()
    arity: int | None = None
    takes: tuple[FeelType, ...] = ()
    allowed: Callable[[Any], bool] | None = None


ANY = FeelType("Any", (object,))
SIMPLE: dict[str, FeelType] = {
    "Any": ANY,
    "Null": FeelType("Null", (type(None),)),
    "number": FeelType("number", (Decimal,)),
    "string": FeelType("string", (str,)),
    "boolean": FeelType("boolean", (bool,)),
    "date": FeelType("date", (date, FarDate)),
    "time": FeelType("time", (time,)),
    "date and time": FeelType("date and time", (datetime, FarDateTime)),
    "dateTime": FeelType("date and time", (datetime, FarDateTime)),
    "days and time duration": FeelType("days and time duration", (timedelta,)),
    "dayTimeDuration": FeelType("days and time duration", (timedelta,)),
    "years and months duration": FeelType("years and months duration", (YearsMonths,)),
    "yearMonthDuration": FeelType("years and months duration", (YearsMonths,)),
    "duration": FeelType("duration", (timedelta, YearsMonths)),
    "list": FeelType("list", (list,)),
    "context": FeelType("context", (dict,)),
    "range": FeelType("range", (Range,)),
    "function": FeelType("function", (Function,)),
}


def resolve(node: TypeNode, known: Mapping[str, FeelType] | None = None) -> FeelType | None:
    """Return the type that a node names, None when nothing has that name."""
    if not node.is_generic:
        return (known or {}).get(node.name) or SIMPLE.get(node.name)
    inner = [resolve(argument, known) for argument in node.arguments]
    found = [kind for kind in inner if kind is not None]
    if len(found) != len(inner):
        return None
    if node.name == "context":
        return FeelType("context", (dict,), members=tuple(zip(node.members, found, strict=True)))
    if node.name == "function":
        *takes, result = found
        return FeelType("function", (Function,), inner=result, arity=len(takes), takes=tuple(takes))
    base = SIMPLE[node.name]
    return FeelType(base.name, base.python, inner=found[0])


def is_instance(value: Any, kind: FeelType) -> bool:
    """Whether a value has a type, as `instance of` asks: allowed values do not count."""
    return _has_type(value, kind, is_instance)


def conforms(value: Any, kind: FeelType) -> bool:
    """Whether a value has a type and is one that the type, and those inside it, allow."""
    if kind.allowed is not None and not kind.allowed(value):
        return False
    return _has_type(value, kind, conforms)


def _has_type(value: Any, kind: FeelType, inside: Callable[[Any, FeelType], bool]) -> bool:
    if kind.name == "Any":
        return value is not None
    if kind.name == "function":
        return isinstance(value, Function) and _takes(value, kind)
    if type(value) not in kind.python:
        return False
    if type(value) is list and kind.inner is not None:
        inner = kind.inner
        return all(item is None or inside(item, inner) for item in value)
    if type(value) is Range and kind.inner is not None:
        return all(end is None or inside(end, kind.inner) for end in (value.low, value.high))
    return all(
        name in value and (value[name] is None or inside(value[name], member))
        for name, member in kind.members
    )


def _takes(function: Function, kind: FeelType) -> bool:
    """Whether a function has the parameters of a type, and takes whatever the type hands it."""
    if kind.arity is None:
        return True
    if kind.arity != len(function.parameters):
        return False
    return all(
        parameter is None or _is_kind_of(given, parameter)
        for parameter, given in zip(function.types, kind.takes, strict=False)
    )


def _is_kind_of(narrow: FeelType, wide: FeelType) -> bool:
    """Whether every value of one type is one of the other."""
    if wide.name == "Any":
        return True
    if narrow.name != wide.name:
        return False
    if wide.inner is not None and (
        narrow.inner is None or not _is_kind_of(narrow.inner, wide.inner)
    ):
        return False
    has = dict(narrow.members)
    return all(name in has and _is_kind_of(has[name], kind) for name, kind in wide.members)


def fit(value: Any, kind: FeelType) -> Any:
    """Return a value as a declared type: unchanged, or converted the standard's way, or null."""
    if value is None or conforms(value, kind):
        return value
    if type(value) is list and len(value) == 1 and kind.name != "list":
        return value[0] if value[0] is not None and conforms(value[0], kind) else None
    if kind.name == "list" and type(value) is not list:
        return [value] if kind.inner is None or conforms(value, kind.inner) else None
    if type(value) in (date, FarDate) and datetime in kind.python:
        return combine(value, time(tzinfo=UTC))
    return None
