"""The things of a form: its fields, with their options and rules, and the order of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflows.definitions.fields import Field
from workflows.definitions.forms import Form
from workflows.definitions.messages import Message
from workflows.definitions.things import Thing

FIELD = Message("field")
LABEL = Message("label")
KIND = Message("kind of field")
PLACE = Message("place in the form")
FORM = Message("form")

VALUES = {
    "label": LABEL,
    "label_en": Message("English label"),
    "kind": KIND,
    "description": Message("explanation"),
    "description_en": Message("English explanation"),
    "text": Message("words"),
    "text_en": Message("English words"),
    "required": Message("has to be filled in"),
    "min_length": Message("fewest characters"),
    "max_length": Message("most characters"),
    "minimum": Message("smallest number"),
    "maximum": Message("largest number"),
    "pattern": Message("pattern"),
    "validation": Message("has to be"),
    "options_key": Message("list of options"),
    "readonly": Message("can only be read"),
    "disabled": Message("switched off"),
    "default": Message("first value"),
    "multiple": Message("several at once"),
    "accept": Message("kinds of files"),
    "subtype": Message("date or time"),
    "disallow_past": Message("not in the past"),
    "decimal_digits": Message("decimal places"),
    "prefix": Message("stands before"),
    "suffix": Message("stands behind"),
    "rows_initial": Message("rows at first"),
    "columns": Message("width in sixteenths"),
}
PROPERTIES: Mapping[str, str] = {
    "personal": Message("personal data"),
    "personal.note": Message("who sees it"),
    "personal.note.en": Message("who sees it, in English"),
    "public": Message("the company reads it"),
    "fresh": Message("asked anew each time"),
    "starts_with": Message("starts with"),
}
"""What the properties are called; others stand under their own name."""
HIDDEN = Message("hidden when")
OPTION = Message("options")


def things_of_form(path: str, data: bytes) -> dict[str, Thing]:
    """Return the fields of a form by key; raise DefinitionRefused for what is no form."""
    form = Form.parse(data, file=path)
    return dict(_fields(form.components, ""))


def _fields(fields: Sequence[Field], within: str) -> Iterator[tuple[str, Thing]]:
    before = ""
    for number, field in enumerate(fields):
        key = f"{within}{field.key or f'{field.kind} {number + 1}'}"
        name = field.label or field.text[:60] or key
        values: dict[str, str] = {
            label: _said(getattr(field, name)) for name, label in VALUES.items()
        }
        values[HIDDEN] = field.hide.text if field.hide is not None else ""
        values[OPTION] = "\n".join(_options(field))
        values[PLACE] = before
        own = {f"{one.value}{end}" for one in field.options for end in ("", ".en", ".label.en")}
        for prop, text in field.properties.items():
            if prop in PROPERTIES or (prop not in own and not prop.endswith(".en")):
                values[PROPERTIES.get(prop, prop)] = text
        yield key, Thing(id=key, sort=FIELD, name=name, values=values)
        yield from _fields(field.fields, f"{key}." if field.kind == "dynamiclist" else within)
        before = field.key or before


def _options(field: Field) -> Iterator[str]:
    for one in field.options:
        said = [f"{one.value}: {one.label}"]
        if one.label_en and one.label_en != one.label:
            said.append(one.label_en)
        if field.properties.get(one.value):
            said.append(field.properties[one.value])
        yield " / ".join(said)


def _said(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "true" if value is True else str(value)
