"""Submitted values as people read them: labels and words instead of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from webapp.context import city
from webapp.language import ENGLISH, gettext, language
from webapp.rendering.words import named
from workflows.definitions.fields import Field, Options
from workflows.definitions.forms import OUTCOME, Form

ShownKind = Literal["text", "long", "date", "moment", "files", "rows"]
LONG = 60
"""A text from this length on, or with a line break, is shown as a paragraph."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A value with its label, ready for the page; `value` depends on `kind`."""

    key: str
    label: str
    kind: ShownKind
    value: Any
    personal: bool = False


def shown_values(
    form: Form, stored: Mapping[str, Any], options: Options, *, with_outcome: bool = False
) -> list[Shown]:
    """Return what a step's form was filled in with, in the form's order, empty fields left out."""
    typed = form.from_json(stored)
    fields = [one for one in form.fields if with_outcome or one.key != OUTCOME]
    return list(_shown(fields, typed, options))


def _shown(fields: Sequence[Field], typed: Mapping[str, Any], options: Options) -> Iterator[Shown]:
    for one in fields:
        value = typed.get(one.key)
        if value is None or value in ("", []):
            continue
        kind, words = _words(one, value, options)
        label = one.label_en if language() == ENGLISH else one.label
        yield Shown(key=one.key, label=label, kind=kind, value=words, personal=one.personal)


def _words(one: Field, value: Any, options: Options) -> tuple[ShownKind, Any]:
    if one.kind == "dynamiclist" and isinstance(value, list):
        inner = [f for top in one.fields for f in top.inside() if f.has_value]
        return "rows", [list(_shown(inner, row, options)) for row in value]
    if one.kind == "filepicker":
        return "files", list(value)
    if isinstance(value, datetime):
        return "moment", value
    if isinstance(value, date):
        return "date", value
    if isinstance(value, bool):
        return "text", gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "text", _joined(_chosen(one, str(v), options) for v in value)
    if one.kind in ("radio", "select"):
        return "text", _chosen(one, str(value), options)
    text = f"{_number(value)}{one.suffix and ' ' + one.suffix}"
    return ("long" if "\n" in text or len(text) >= LONG else "text"), text


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, Decimal) else str(value)


def _joined(words: Iterator[str]) -> str:
    return (", " if language() == ENGLISH else "、").join(words)


def _chosen(one: Field, value: str, options: Options) -> str:
    """Return an option's words; a unit's name where the option list is no longer at hand."""
    for option in one.choices(options):
        if option.value == value:
            return (option.label_en or option.label) if language() == ENGLISH else option.label
    unit = city().directory().named(value)
    return named(unit) if unit else value
