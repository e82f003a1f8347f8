"""Functions of numbers, and `not`."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
)
from typing import Any

from workflows.feel.budget import Budget
from workflows.feel.library.signature import builtin
from workflows.feel.numbers import NUMBERS, whole
from workflows.feel.values import YearsMonths

_SLOW = 20
"""Steps that a transcendental function counts for."""
_SCALES = range(-6111, 6177)
_WIDE = Context(prec=12_400, Emax=999_999, Emin=-999_999)


def _round(value: Any, scale: Any, how: str) -> Decimal | None:
    """Return a number rounded to so many decimal places; null for a scale out of range."""
    places = whole(scale)
    if type(value) is not Decimal or places is None or places not in _SCALES:
        return None
    rounded = value.quantize(Decimal(1).scaleb(-places, _WIDE), rounding=how, context=_WIDE)
    if places < 0:
        rounded = rounded.quantize(Decimal(1), context=_WIDE)
    try:
        return NUMBERS.plus(rounded)
    except DecimalException:
        return None


_ZERO = Decimal(0)


@builtin("decimal", "n, scale", single=True)
def decimal(budget: Budget, n: Any, scale: Any) -> Any:
    """A number rounded half to even, to so many decimal places."""
    return _round(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n", "n, scale", single=True)
def floor(budget: Budget, n: Any, scale: Any = _ZERO) -> Any:
    """A number rounded towards minus infinity."""
    return _round(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n", "n, scale", single=True)
def ceiling(budget: Budget, n: Any, scale: Any = _ZERO) -> Any:
    """A number rounded towards plus infinity."""
    return _round(n, scale, ROUND_CEILING)


@builtin("round up", "n, scale", single=True)
def round_up(budget: Budget, n: Any, scale: Any) -> Any:
    """A number rounded away from zero."""
    return _round(n, scale, ROUND_UP)


@builtin("round down", "n, scale", single=True)
def round_down(budget: Budget, n: Any, scale: Any) -> Any:
    """A number rounded towards zero."""
    return _round(n, scale, ROUND_DOWN)


@builtin("round half up", "n, scale", single=True)
def round_half_up(budget: Budget, n: Any, scale: Any) -> Any:
    """A number rounded, halves away from zero."""
    return _round(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n, scale", single=True)
def round_half_down(budget: Budget, n: Any, scale: Any) -> Any:
    """A number rounded, halves towards zero."""
    return _round(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n", single=True)
def absolute(budget: Budget, n: Any) -> Any:
    """A number or duration without its sign."""
    if type(n) is Decimal:
        return NUMBERS.abs(n)
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return abs(n) if isinstance(n, timedelta) else None


@builtin("modulo", "dividend, divisor", single=True)
def modulo(budget: Budget, dividend: Any, divisor: Any) -> Any:
    """The rest of a division, with the divisor's sign."""
    if type(dividend) is not Decimal or type(divisor) is not Decimal or divisor == 0:
        return None
    wide = abs(dividend.adjusted() - divisor.adjusted()) + 80
    context = Context(prec=min(wide, 12_400), Emax=999_999, Emin=-999_999)
    rest = context.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = context.add(rest, divisor)
    return NUMBERS.plus(rest)


@builtin("sqrt", "number", single=True)
def sqrt(budget: Budget, number: Any) -> Any:
    """The square root."""
    return NUMBERS.sqrt(number) if type(number) is Decimal and number >= 0 else None


@builtin("log", "number", single=True)
def log(budget: Budget, number: Any) -> Any:
    """The natural logarithm."""
    budget.spend(_SLOW)
    return NUMBERS.ln(number) if type(number) is Decimal and number > 0 else None


@builtin("exp", "number", single=True)
def exp(budget: Budget, number: Any) -> Any:
    """The power of e."""
    if type(number) is not Decimal:
        return None
    budget.spend(_SLOW)
    try:
        return NUMBERS.exp(number)
    except DecimalException:
        return None


@builtin("odd", "number", single=True)
def odd(budget: Budget, number: Any) -> Any:
    """Whether a number is odd."""
    rest = modulo(budget, number, Decimal(2))
    return None if rest is None else rest == 1


@builtin("even", "number", single=True)
def even(budget: Budget, number: Any) -> Any:
    """Whether a number is even."""
    rest = modulo(budget, number, Decimal(2))
    return None if rest is None else rest == 0


@builtin("not", "negand", single=True)
def negate(budget: Budget, negand: Any) -> Any:
    """The opposite of true or false; null of anything else."""
    return not negand if type(negand) is bool else None
