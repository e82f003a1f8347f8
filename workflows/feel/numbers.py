"""FEEL numbers: decimals of 34 digits, rounded half to even."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)


def number(text: str) -> Decimal | None:
    """Return the number that `text` writes, None when it is too large."""
    try:
        return NUMBERS.create_decimal(text)
    except DecimalException:
        return None


def from_float(value: float) -> Decimal | None:
    """Return a float's shortest decimal, None for what is not a finite number."""
    made = Decimal(repr(value))
    return NUMBERS.plus(made) if made.is_finite() else None


def from_int(value: int) -> Decimal | None:
    """Return an integer as a FEEL number, None when it is too large."""
    if value.bit_length() > 20_000:
        return None
    try:
        return NUMBERS.create_decimal(value)
    except DecimalException:
        return None


def whole(value: object) -> int | None:
    """Return an integer for a number without a fraction, None for anything else."""
    if type(value) is not Decimal or value.adjusted() > 18:
        return None
    cut = int(value)
    return cut if cut == value else None


def to_text(value: Decimal) -> str:
    """Return the number as `string()` writes it: plain digits, no trailing zeros lost."""
    if value == 0:
        return "0" if value.as_tuple().exponent >= 0 else format(abs(value), "f")  # type: ignore[operator]
    if -40 < value.adjusted() < 40:
        return format(value, "f")
    return str(value)
