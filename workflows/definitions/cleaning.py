"""What a person sent becomes typed values, or errors that say what to mend."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.definitions.coercion import Rejected, coerce
from workflows.definitions.fields import Field, Options
from workflows.definitions.messages import Message
from workflows.definitions.schema import violations
from workflows.definitions.visibility import hidden_keys

ROWS = 200
"""Most entries of a repeating list."""
REQUIRED = Message("Please fill in this field.")

Raw = Mapping[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """Typed values by key, and errors (`Message`) by the HTML name they belong to."""

    values: dict[str, Any]
    errors: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether nothing has to be mended."""
        return not self.errors


def clean(
    components: tuple[Field, ...],
    raw: Raw,
    *,
    options: Options,
    context: Mapping[str, Any],
    today: date | None,
) -> Cleaned:
    """Return what `raw` says; see `Form.clean`."""
    level = _Level(components, raw, options, context, today, prefix="")
    return level.result()


class _Level:
    """One level of a form: the form itself, or one entry of a repeating list."""

    def __init__(
        self,
        components: tuple[Field, ...],
        raw: Raw,
        options: Options,
        context: Mapping[str, Any],
        today: date | None,
        *,
        prefix: str,
    ) -> None:
        self.components = components
        self.fields = [f for top in components for f in top.inside() if f.has_value]
        self.raw, self.options, self.context, self.today = raw, options, context, today
        self.prefix = prefix
        self.values: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def result(self) -> Cleaned:
        """Type everything, drop what is hidden, then ask for what is missing."""
        for field in self.fields:
            self._take(field)
        hidden = hidden_keys(self.components, self.values, self.context)
        shown = [field for field in self.fields if field.key not in hidden]
        names = {self.prefix + field.key for field in shown}
        errors = {n: m for n, m in self.errors.items() if self._owner(n) in names}
        values = {f.key: self.values[f.key] for f in shown if f.key in self.values}
        for field in shown:
            name = self.prefix + field.key
            if name in errors or field.disabled or field.readonly:
                continue
            message = self._complaint(field, values.get(field.key))
            if message is not None:
                errors[name] = message
        return Cleaned(values=values, errors=errors)

    def _owner(self, name: str) -> str:
        """Return the name of this level's field that an error belongs to."""
        rest = name[len(self.prefix) :]
        return self.prefix + rest.partition("-")[0]

    def _take(self, field: Field) -> None:
        if field.disabled:
            return
        if field.readonly:
            if field.key in self.context:
                self.values[field.key] = self.context[field.key]
            return
        name = self.prefix + field.key
        if field.kind == "dynamiclist":
            self.values[field.key] = self._rows(field, name)
            return
        try:
            value = coerce(field, self.raw.get(name, []), self.options, self.today)
        except Rejected as rejected:
            self.errors[name] = rejected.message
            return
        if value is not None or self.context.get(field.key) is not None:
            # An answer that was emptied is an answer: the earlier one must not come back.
            self.values[field.key] = value

    def _rows(self, field: Field, name: str) -> list[dict[str, Any]]:
        rows = []
        numbers = _row_numbers(self.raw, name)
        if len(numbers) > ROWS:
            self.errors[name] = Message("Enter at most %(max)s entries.", max=ROWS)
            numbers = numbers[:ROWS]
        outer = {**self.context, **self.values}
        for number in numbers:
            prefix = f"{name}-{number}-"
            level = _Level(field.fields, self.raw, self.options, outer, self.today, prefix=prefix)
            cleaned = level.result()
            if _blank(cleaned.values) and not level.errors:
                continue
            rows.append(cleaned.values)
            self.errors.update(cleaned.errors)
        return rows

    def _complaint(self, field: Field, value: Any) -> str | None:
        if _blank(value) or (field.kind == "checkbox" and value is False):
            return REQUIRED if field.required else None
        if field.kind == "dynamiclist":
            return None
        return violations(field, value, self.options)


def _blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_blank(one) or one is False for one in value.values())
    return value is None or value == "" or value == []


def _row_numbers(raw: Raw, name: str) -> list[int]:
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-\w+")
    matches = (pattern.fullmatch(one) for one in raw)
    return sorted({int(found.group(1)) for found in matches if found})
