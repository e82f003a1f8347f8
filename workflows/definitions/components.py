"""From the JSON that the form editor writes to fields; what is wrong is said, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from workflows.definitions.fields import CHOICES, CONTAINERS, INPUTS, KINDS, Field, Option
from workflows.definitions.patterns import pattern_problem
from workflows.definitions.sources import FormProblem, Source
from workflows.feel import Expression, FeelError, compile_expression

IGNORED = ("button",)
"""Written by the editor into new forms; the page has its own buttons."""
DEPTH = 4
COMPONENTS = 300
CONDITION_LENGTH = 1_000

_KEY = re.compile(r"^[^\W\d]\w{0,62}$")
_SUBTYPES = ("date", "time", "datetime")


def read_fields(components: object, depth: int = 0) -> tuple[Field, ...]:
    """Return the fields of a list of components; raise FormProblem at the first wrong one."""
    if not isinstance(components, list) or len(components) > COMPONENTS:
        raise FormProblem("", "components is not a list, or far too long", "Use the form editor.")
    if depth > DEPTH:
        raise FormProblem("", f"groups nest deeper than {DEPTH}", "Draw the form flatter.")
    return tuple(_read(one, depth) for one in components if not _ignored(one))


def _ignored(component: object) -> bool:
    return isinstance(component, dict) and component.get("type") in IGNORED


def _read(component: object, depth: int) -> Field:
    if not isinstance(component, dict):
        raise FormProblem("", "a component is not an object", "Use the form editor.")
    kind = component.get("type")
    source = Source(component)
    if not isinstance(kind, str) or kind not in KINDS:
        raise FormProblem(
            source.where,
            f'components of the type "{str(kind)[:40]}" are not shown',
            f"Use one of {', '.join(sorted(KINDS))}.",
        )
    properties = source.properties()
    label, description, text = (source.text(name) for name in ("label", "description", "text"))
    common = {
        "kind": kind,
        "key": _key(source, kind),
        "label": label,
        "label_en": properties.get("label.en") or label,
        "description": description,
        "description_en": properties.get("description.en") or description,
        "text": text,
        "text_en": properties.get("text.en") or text,
        "properties": MappingProxyType(properties),
        "hide": _hide(source),
        "height": source.whole("height") or 0,
        **_layout(source),
    }
    if kind in INPUTS:
        common |= _input(source, kind, properties)
    if kind in CONTAINERS:
        common |= _container(source, kind, depth)
    return Field(**common)


def _key(source: Source, kind: str) -> str:
    if kind == "group" and source.text("path"):
        raise FormProblem(
            source.where,
            "a group with a path would hide its values from the diagram",
            "Leave the path of the group empty; fields keep their own keys.",
        )
    if kind in INPUTS or kind == "dynamiclist":
        key = source.text("path" if kind == "dynamiclist" else "key")
        if not _KEY.match(key):
            raise FormProblem(
                source.where,
                f'"{key[:60]}" cannot be the key of a field',
                "Use letters, digits and underscores, beginning with a letter.",
            )
        return key
    return ""


def _hide(source: Source) -> Expression | None:
    text = source.part("conditional").text("hide")
    if not text:
        return None
    if len(text) > CONDITION_LENGTH:
        raise FormProblem(
            source.where,
            f"the condition has more than {CONDITION_LENGTH} characters",
            "Let a decision or a script task compute a value, and read that.",
        )
    try:
        return compile_expression(text.removeprefix("="))
    except FeelError as error:
        raise FormProblem(
            source.where,
            f'the condition "{text[:120]}" is not FEEL: {error.reason}',
            "Correct the condition; it hides the field when it is true.",
        ) from error


def _layout(source: Source) -> dict[str, Any]:
    layout = source.part("layout")
    return {"row": layout.text("row"), "columns": layout.whole("columns")}


def _container(source: Source, kind: str, depth: int) -> dict[str, Any]:
    fields = read_fields(source.component.get("components", []), depth + 1)
    inside = [one for field in fields for one in field.inside()]
    if kind == "dynamiclist":
        if any(one.kind in ("dynamiclist", "filepicker") for one in inside):
            raise FormProblem(
                source.where,
                "a repeating list holds another list or a file field",
                "Put lists and file fields beside each other.",
            )
        unique_keys(inside, source.where)
    initial = source.whole("defaultRepetitions")
    return {
        "fields": fields,
        "rows_initial": 1 if initial is None else max(0, initial),
        "required": source.part("validate").flag("required"),
    }


def _input(source: Source, kind: str, properties: Mapping[str, str]) -> dict[str, Any]:
    validate, appearance = source.part("validate"), source.part("appearance")
    subtype = source.text("subtype") or "date"
    if subtype not in _SUBTYPES:
        raise FormProblem(source.where, f'"{subtype}" is no kind of date', "Use date or datetime.")
    return {
        "required": validate.flag("required"),
        "min_length": validate.whole("minLength"),
        "max_length": validate.whole("maxLength"),
        "minimum": validate.number("min"),
        "maximum": validate.number("max"),
        "pattern": _pattern(validate),
        "validation": _validation(validate),
        "options": tuple(_options(source, properties)) if kind in CHOICES else (),
        "options_key": source.text("valuesKey") if kind in CHOICES else "",
        "readonly": source.flag("readonly"),
        "disabled": source.flag("disabled"),
        "default": source.component.get("defaultValue"),
        "multiple": source.flag("multiple"),
        "accept": tuple(part.strip() for part in source.text("accept").split(",") if part.strip()),
        "subtype": subtype,
        "disallow_past": source.flag("disallowPassedDates"),
        "decimal_digits": source.whole("decimalDigits"),
        "prefix": appearance.text("prefixAdorner"),
        "suffix": appearance.text("suffixAdorner"),
    }


def _validation(validate: Source) -> str:
    kind = validate.text("validationType")
    return kind if kind in ("email", "phone") else ""


def _pattern(validate: Source) -> str:
    pattern = validate.text("pattern")
    reason = pattern_problem(pattern) if pattern else ""
    if reason:
        raise FormProblem(
            validate.where, f'the pattern "{pattern[:80]}" {reason}', "Write a simpler pattern."
        )
    return pattern


def _options(source: Source, properties: Mapping[str, str]) -> Iterator[Option]:
    if source.text("valuesExpression"):
        raise FormProblem(
            source.where,
            "options by expression are not taken",
            "List the options, or name an option list in valuesKey.",
        )
    values = source.component.get("values") or []
    if not isinstance(values, list) or len(values) > 1000:
        raise FormProblem(source.where, "values is not a list", "Use the form editor.")
    seen: set[str] = set()
    for one in values:
        if not isinstance(one, dict) or not isinstance(one.get("value"), (str, int, float)):
            raise FormProblem(source.where, "an option has no value", "Give each option a value.")
        value, label = str(one["value"]), str(one.get("label") or one["value"])
        if value in seen:
            raise FormProblem(
                source.where, f'the option "{value}" stands there twice', "Keep one of them."
            )
        seen.add(value)
        english = properties.get(f"{value}.label.en") or one.get("label.en")
        if not english and source.where != "outcome":
            english = properties.get(f"{value}.en")
        yield Option(value=value, label=label, label_en=str(english or label))


def unique_keys(fields: list[Field], where: str) -> None:
    """Raise FormProblem when two fields of one level share a key."""
    seen: set[str] = set()
    for field in fields:
        if field.key and field.key in seen:
            raise FormProblem(
                field.key, f"the key stands there twice {where}".strip(), "Rename one of them."
            )
        seen.add(field.key)
