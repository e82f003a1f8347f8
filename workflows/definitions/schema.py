"""Forms as JSON Schema 2020-12, the one statement of what a value may be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from workflows.definitions.fields import LISTS, Field, Options
from workflows.definitions.messages import Message
from workflows.definitions.patterns import ENTRY_LENGTH
from workflows.definitions.visibility import hidden_keys

EMAIL = r"^[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63})+$"
PHONE = r"^\+?[0-9][0-9 ()-]{5,24}$"
_VALIDATIONS = {"email": EMAIL, "phone": PHONE}
_FORMATS = {"date": "date", "time": "time", "datetime": "date-time"}


def json_schema(
    components: tuple[Field, ...], options: Options, context: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the schema of a form's values; see `Form.json_schema`."""
    hidden = hidden_keys(components, context, context) if context is not None else frozenset()
    fields = [one for top in components for one in top.inside() if one.has_value]
    shown = [one for one in fields if one.key not in hidden]
    certain = _unconditional(components) if context is None else {one.key for one in shown}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object(shown, options, certain),
    }


def _object(fields: list[Field], options: Options, certain: set[str]) -> dict[str, Any]:
    required = [one.key for one in fields if one.required and one.key in certain]
    return {
        "type": "object",
        "properties": {one.key: field_schema(one, options) for one in fields},
        **({"required": required} if required else {}),
    }


def _unconditional(components: tuple[Field, ...]) -> set[str]:
    """Return the keys that always show."""
    found: set[str] = set()
    for one in components:
        if one.hide is None:
            found |= _unconditional(one.fields) if one.kind == "group" else {one.key}
    return found


def field_schema(field: Field, options: Options) -> dict[str, Any]:
    """Return the schema of one field's value."""
    made: dict[str, Any] = {"title": field.label} if field.label else {}
    if field.kind == "dynamiclist":
        inner = [one for top in field.fields for one in top.inside() if one.has_value]
        certain = _unconditional(field.fields)
        return {**made, "type": "array", "items": _object(inner, options, certain)}
    if field.kind == "checkbox":
        return {**made, "type": "boolean", **({"const": True} if field.required else {})}
    if field.kind in LISTS:
        made |= {"type": "array", "uniqueItems": True, "items": _choice(field, options)}
        return {**made, **({"minItems": 1} if field.required else {})}
    if field.kind == "filepicker":
        made |= {"type": "array", "uniqueItems": True, "items": {"type": "string"}}
        return {**made, **({"minItems": 1} if field.required else {})}
    if field.kind in ("radio", "select"):
        return {**made, **_choice(field, options)}
    if field.kind == "number":
        return {**made, "type": "number", **_bounds(field)}
    if field.kind == "datetime":
        return {**made, "type": "string", "format": _FORMATS[field.subtype]}
    return {**made, "type": "string", **_text(field)}


def _choice(field: Field, options: Options) -> dict[str, Any]:
    return {"type": "string", "enum": [option.value for option in field.choices(options)]}


def _bounds(field: Field) -> dict[str, Any]:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {
        name: int(value) if value == int(value) else float(value)
        for name, value in bounds.items()
        if value is not None
    }


def _text(field: Field) -> dict[str, Any]:
    pattern = field.pattern or _VALIDATIONS.get(field.validation, "")
    longest = min(field.max_length or ENTRY_LENGTH, ENTRY_LENGTH) if pattern else field.max_length
    rules = {"minLength": field.min_length, "maxLength": longest, "pattern": pattern}
    return {name: value for name, value in rules.items() if value not in (None, "")}


def violations(field: Field, value: Any, options: Options) -> Message | None:
    """Return what the schema says against a typed value, for people; None if nothing."""
    if field.options_key:
        return None  # the list was looked up when the entry was read
    # The first one only: no pattern is tried on an entry that is too long for it.
    validator = Draft202012Validator(field_schema(field, options))
    error = next(validator.iter_errors(_plain(value)), None)
    return None if error is None else _message(field, error)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


def _message(field: Field, error: ValidationError) -> Message:
    limit = error.validator_value
    match error.validator:
        case "minLength":
            return Message("Enter at least %(min)s characters.", min=limit)
        case "maxLength":
            return Message("Enter at most %(max)s characters.", max=limit)
        case "minimum":
            return Message("Enter %(min)s or more.", min=str(field.minimum))
        case "maximum":
            return Message("Enter %(max)s or less.", max=str(field.maximum))
        case "pattern" if field.validation == "email":
            return Message("Enter an e-mail address, such as name@example.com.")
        case "pattern" if field.validation == "phone":
            return Message("Enter a telephone number, such as 0752 123 4567.")
        case "pattern":
            return Message("This entry does not have the expected form.")
        case "enum":
            return Message("Choose from the list.")
    return Message("This entry is not valid.")
