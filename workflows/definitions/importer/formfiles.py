"""Forms that lie beside a diagram: form-js, Flowable's and JSON schema become fields of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.fieldwork import MOST, component, form_js, lost_at
from workflows.definitions.importer.gathering import form_name
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable, decode

_FLOWABLE = {
    "radio-buttons": "enum",
    "dropdown": "dropdown",
    "multi-line-text": "textarea",
    "integer": "integer",
    "decimal": "number",
    "amount": "number",
    "upload": "file",
}
_SCHEMA = {"number": "number", "integer": "integer", "boolean": "boolean", "string": "string"}
_DATES = {"date": "date", "date-time": "datetime", "datetime": "datetime"}
_UNKNOWN = Message("the file is no form that is known here")


def read_forms(draft: Draft, files: Mapping[str, bytes]) -> None:
    """Read the forms that lie beside, so that tasks find them by file name, id or key."""
    for path, data in files.items():
        lost: list[Message] = []
        names, components = _read(draft, path, data, lost)
        if names:
            made = Message("Fields taken over: %(count)s.", count=len(components))
            for name in names:
                draft.embedded.setdefault(name, components)
                draft.beside[name] = path
        else:
            made = Message("The file %(path)s is not read.", path=quoted(path))
        _tell(draft, path, made, lost, bool(names))


def _tell(draft: Draft, path: str, made: Message, lost: list[Message], is_form: bool) -> None:
    if lost:
        sentence = Message(
            "%(made)s Not carried over: %(lost)s.", made=made, lost=tuple(lost[:MOST])
        )
        mend = Message("Complete it in the form editor.")
        said = Said(severity="todo" if is_form else "dropped", sentence=sentence, mend=mend)
    else:
        said = Said(severity="kept", sentence=made)
    draft.report.add("", "", path, said)


def tell_unused(draft: Draft, used: set[str]) -> None:
    """Say which forms beside the diagram nothing asks for."""
    paths = {draft.beside[name] for name in used if name in draft.beside}
    for path in sorted(set(draft.beside.values()) - paths):
        said = Said(
            severity="dropped",
            sentence=Message("No step of the diagram uses this form; it is left out."),
            mend=Message("Choose the form of each task in its properties."),
        )
        draft.report.add("", "", path, said)


def _read(
    draft: Draft, path: str, data: bytes, lost: list[Message]
) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the names under which a form is known and its fields; no names where it is none."""
    try:
        found = json.loads(decode(data))
    except (Unreadable, ValueError, RecursionError):
        lost.append(Message("the form is not JSON"))
        return [], []
    if not isinstance(found, dict):
        lost.append(_UNKNOWN)
        return [], []
    if isinstance(found.get("components"), list):
        components, gone = form_js(draft, json.dumps(found))
        lost += gone
    elif isinstance(found.get("fields"), list):
        components = list(_flowable(found["fields"], lost, 0))
    elif isinstance(found.get("properties"), dict):
        components = list(_schema(found, lost))
    else:
        lost.append(_UNKNOWN)
        return [], []
    names = [form_name(path), *(found.get(one) for one in ("id", "key"))]
    return [one for one in dict.fromkeys(names) if isinstance(one, str) and one], components[:MOST]


def _flowable(fields: list[Any], lost: list[Message], depth: int) -> Iterator[dict[str, Any]]:
    for one in fields[:MOST]:
        if not isinstance(one, dict):
            continue
        inner = one.get("fields")
        if isinstance(inner, dict) and depth < 3:  # a container holds columns of fields
            for column in inner.values():
                yield from _flowable(column if isinstance(column, list) else [], lost, depth + 1)
            continue
        kind, key = str(one.get("type", "text")), one.get("id")
        if not isinstance(key, str) or kind in ("headline", "expression", "horizontal-line"):
            lost.append(lost_at(str(key), Message("a %(kind)s is not shown here", kind=kind)))
            continue
        listed = one.get("options")
        options = [
            (str(item.get("id") or item.get("name", "")), str(item.get("name", "")))
            for item in (listed if isinstance(listed, list) else [])
            if isinstance(item, dict)
        ]
        yield component(
            variable(key),
            str(one.get("name") or key),
            _FLOWABLE.get(kind, kind),
            options,
            required=one.get("required") is True,
            readonly=one.get("readOnly") is True,
        )
        for name in ("value", "placeholder", "optionsExpression"):
            if one.get(name):
                lost.append(lost_at(key, Message(f"{name} {str(one[name])[:200]}")))


def _schema(schema: Mapping[str, Any], lost: list[Message]) -> Iterator[dict[str, Any]]:
    listed = schema.get("required")
    required = set(map(str, listed)) if isinstance(listed, list) else set()
    for key, one in list(schema["properties"].items())[:MOST]:
        if not isinstance(one, dict):
            continue
        kind = str(one.get("type", "string"))
        values = one.get("enum")
        if kind not in _SCHEMA:
            lost.append(lost_at(str(key), Message("a %(kind)s is not shown here", kind=kind)))
            continue
        kind = _DATES.get(str(one.get("format")), _SCHEMA[kind])
        options = [(str(item), str(item)) for item in values] if isinstance(values, list) else []
        yield component(
            variable(key),
            str(one.get("title") or key),
            "dropdown" if options else kind,
            options,
            required=key in required,
        )
