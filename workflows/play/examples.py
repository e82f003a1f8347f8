"""Example entries: what a played form must have and nobody wants to type again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from workflows.definitions.fields import Field
from workflows.definitions.patterns import compiled

PHONE, EMAIL = "13800000000", "example@example.com"
DAYS_AHEAD = 14


def example(field: Field, choices: Sequence[str], *, label: str, today: date) -> list[str]:
    """Return entries that a required field takes, as a page sends them; none where no guess fits.

    `choices` are the values of its options, `label` what a reader calls it: a text repeats it, so
    that everybody sees where an entry came from.
    """
    if field.kind in ("radio", "select", "checklist", "taglist"):
        return list(choices[:1])
    match field.kind:
        case "checkbox":
            return ["true"]
        case "number":
            return [str(_number(field))]
        case "datetime":
            return [_moment(field, today)]
        case "textfield" | "textarea":
            return next(([text] for text in _texts(field, label) if _fits(field, text)), [])
    return []


def _number(field: Field) -> Decimal:
    low = field.minimum if field.minimum is not None else Decimal(1)
    return low if field.maximum is None else min(max(low, Decimal(1)), field.maximum)


def _moment(field: Field, today: date) -> str:
    day = (today + timedelta(days=DAYS_AHEAD)).isoformat()
    return {"time": "09:00", "datetime": f"{day}T09:00"}.get(field.subtype, day)


def _texts(field: Field, label: str) -> Sequence[str]:
    plain = f"〔{label}〕"
    least = field.min_length or 0
    long = plain * (least // len(plain) + 1)
    return (
        EMAIL if field.validation == "email" else PHONE if field.validation == "phone" else long,
        long[: field.max_length],
        PHONE,
        EMAIL,
        "1" * max(least, 1),
        "A" * max(least, 18),
    )


def _fits(field: Field, text: str) -> bool:
    if not (field.min_length or 0) <= len(text) <= (field.max_length or len(text)):
        return False
    return not field.pattern or compiled(field.pattern).search(text) is not None
