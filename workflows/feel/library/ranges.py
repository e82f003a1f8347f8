"""How points and ranges lie to each other."""

from __future__ import annotations

from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.library.signature import builtin
from workflows.feel.ranges import includes as lies_in
from workflows.feel.values import Range, equal, less

_PAIR = ("range1, range2", "range, point", "point, range", "point1, point2", "value1, value2")


def _is_range(value: Any) -> bool:
    return type(value) is Range and value.low is not None and value.high is not None


def _same(left: Any, right: Any, budget: Budget) -> bool:
    return equal(left, right, budget) is True


def _comparable(left: Any, right: Any) -> bool:
    first = left.low if _is_range(left) else left
    second = right.low if _is_range(right) else right
    return first is not None and less(first, second) is not None


@builtin("before", *_PAIR)
def before(budget: Budget, left: Any, right: Any) -> Any:
    """Whether all of the first lies before all of the second."""
    if not _comparable(left, right):
        return None
    end, end_closed = (left.high, left.high_closed) if _is_range(left) else (left, True)
    start, start_closed = (right.low, right.low_closed) if _is_range(right) else (right, True)
    if less(end, start):
        return True
    return _same(end, start, budget) and not (end_closed and start_closed)


@builtin("after", *_PAIR)
def after(budget: Budget, left: Any, right: Any) -> Any:
    """Whether all of the first lies after all of the second."""
    return before(budget, right, left)


def _two_ranges(left: Any, right: Any) -> bool:
    return _is_range(left) and _is_range(right) and _comparable(left, right)


@builtin("meets", *_PAIR)
def meets(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first ends where the second starts, both ends included."""
    if not _two_ranges(left, right):
        return None
    return left.high_closed and right.low_closed and _same(left.high, right.low, budget)


@builtin("met by", *_PAIR)
def met_by(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first starts where the second ends, both ends included."""
    return meets(budget, right, left)


@builtin("overlaps", *_PAIR)
def overlaps(budget: Budget, left: Any, right: Any) -> Any:
    """Whether two ranges share a point."""
    if not _two_ranges(left, right):
        return None
    return not before(budget, left, right) and not before(budget, right, left)


def _starts_first(left: Range, right: Range, budget: Budget) -> bool:
    if _same(left.low, right.low, budget):
        return left.low_closed and not right.low_closed
    return less(left.low, right.low) is True


def _ends_first(left: Range, right: Range, budget: Budget) -> bool:
    if _same(left.high, right.high, budget):
        return right.high_closed and not left.high_closed
    return less(left.high, right.high) is True


@builtin("overlaps before", *_PAIR)
def overlaps_before(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first starts before the second and ends within it."""
    shared = overlaps(budget, left, right)
    if not shared:
        return shared
    return _starts_first(left, right, budget) and not _ends_first(right, left, budget)


@builtin("overlaps after", *_PAIR)
def overlaps_after(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first starts within the second and ends after it."""
    shared = overlaps(budget, left, right)
    if not shared:
        return shared
    return _starts_first(right, left, budget) and not _ends_first(left, right, budget)


@builtin("finishes", *_PAIR)
def finishes(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first ends where the second ends and starts no earlier."""
    if not _is_range(right) or not _comparable(left, right):
        return None
    if not _is_range(left):
        return right.high_closed and _same(left, right.high, budget)
    ends_alike = left.high_closed == right.high_closed and _same(left.high, right.high, budget)
    return ends_alike and not _starts_first(left, right, budget)


@builtin("finished by", *_PAIR)
def finished_by(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the second finishes the first."""
    return finishes(budget, right, left)


@builtin("starts", *_PAIR)
def starts(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first starts where the second starts and ends no later."""
    if not _is_range(right) or not _comparable(left, right):
        return None
    if not _is_range(left):
        return right.low_closed and _same(left, right.low, budget)
    starts_alike = left.low_closed == right.low_closed and _same(left.low, right.low, budget)
    return starts_alike and not _ends_first(right, left, budget)


@builtin("started by", *_PAIR)
def started_by(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the second starts the first."""
    return starts(budget, right, left)


@builtin("includes", *_PAIR)
def includes(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the second, a point or range, lies in the first."""
    if not _is_range(left) or not _comparable(left, right):
        return None
    if not _is_range(right):
        return lies_in(left, right)
    return not _starts_first(right, left, budget) and not _ends_first(left, right, budget)


@builtin("during", *_PAIR)
def during(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the first lies in the second."""
    return includes(budget, right, left)


@builtin("coincides", *_PAIR)
def coincides(budget: Budget, left: Any, right: Any) -> Any:
    """Whether the two are the same point or range."""
    if _is_range(left) != _is_range(right) or not _comparable(left, right):
        return None
    return _same(left, right, budget)
