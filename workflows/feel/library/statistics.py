"""Functions that make one value of many: sums, means, extremes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, DecimalException
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.library.lists import as_list
from workflows.feel.library.signature import builtin
from workflows.feel.numbers import NUMBERS
from workflows.feel.values import YearsMonths, less


def _arguments(items: tuple[Any, ...]) -> list[Any] | None:
    return as_list(items[0]) if len(items) == 1 else list(items)


def _numbers(budget: Budget, items: tuple[Any, ...]) -> list[Decimal] | None:
    """Return the numbers of the arguments, None when there are none or others among them."""
    found = _arguments(items)
    if not found or any(type(item) is not Decimal for item in found):
        return None
    budget.spend(len(found))
    return found


def _extreme(budget: Budget, items: tuple[Any, ...], larger: bool) -> Any:
    found = _arguments(items)
    if not found:
        return None
    budget.spend(len(found))
    best = found[0]
    for item in found:
        smaller = less(best, item) if larger else less(item, best)
        if smaller is None:
            return None
        if smaller:
            best = item
    return best


@builtin("min", "list", "list...")
def minimum(budget: Budget, *items: Any) -> Any:
    """The smallest value."""
    return _extreme(budget, items, larger=False)


@builtin("max", "list", "list...")
def maximum(budget: Budget, *items: Any) -> Any:
    """The largest value."""
    return _extreme(budget, items, larger=True)


@builtin("sum", "list", "list...")
def total(budget: Budget, *items: Any) -> Any:
    """The sum of numbers or durations; null of nothing."""
    found = _arguments(items)
    if not found:
        return None
    budget.spend(len(found))
    result = found[0]
    if type(result) is not Decimal and not isinstance(result, timedelta | YearsMonths):
        return None
    try:
        for item in found[1:]:
            if type(item) is not type(result):
                return None
            result = _add(result, item)
    except (DecimalException, OverflowError):
        return None
    return result


def _add(left: Any, right: Any) -> Any:
    if type(left) is Decimal:
        return NUMBERS.add(left, right)
    if isinstance(left, YearsMonths):
        return YearsMonths(left.months + right.months)
    return left + right


@builtin("mean", "list", "list...")
def mean(budget: Budget, *items: Any) -> Any:
    """The average of numbers."""
    found = _numbers(budget, items)
    return _mean(found) if found else None


def _mean(found: list[Decimal]) -> Decimal | None:
    try:
        result = Decimal(0)
        for item in found:
            result = NUMBERS.add(result, item)
        return NUMBERS.divide(result, Decimal(len(found)))
    except DecimalException:
        return None


@builtin("product", "list", "list...")
def product(budget: Budget, *items: Any) -> Any:
    """The product of numbers."""
    found = _numbers(budget, items)
    if not found:
        return None
    result = Decimal(1)
    try:
        for item in found:
            result = NUMBERS.multiply(result, item)
    except DecimalException:
        return None
    return result


@builtin("median", "list", "list...")
def median(budget: Budget, *items: Any) -> Any:
    """The middle number."""
    found = _numbers(budget, items)
    if not found:
        return None
    ordered = sorted(found)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return _mean(ordered[middle - 1 : middle + 1])


@builtin("stddev", "list", "list...")
def stddev(budget: Budget, *items: Any) -> Any:
    """The standard deviation of a sample."""
    found = _numbers(budget, items)
    average = _mean(found) if found else None
    if found is None or average is None or len(found) < 2:
        return None
    try:
        spread = Decimal(0)
        for item in found:
            apart = NUMBERS.subtract(item, average)
            spread = NUMBERS.add(spread, NUMBERS.multiply(apart, apart))
        return NUMBERS.sqrt(NUMBERS.divide(spread, Decimal(len(found) - 1)))
    except DecimalException:
        return None


@builtin("mode", "list", "list...")
def mode(budget: Budget, *items: Any) -> Any:
    """The numbers that occur most often."""
    found = _arguments(items)
    if found is None or any(type(item) is not Decimal for item in found):
        return None
    budget.spend(len(found))
    counts: dict[Decimal, int] = {}
    for item in found:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)
