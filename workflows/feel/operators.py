"""Compiles arithmetic, comparison and three-valued logic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from workflows.feel import temporal
from workflows.feel.numbers import NUMBERS, whole
from workflows.feel.scope import Code, Scope
from workflows.feel.syntax import Between, Comparison, Constant, Negative, Node, Operation
from workflows.feel.values import YearsMonths, equal, less

_POWER_STEPS = 10
_ONE = Decimal(1)
Operator = Callable[[list[Any], Any, Any], Any]


def add(env: list[Any], left: Any, right: Any) -> Any:
    """Return `left + right`: numbers, texts, a moment and a duration; else null."""
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.add(left, right)
    if type(left) is str and type(right) is str:
        env[0].budget.check_size(len(left) + len(right))
        return left + right
    if isinstance(right, date | time):
        left, right = right, left
    return _shift(left, right, 1)


def subtract(env: list[Any], left: Any, right: Any) -> Any:
    """Return `left - right`: numbers, moments, durations; else null."""
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.subtract(left, right)
    if isinstance(left, date | time) and isinstance(right, date | time):
        return temporal.between(left, right)
    return _shift(left, right, -1)


def _shift(left: Any, right: Any, sign: int) -> Any:
    """Return a moment or duration moved by a duration; null when they do not fit."""
    if isinstance(right, YearsMonths):
        if isinstance(left, YearsMonths):
            return YearsMonths(left.months + sign * right.months)
        if isinstance(left, date):
            return temporal.add_months(left, sign * right.months)
    elif isinstance(right, timedelta):
        if isinstance(left, timedelta):
            return left + sign * right
        if isinstance(left, date | time):
            return temporal.add_days(left, sign * right)
    return None


def multiply(env: list[Any], left: Any, right: Any) -> Any:
    """Return `left * right`: numbers, or a duration and a number; else null."""
    if type(left) is Decimal and type(right) is Decimal:
        return NUMBERS.multiply(left, right)
    if type(left) is Decimal:
        left, right = right, left
    if type(right) is not Decimal:
        return None
    if isinstance(left, timedelta):
        return temporal.of_seconds(NUMBERS.multiply(temporal.seconds_of(left), right))
    if isinstance(left, YearsMonths):
        return _months(NUMBERS.multiply(Decimal(left.months), right))
    return None


def divide(env: list[Any], left: Any, right: Any) -> Any:
    """Return `left / right`: numbers, a duration by a number or by its like; else null."""
    if type(right) is Decimal:
        if type(left) is Decimal:
            return NUMBERS.divide(left, right)
        if isinstance(left, timedelta):
            return temporal.of_seconds(NUMBERS.divide(temporal.seconds_of(left), right))
        if isinstance(left, YearsMonths):
            return _months(NUMBERS.divide(Decimal(left.months), right))
    elif isinstance(left, timedelta) and isinstance(right, timedelta):
        return NUMBERS.divide(temporal.seconds_of(left), temporal.seconds_of(right))
    elif isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return NUMBERS.divide(Decimal(left.months), Decimal(right.months))
    return None


def _months(count: Decimal) -> YearsMonths | None:
    months = whole(count.to_integral_value(rounding="ROUND_DOWN"))
    return None if months is None else YearsMonths(months)


def power(env: list[Any], left: Any, right: Any) -> Any:
    """Return `left ** right` for numbers, null for anything else."""
    if type(left) is Decimal and type(right) is Decimal:
        env[0].budget.spend(_POWER_STEPS)
        return NUMBERS.power(left, right) if left or right else _ONE
    return None


_ARITHMETIC: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def compile_operation(node: Operation, scope: Scope) -> Code:
    """Compile a chain of operators of one level."""
    operands = tuple(scope.code(operand) for operand in node.operands)
    if node.operators[0] == "and":
        return _and(operands)
    if node.operators[0] == "or":
        return _or(operands)
    first, steps = operands[0], operands[1:]
    if len(steps) == 1:
        return _single(_ARITHMETIC[node.operators[0]], first, steps[0])
    pairs = tuple(
        (_ARITHMETIC[operator], operand)
        for operator, operand in zip(node.operators, steps, strict=True)
    )

    def chain(env: list[Any]) -> Any:
        value = first(env)
        for operator, operand in pairs:
            try:
                value = operator(env, value, operand(env))
            except (DecimalException, OverflowError):
                value = None
        return value

    return chain


def _single(operator: Operator, left: Code, right: Code) -> Code:
    def single(env: list[Any]) -> Any:
        first, second = left(env), right(env)
        try:
            return operator(env, first, second)
        except (DecimalException, OverflowError):
            return None

    return single


def _and(operands: tuple[Code, ...]) -> Code:
    def conjunction(env: list[Any]) -> bool | None:
        result: bool | None = True
        for operand in operands:
            value = operand(env)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return conjunction


def _or(operands: tuple[Code, ...]) -> Code:
    def disjunction(env: list[Any]) -> bool | None:
        result: bool | None = False
        for operand in operands:
            value = operand(env)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return disjunction


def compile_negative(node: Negative, scope: Scope) -> Code:
    """Compile `-operand` for numbers and durations."""
    inner = scope.code(node.operand)

    def negative(env: list[Any]) -> Any:
        value = inner(env)
        if type(value) is Decimal:
            return NUMBERS.minus(value)
        if isinstance(value, timedelta):
            return -value
        if isinstance(value, YearsMonths):
            return YearsMonths(-value.months)
        return None

    return negative


def compare(operator: str, left: Any, right: Any, env: list[Any]) -> bool | None:
    """Return whether `left operator right`; null when the two cannot be compared."""
    if operator in ("=", "!="):
        same = equal(left, right, env[0].budget)
        return same if same is None or operator == "=" else not same
    if operator == "<":
        return less(left, right)
    if operator == ">":
        return less(right, left)
    smaller = less(left, right) if operator == "<=" else less(right, left)
    if smaller is None or smaller:
        return smaller
    return equal(left, right, env[0].budget)


_DECIMAL: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
}


def compile_comparison(node: Comparison, scope: Scope) -> Code:
    """Compile a comparison; numbers take the short way."""
    return comparison(node.operator, scope.code(node.left), node.right, scope)


def comparison(operator: str, left: Code, right_node: Node, scope: Scope) -> Code:
    """Return the code that compares `left` with a node's value."""
    right = scope.code(right_node)
    quick = _DECIMAL[operator]
    if isinstance(right_node, Constant) and type(right_node.value) is Decimal:
        number = right_node.value

        def with_number(env: list[Any]) -> bool | None:
            value = left(env)
            if type(value) is Decimal:
                return quick(value, number)
            return compare(operator, value, number, env)

        return with_number

    def compared(env: list[Any]) -> bool | None:
        first, second = left(env), right(env)
        if type(first) is Decimal and type(second) is Decimal:
            return quick(first, second)
        return compare(operator, first, second, env)

    return compared


def compile_between(node: Between, scope: Scope) -> Code:
    """Compile `value between low and high`, both ends included."""
    value, low, high = scope.code(node.value), scope.code(node.low), scope.code(node.high)

    def between(env: list[Any]) -> bool | None:
        middle = value(env)
        above = compare(">=", middle, low(env), env)
        below = compare("<=", middle, high(env), env)
        if above is None or below is None:
            return None
        return above and below

    return between
