"""Functions of contexts, and `is`."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from workflows.feel.budget import Budget
from workflows.feel.library.lists import as_list
from workflows.feel.library.signature import builtin
from workflows.feel.values import equal, kind_of


@builtin("get value", "m, key", "context, key", "context, keys", "m, keys")
def get_value(budget: Budget, context: Any, key: Any) -> Any:
    """A context's value by key."""
    if type(context) is not dict:
        return None
    if type(key) is str:
        return context.get(key)
    return None


@builtin("get entries", "m", "context")
def get_entries(budget: Budget, context: Any) -> Any:
    """A context as a list of keys and values."""
    if type(context) is not dict:
        return None
    budget.spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries")
def context(budget: Budget, entries: Any) -> Any:
    """A context made of a list of keys and values."""
    found = as_list(entries)
    if found is None:
        return None
    budget.spend(len(found))
    made: dict[str, Any] = {}
    for entry in found:
        if type(entry) is not dict or "value" not in entry or type(entry.get("key")) is not str:
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made


@builtin(
    "context put", "context, key, value", "context, keys, value",
    kinds={"key": str, "keys": (list, str)},
)  # fmt: skip
def context_put(budget: Budget, context: Any, key: Any, value: Any) -> Any:
    """A context with a value put at a key or a path of keys."""
    if type(context) is not dict:
        return None
    if type(key) is str:
        budget.spend(len(context))
        budget.check_size(len(context) + 1)
        return {**context, key: value}
    if type(key) is not list or not key or any(type(part) is not str for part in key):
        return None
    return _put_deep(budget, context, key, value)


def _put_deep(budget: Budget, context: dict[str, Any], keys: list[str], value: Any) -> Any:
    """Return a copy with the value at a path; null when a step on it is no context."""
    levels = [context]
    for key in keys[:-1]:
        inner = levels[-1].get(key)
        if type(inner) is not dict:
            return None
        levels.append(inner)
    made = value
    for level, key in zip(reversed(levels), reversed(keys), strict=True):
        budget.spend(len(level) + 1)
        made = {**level, key: made}
    return made


@builtin("context merge", "contexts")
def context_merge(budget: Budget, contexts: Any) -> Any:
    """Several contexts as one; later values win."""
    found = as_list(contexts)
    if found is None or any(type(part) is not dict for part in found):
        return None
    merged: dict[str, Any] = {}
    for part in found:
        budget.spend(len(part))
        merged.update(part)
    return merged


@builtin("is", "value1, value2", partial=True)
def is_same(budget: Budget, left: Any, right: Any) -> Any:
    """Whether two values are the same in the domain: zones count, types must be equal."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, datetime | time):
        return left.replace(tzinfo=None) == right.replace(tzinfo=None) and _zones_match(left, right)
    return equal(left, right, budget) is True


def _zones_match(left: datetime | time, right: datetime | time) -> bool:
    """Whether two moments name their zone alike: the same place, or the same offset."""
    if isinstance(left.tzinfo, ZoneInfo) or isinstance(right.tzinfo, ZoneInfo):
        return left.tzinfo is right.tzinfo
    return left.utcoffset() == right.utcoffset()
