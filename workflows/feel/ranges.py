"""Whether a value lies in a range or passes a unary test."""

from __future__ import annotations

from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.values import Range, equal, kind_of, less

_ABOVE = {">": False, ">=": True}
_BELOW = {"<": False, "<=": True}


def range_of(operator: str, end: Any) -> Range | None:
    """Return the range that `< end`, `= end` and so on describe; null for `!=`."""
    if operator in _ABOVE:
        return Range(end, None, _ABOVE[operator], False, operator)
    if operator in _BELOW:
        return Range(None, end, False, _BELOW[operator], operator)
    return Range(end, end, True, True, operator) if operator == "=" else None


def make_range(low: Any, high: Any, low_closed: bool, high_closed: bool) -> Range | None:
    """Return a range; null for ends that have no order or run backwards."""
    if low is None or high is None:
        if low is None and high is None:
            return None
        return Range(low, high, low_closed and low is not None, high_closed and high is not None)
    if kind_of(low) != kind_of(high) or less(high, low) is not False:
        return None
    return Range(low, high, low_closed, high_closed)


def includes(interval: Range, value: Any) -> bool | None:
    """Whether a value lies in a range; null when it cannot be compared with the ends."""
    if value is None:
        return None
    if not interval.operator and (interval.low is None or interval.high is None):
        return None
    above = below = True
    if interval.low is not None:
        found = _beyond(interval.low, value, interval.low_closed)
        if found is None:
            return None
        above = found
    if interval.high is not None:
        found = _beyond(value, interval.high, interval.high_closed)
        if found is None:
            return None
        below = found
    return above and below


def _beyond(small: Any, large: Any, closed: bool) -> bool | None:
    if closed:
        reverse = less(large, small)
        return None if reverse is None else not reverse
    return less(small, large)


def meets(value: Any, test: Any, budget: Budget) -> bool | None:
    """Whether a value passes a test: is in its range or list, or equals it."""
    if type(test) is Range:
        if type(value) is Range:
            return equal(value, test, budget)
        return includes(test, value)
    if type(test) is list:
        return _in_list(value, test, budget)
    return equal(value, test, budget)


def _in_list(value: Any, tests: list[Any], budget: Budget) -> bool | None:
    budget.spend(len(tests))
    for test in tests:
        if type(test) is Range and type(value) is not Range:
            if includes(test, value):
                return True
        elif equal(value, test, budget):
            return True
    return type(value) is list and equal(value, tests, budget) is True
