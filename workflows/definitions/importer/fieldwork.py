"""Fields of other products' forms as components of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.definitions.components import read_fields
from workflows.definitions.fields import CONTAINERS, KINDS
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.vendor import Piece, dropped, guessed, kept, todo
from workflows.definitions.messages import Message
from workflows.definitions.patterns import pattern_problem
from workflows.definitions.reading import local
from workflows.definitions.sources import FormProblem

_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "textfield"},
    "text": {"type": "textfield"},
    "multi-line-text": {"type": "textarea"},
    "textarea": {"type": "textarea"},
    **{name: {"type": "number", "decimalDigits": 0} for name in ("long", "integer", "int")},
    "double": {"type": "number"},
    "float": {"type": "number"},
    "decimal": {"type": "number"},
    "number": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "datetime": {"type": "datetime", "subtype": "datetime"},
    "enum": {"type": "radio"},
    "dropdown": {"type": "select"},
    "file": {"type": "filepicker"},
    "upload": {"type": "filepicker"},
}
MOST = 100
SAID: dict[str, Message] = {
    "textfield": Message("Line of text"),
    "textarea": Message("Long text"),
    "number": Message("Number"),
    "checkbox": Message("Tick box"),
    "radio": Message("Choice"),
    "select": Message("Choice from a list"),
    "taglist": Message("Several choices from a list"),
    "datetime": Message("Date or time"),
    "filepicker": Message("File"),
}
"""Type of a component -> its name for people."""


def component(
    key: str,
    label: str,
    kind: str,
    options: list[tuple[str, str]] | None = None,
    *,
    required: bool = False,
    readonly: bool = False,
    default: str = "",
) -> dict[str, Any]:
    """Return a form component for a field of a product's type; unknown types are texts."""
    made: dict[str, Any] = {
        "id": f"field_{key}",
        "key": key,
        "label": label or key,
        **_TYPES.get(kind.lower(), {"type": "textfield"}),
    }
    if made["type"] in ("radio", "select"):
        unique = dict(reversed(options or []))
        if not unique:
            made["type"] = "textfield"
        else:
            made["values"] = [
                {"label": unique[value] or value, "value": value}
                for value in dict.fromkeys(value for value, _ in options or [])
            ]
    if required and made["type"] != "checkbox":
        made["validate"] = {"required": True}
    if readonly:
        made["readonly"] = True
    if default and made["type"] in ("textfield", "textarea"):
        made["defaultValue"] = default
    return made


def choice(key: str, label: str, values: list[str]) -> dict[str, Any]:
    """Return a field in which one of some texts must be chosen."""
    options = [(value, value) for value in values]
    return component(key, label, "enum", options, required=True)


def form_property(piece: Piece) -> Said:
    """Read an `activiti:formProperty`."""
    element = piece.element
    raw = element.get("variable") or element.get("id") or ""
    if not raw:
        return dropped(Message("%(value)s has no id.", value=quoted(piece.value)))
    default = element.get("default", "")
    options = [
        (one.get("id", ""), one.get("name", ""))
        for one in element.iterchildren()
        if local(one) == "value" and one.get("id")
    ]
    made = component(
        variable(raw),
        element.get("name", ""),
        element.get("type", "string"),
        options,
        required=element.get("required") == "true",
        readonly=element.get("writable") == "false" or element.get("writeable") == "false",
        default="" if "{" in default else default,
    )
    _add(piece, made)
    lost = [Message(name) for name in ("expression", "readable") if element.get(name)] + (
        [Message("default")] if "{" in default else []
    )
    return _field_said(piece, made, element.get("type", "string"), lost)


def _add(piece: Piece, made: dict[str, Any]) -> None:
    components = piece.notes.components
    if len(components) < MOST and all(one["key"] != made["key"] for one in components):
        components.append(made)


def _field_said(piece: Piece, made: dict[str, Any], kind: str, lost: list[Message]) -> Said:
    sentence = Message(
        "%(value)s is the field %(key)s (%(kind)s) of the form",
        value=quoted(piece.value),
        key=made["key"],
        kind=SAID[made["type"]],
    )
    if lost:
        return todo(
            Message(
                "%(sentence)s; %(lost)s cannot be carried over.",
                sentence=sentence,
                lost=tuple(lost),
            ),
            Message("Complete the field in the form editor."),
        )
    if piece.element.get("datePattern"):
        return dropped(
            Message("%(sentence)s; dates have one way of being written here.", sentence=sentence)
        )
    if kind.lower() not in _TYPES:
        return guessed(
            Message(
                "%(sentence)s; its type %(kind)s is not known here.", sentence=sentence, kind=kind
            ),
            Message("Choose the type of the field in the form editor."),
        )
    return kept(Message("%(sentence)s.", sentence=sentence))


def form_data(piece: Piece) -> Said:
    """Read a `camunda:formData` with its form fields."""
    lost: list[Message] = []
    count = 0
    for one in piece.element.iter():
        if local(one) == "formField" and one.get("id"):
            count += 1
            _add(piece, _form_field(one, lost))
    sentence = Message(
        "%(value)s: %(count)s fields of the form", value=quoted(piece.value), count=count
    )
    if lost:
        return todo(
            Message(
                "%(sentence)s; not carried over: %(lost)s.", sentence=sentence, lost=tuple(lost)
            ),
            Message("Complete the fields in the form editor."),
        )
    return kept(Message("%(sentence)s.", sentence=sentence))


def _form_field(element: etree._Element, lost: list[Message]) -> dict[str, Any]:
    options = [
        (one.get("id", ""), one.get("name", ""))
        for one in element.iter()
        if local(one) == "value" and one.get("id")
    ]
    constraints = {
        one.get("name", ""): one.get("config", "")
        for one in element.iter()
        if local(one) == "constraint"
    }
    default = element.get("defaultValue", "")
    made = component(
        variable(element.get("id", "")),
        element.get("label", ""),
        element.get("type", "string"),
        options,
        required=constraints.pop("required", "false") != "false",
        readonly=constraints.pop("readonly", "false") != "false",
        default="" if "{" in default else default,
    )
    for name, limit in constraints.items():
        known = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}
        if (
            name in known
            and limit.isdigit()
            and made["type"] in ("textfield", "textarea", "number")
        ):
            made.setdefault("validate", {})[known[name]] = int(limit[:9])
        else:
            lost.append(lost_at(made["key"], Message(f"{name} {limit}".strip())))
    if "{" in default:
        lost.append(lost_at(made["key"], Message("default %(value)s", value=default)))
    lost += [
        lost_at(
            made["key"],
            Message("property %(id)s = %(value)s", id=one.get("id"), value=one.get("value")),
        )
        for one in element.iter()
        if local(one) == "property"
    ]
    return made


def form_js(draft: Draft, text: str) -> tuple[list[dict[str, Any]], list[Message]]:
    """Return the components of a form-js form that can be shown here, and what was lost."""
    lost: list[Message] = []
    try:
        found = json.loads(text)
        listed = found.get("components", [])
    except (ValueError, AttributeError, RecursionError):
        return [], [Message("the form is not JSON")]
    taken: set[str] = set()
    made = list(_shown(listed if isinstance(listed, list) else [], lost, taken, 0))
    return made[:MOST], lost


def _shown(
    components: list[Any], lost: list[Message], taken: set[str], depth: int
) -> Iterator[dict[str, Any]]:
    for one in components[:MOST]:
        if not isinstance(one, dict):
            continue
        where = str(one.get("key") or one.get("label") or one.get("id") or one.get("type"))[:60]
        kind = one.get("type")
        if kind == "button":
            continue
        if kind in ("html", "image", "iframe", "table", "expression", "documentPreview"):
            lost.append(lost_at(where, Message("a %(kind)s is not shown here", kind=kind)))
            continue
        made = _adapted(one, where, lost)
        if kind in CONTAINERS and depth < 3:
            inner = one.get("components")
            made["components"] = list(
                _shown(inner if isinstance(inner, list) else [], lost, taken, depth + 1)
            )
        key = made.get("key", "")
        if key in taken:
            lost.append(lost_at(where, Message("the key stands there twice")))
            continue
        try:
            read_fields([made])
        except FormProblem as problem:
            lost.append(lost_at(where, Message(problem.reason)))
            if not key:
                continue
            made = component(variable(str(key)), str(one.get("label") or key), "string")
        taken.add(made.get("key", "")) if made.get("key") else None
        yield made


def _adapted(one: dict[str, Any], where: str, lost: list[Message]) -> dict[str, Any]:
    made = dict(one)
    kind = str(one.get("type"))
    if kind not in KINDS:
        made["type"] = {"date": "datetime", "filepicker": "filepicker"}.get(kind, "textfield")
        lost.append(
            lost_at(
                where,
                Message("the type %(kind)s is a %(made)s here", kind=kind, made=SAID[made["type"]]),
            )
        )
    if isinstance(one.get("key"), str):
        made["key"] = variable(one["key"])
    if kind == "group" and one.get("path"):
        made.pop("path")
        said = Message(
            "the fields of the group keep their own names, without %(path)s", path=one["path"]
        )
        lost.append(lost_at(where, said))
    for flag in ("readonly", "disabled"):
        if isinstance(one.get(flag), str):
            lost.append(lost_at(where, Message(f"{flag} {made.pop(flag)}")))
    for name in ("valuesExpression", "valuesKey"):
        if one.get(name):
            lost.append(lost_at(where, Message("options from %(source)s", source=made.pop(name))))
            made["type"] = "textfield" if not one.get("values") else made["type"]
    validate = one.get("validate")
    if isinstance(validate, dict):
        clean = {name: value for name, value in validate.items() if not _expression(value)}
        if isinstance(clean.get("pattern"), str) and pattern_problem(clean["pattern"]):
            lost.append(lost_at(where, Message("the pattern %(text)s", text=clean.pop("pattern"))))
        lost += [
            lost_at(where, Message(f"{name} {validate[name]}"))
            for name in validate
            if name not in clean and name != "pattern"
        ]
        made["validate"] = clean
    if made["type"] in ("radio", "select", "checklist", "taglist") and not made.get("values"):
        made["type"] = "textfield"
        lost.append(lost_at(where, Message("a choice without options is a text here")))
    return made


def lost_at(where: str, what: Message) -> Message:
    """Return what was lost of a field, with its name before it."""
    return Message("%(where)s: %(what)s", where=where, what=what)


def _expression(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")
