"""Values of a token: when two are the same, and how two branches are put together again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

_MISSING = object()


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same to the letter: 1 is not true, 1.0 is not 1.00."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is dict:
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if kind is list or kind is tuple:
        return len(left) == len(right) and all(map(same, left, right))
    if kind is Decimal:
        return bool(left.as_tuple() == right.as_tuple())
    if kind is float:
        return repr(left) == repr(right)
    if kind is datetime or kind is time:
        return left.isoformat() == right.isoformat() and str(left.tzinfo) == str(right.tzinfo)
    return bool(left == right)


def joined(
    base: Mapping[str, Any], earlier: Mapping[str, Any], later: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what two branches that parted at `base` have made of it together.

    What only one of them changed or removed is as that one left it. What both changed is as the
    later one left it; contexts are put together name by name.
    """
    result = dict(later)
    for key, value in earlier.items():
        before = base.get(key, _MISSING)
        if before is not _MISSING and same(before, value):
            continue
        other = later.get(key, _MISSING)
        if other is before or (before is not _MISSING and same(before, other)):
            result[key] = value
        elif type(value) is dict and type(other) is dict:
            start = before if type(before) is dict else {}
            result[key] = joined(start, value, other)
    for key, before in base.items():
        if key not in earlier and key in later and same(before, later[key]):
            del result[key]
    return result
