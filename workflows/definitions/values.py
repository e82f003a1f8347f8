"""Values of forms on their way to storage and back, with their types kept by the form."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from workflows.definitions.fields import LISTS, Field

SHANGHAI = ZoneInfo("Asia/Shanghai")


def to_json(value: Any) -> Any:
    """Return a typed value with JSON types only; numbers and dates become strings."""
    if isinstance(value, Mapping):
        return {str(key): to_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(one) for one in value]
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def from_json(fields: Mapping[str, Field], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored values typed by their fields; keys without a field stay as they are."""
    return {
        key: restore(fields[key], value) if key in fields else value
        for key, value in stored.items()
    }


def restore(field: Field, value: Any) -> Any:
    """Return one stored value with the type of its field; what does not fit stays as it is."""
    if field.kind == "dynamiclist" and isinstance(value, list):
        inner = {one.key: one for top in field.fields for one in top.inside() if one.key}
        return [from_json(inner, row) if isinstance(row, dict) else row for row in value]
    if field.kind == "number" and isinstance(value, (str, int)) and not isinstance(value, bool):
        with contextlib.suppress(InvalidOperation):
            return Decimal(value)
    if field.kind == "datetime" and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return read_moment(field.subtype, value)
    return value


def read_moment(subtype: str, text: str) -> date | time | datetime:
    """Return a date, time or aware date-time; one without offset is in Asia/Shanghai."""
    if subtype == "time":
        return time.fromisoformat(text)
    if subtype == "datetime":
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)
    return date.fromisoformat(text)


def initial(fields: Iterable[Field], context: Mapping[str, Any]) -> dict[str, Any]:
    """Return earlier values for the fields that are not asked afresh, else their defaults."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.key in context and not field.fresh:
            found[field.key] = restore(field, context[field.key])
        elif field.default not in (None, "", []):
            default = str(field.default) if isinstance(field.default, float) else field.default
            found[field.key] = restore(field, default)
    return found


def as_raw(fields: Iterable[Field], typed: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return typed values under the names and in the texts that HTML sends."""
    raw: dict[str, list[str]] = {}
    for field in fields:
        value = typed.get(field.key)
        if value is None:
            continue
        if field.kind == "dynamiclist":
            inner = [one for top in field.fields for one in top.inside() if one.has_value]
            for number, row in enumerate(value):
                for key, texts in as_raw(inner, row).items():
                    raw[f"{field.key}-{number}-{key}"] = texts
        else:
            raw[field.key] = _texts(field, value)
    return raw


def _texts(field: Field, value: Any) -> list[str]:
    if field.kind == "checkbox":
        return ["true"] if value is True else []
    if field.kind in LISTS or field.kind == "filepicker":
        return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
    if isinstance(value, datetime):
        return [value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")]
    return [str(to_json(value))]
