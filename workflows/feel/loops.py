"""Compiles `for`, `some`, `every` and filters."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from workflows.feel.numbers import whole
from workflows.feel.scope import Code, Scope
from workflows.feel.syntax import (
    Condition,
    Constant,
    Filter,
    Iteration,
    Iterator,
    Name,
    Parenthesis,
    Quantified,
    children,
    walk,
    weight,
)
from workflows.feel.temporal import add_days
from workflows.feel.values import Range

Domain = tuple[Code, Code | None]


def _domains(iterators: tuple[Iterator, ...], scope: Scope) -> tuple[list[Domain], Scope]:
    """Compile the domains; each sees the iterators before it."""
    domains: list[Domain] = []
    for iterator in iterators:
        until = scope.code(iterator.until) if iterator.until is not None else None
        domains.append((scope.code(iterator.domain), until))
        scope = scope.bind(iterator.name)
    return domains, scope


def _walk(
    domains: list[Domain], env: list[Any], steps: int, at: int = 0
) -> Generator[list[Any] | None]:
    """Yield an environment per combination; None once when a domain is no list."""
    code, until = domains[at]
    items = _counted(code(env), until(env)) if until else items_of(code(env))
    if items is None:
        yield None
        return
    budget = env[0].budget
    for item in items:
        budget.spend(steps)
        inner = [*env, item]
        if at + 1 == len(domains):
            yield inner
        else:
            yield from _walk(domains, inner, steps, at + 1)


def items_of(value: Any) -> Iterable[Any] | None:
    """Return what a loop runs over: a list, a range's members, or one value; None of null."""
    if type(value) is list:
        return value
    if type(value) is Range:
        return _range_items(value)
    return None if value is None else [value]


def _range_items(interval: Range) -> Iterable[Any] | None:
    """Yield the members of a closed range of whole numbers or dates."""
    counted = _counted(interval.low, interval.high)
    if counted is None:
        return None
    skipped = [
        end
        for end, closed in (
            (interval.low, interval.low_closed),
            (interval.high, interval.high_closed),
        )
        if not closed
    ]
    return (item for item in counted if item not in skipped)


def _counted(low: Any, high: Any) -> Iterable[Any] | None:
    """Return whole numbers or dates from `low` to `high`, downwards when it is larger."""
    first, last = whole(low), whole(high)
    if first is not None and last is not None:
        step = 1 if first <= last else -1
        return (Decimal(number) for number in range(first, last + step, step))
    if type(low) is date and type(high) is date:
        step = 1 if low <= high else -1
        return _days(low, high, step)
    return None


def _days(low: date, high: date, step: int) -> Generator[date]:
    day: Any = low
    while day is not None:
        yield day
        if day == high:
            return
        day = add_days(day, timedelta(days=step))


def compile_iteration(node: Iteration, scope: Scope) -> Code:
    """Compile `for`; the results so far are `partial`."""
    outer = scope.bind("partial")
    domains, inner = _domains(node.iterators, outer)
    result = inner.code(node.result)
    steps = 1 + sum(weight(part) for part in children(node))
    uses_partial = any(
        isinstance(part, Name) and part.name == "partial" for part in walk(node.result)
    )

    def iteration(env: list[Any]) -> list[Any] | None:
        results: list[Any] = []
        budget = env[0].budget
        for values in _walk(domains, [*env, []], steps):
            if values is None:
                return None
            if uses_partial:
                budget.spend(len(results))
                values[outer.size - 1] = list(results)
            results.append(result(values))
            budget.check_size(len(results))
        return results

    return iteration


def compile_quantified(node: Quantified, scope: Scope) -> Code:
    """Compile `some` and `every` with the logic of `or` and `and`."""
    domains, inner = _domains(node.iterators, scope)
    test = inner.code(node.test)
    steps = 1 + sum(weight(part) for part in children(node))
    universal = node.universal

    def quantified(env: list[Any]) -> bool | None:
        result: bool | None = universal
        for values in _walk(domains, env, steps):
            if values is None:
                return None
            passed = test(values)
            if passed is (not universal):
                return not universal
            if passed is not universal:
                result = None
        return result

    return quantified


def compile_condition(node: Condition, scope: Scope) -> Code:
    """Compile `if`: anything but true takes the `else`."""
    test, yes, no = scope.code(node.test), scope.code(node.yes), scope.code(node.no)

    def condition(env: list[Any]) -> Any:
        return yes(env) if test(env) is True else no(env)

    return condition


def compile_filter(node: Filter, scope: Scope) -> Code:
    """Compile `value[condition]`."""
    value = scope.code(node.value)
    inner = scope.bind_item()
    test = inner.code(node.condition)
    steps = 1 + weight(node.condition)
    condition = node.condition
    if isinstance(condition, Parenthesis) and len(condition.tests) == 1:
        condition = condition.tests[0]
    is_index = isinstance(condition, Constant) and type(condition.value) is Decimal

    def filtered(env: list[Any]) -> Any:
        items = value(env)
        if type(items) is not list:
            items = [] if items is None else [items]
        if is_index:
            return pick(items, test([*env, None]))
        return _select(items, test, env, steps)

    return filtered


def _select(items: list[Any], test: Code, env: list[Any], steps: int) -> Any:
    """Return the items that pass; the one at an index when the test is a number."""
    budget = env[0].budget
    kept: list[Any] = []
    if not items:
        return pick(items, None)
    for item in items:
        budget.spend(steps)
        passed = test([*env, item])
        if passed is True:
            kept.append(item)
        elif type(passed) is Decimal:
            return pick(items, passed)
    return kept


def pick(items: list[Any], index: Any) -> Any:
    """Return the item at a 1-based index, from the end when negative; null outside."""
    if index is None:
        return []
    place = whole(index)
    if place is None or place == 0 or abs(place) > len(items):
        return None
    return items[place - 1 if place > 0 else place]
