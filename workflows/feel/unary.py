"""Compiles `in` and the unary tests of decision tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from workflows.feel.operators import comparison
from workflows.feel.ranges import meets, range_of
from workflows.feel.scope import Code, Scope
from workflows.feel.syntax import (
    Compared,
    Constant,
    Contained,
    Name,
    Node,
    RangeLiteral,
    Tests,
    walk,
)
from workflows.feel.values import Range

_SIMPLE = (str, Decimal, bool)


def compile_contained(node: Contained, scope: Scope) -> Code:
    """Compile `value in tests`."""
    value = scope.code(node.value)
    kind, members = _constants(node.tests)
    inner = scope.bind("?")
    tests = tuple(_test(test, inner, inner.size - 1) for test in node.tests)
    slow = _any(tests)

    def contained(env: list[Any]) -> bool | None:
        found = value(env)
        if type(found) is kind:
            return found in members
        passed: bool | None = slow([*env, found])
        return passed

    return contained


def _constants(tests: tuple[Node, ...]) -> tuple[type | None, frozenset[Any]]:
    """Return type and set of the plain literals that the tests are, if they are no more."""
    values = [test.value for test in tests if isinstance(test, Constant)]
    kinds = {type(value) for value in values}
    if len(values) != len(tests) or len(kinds) != 1 or next(iter(kinds)) not in _SIMPLE:
        return None, frozenset()
    return kinds.pop(), frozenset(values)


def _any(tests: tuple[Code, ...]) -> Code:
    if len(tests) == 1:
        return tests[0]

    def disjunction(env: list[Any]) -> bool | None:
        result: bool | None = False
        for test in tests:
            passed = test(env)
            if passed:
                return True
            if passed is None:
                result = None
        return result

    return disjunction


def _test(node: Node, scope: Scope, slot: int) -> Code:
    """Compile one test of the value in `slot`."""
    if isinstance(node, Compared):
        return comparison(node.operator, lambda env: env[slot], node.operand, scope)
    uses_input = _mentions_input(node)
    code = scope.code(node)
    if isinstance(node, Constant | RangeLiteral):
        uses_input = False
    bounds = _numbers(node)

    def test(env: list[Any]) -> bool | None:
        result = code(env)
        if uses_input and (result is None or type(result) is bool):
            return result
        value = env[slot]
        passed = meets(value, result, env[0].budget)
        if passed is None and result is True:
            return True
        return passed

    return test if bounds is None else _within(bounds, test, slot)


def _numbers(node: Node) -> Range | None:
    """Return the range that a test writes with two numbers, the right way round."""
    if not isinstance(node, RangeLiteral):
        return None
    ends = (node.low, node.high)
    if not all(isinstance(end, Constant) and type(end.value) is Decimal for end in ends):
        return None
    low, high = (end.value for end in ends if isinstance(end, Constant))
    return Range(low, high, node.low_closed, node.high_closed) if low <= high else None


def _within(bounds: Range, slow: Code, slot: int) -> Code:
    """Return the test of numbers against two numbers; anything else takes the long way."""
    low, high = bounds.low, bounds.high
    low_closed, high_closed = bounds.low_closed, bounds.high_closed

    def within(env: list[Any]) -> bool | None:
        value = env[slot]
        if type(value) is not Decimal:
            passed: bool | None = slow(env)
            return passed
        above = value >= low if low_closed else value > low
        below = value <= high if high_closed else value < high
        return bool(above and below)

    return within


def _mentions_input(node: Node) -> bool:
    """Whether a test speaks of its input as `?`."""
    return any(isinstance(part, Name) and part.name == "?" for part in walk(node))


def compile_tests(node: Tests, scope: Scope) -> Code:
    """Compile the unary tests of a cell; the input is `?`."""
    slot, _ = scope.slot("?")
    assert slot is not None
    kind, members = _constants(node.tests)
    slow = _any(tuple(_test(test, scope, slot) for test in node.tests))
    negated = node.negated
    if kind is None and not negated:
        return slow

    def passed(env: list[Any]) -> bool | None:
        value = env[slot]
        if type(value) is kind:
            found: bool | None = value in members
        else:
            found = slow(env)
        if not negated or found is None:
            return found
        return not found

    return passed


def compile_compared(node: Compared, scope: Scope) -> Code:
    """Compile `< 5` where a value stands: the range of all that is smaller."""
    operand, operator = scope.code(node.operand), node.operator

    def interval(env: list[Any]) -> Range | None:
        return range_of(operator, operand(env))

    return interval
