"""The details of an entry as named values; ids of the engine and raw data are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from models.queries.audit import AuditLine, Named
from webapp.audit.words import BY_ACTION, LABELS
from webapp.context import city
from webapp.language import ENGLISH, gettext, language
from webapp.rendering import dates
from webapp.repair.words import ACTS, element_name
from workflows.errors import NotFound
from workflows.explanation import WEEKDAYS, WEEKDAYS_EN
from workflows.operations import registry

Value = str | Markup
MOST_ITEMS = 30
"""Names of one list that are written out."""
SHORT_CHECKSUM = 12


def details_of(line: AuditLine, named: Named) -> Iterator[tuple[str, Value]]:
    """Give the (label, value) of what an entry says beside its reason, in a fixed order."""
    said = _said(line)
    for key in LABELS:
        if key not in said:
            continue
        value = _value(key, said[key], line, named)
        if value:
            label = BY_ACTION.get((line.action, key), LABELS[key])
            yield str(label), value


def process_name(key: str, named: Named) -> str:
    """Return what a process is called, its key where it was never deployed."""
    title, english = named.titles.get(key, (key, ""))
    return (english if language() == ENGLISH else "") or title


def element_words(line: AuditLine, process: str, element: str) -> str:
    """Return the name of an element in the version that the entry's step ran on."""
    if line.version_id is None:
        return element
    try:
        found = city().library.version(line.version_id)
    except NotFound:
        return element
    return element_name(found.specification.elements, process, element)


def _said(line: AuditLine) -> dict[str, Any]:
    """Return the details that have a name; a repair's own lie one level deeper."""
    said = dict(line.detail)
    for key in ("step", "outcome", "reason", "remark", "message"):
        said.pop(key, None)
    if line.action == "repair":
        said |= said.pop("act", {})
    if line.action == "deliver":
        said["from"] = None
        said["sender"] = line.sender
    return {key: value for key, value in said.items() if value or value is False}


def _value(key: str, value: Any, line: AuditLine, named: Named) -> Value:
    known = _SAID.get(key)
    if known is not None:
        return known(value, line, named)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        shown = gettext(", ").join(str(one) for one in value[:MOST_ITEMS])
        return shown + (" …" if len(value) > MOST_ITEMS else "")
    return "" if isinstance(value, Mapping) else str(value)


def _version_by_id(value: Any, line: AuditLine, named: Named) -> str:
    key, number = named.versions.get(value, ("", 0))
    return f"{process_name(key, named)} {number}" if number else ""


def _source(value: Any, line: AuditLine, named: Named) -> str:
    text = str(value)
    if line.action != "case_recorded":
        return text
    if text == "file":
        return gettext("a file")
    what = gettext("Draft") if text.startswith("d") else gettext("Version")
    return f"{what} {text[1:]}"


def _day_or_switch(value: Any, line: AuditLine, named: Named) -> Value:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return _instant(value, line, named)


def _instant(value: Any, line: AuditLine, named: Named) -> Value:
    text = str(value)
    try:
        if "T" in text:
            return dates.moment(datetime.fromisoformat(text))
        return dates.day(date.fromisoformat(text))
    except ValueError:
        return text


def _weekday(value: Any, line: AuditLine, named: Named) -> str:
    words = WEEKDAYS_EN if language() == ENGLISH else WEEKDAYS
    return words[value - 1] if isinstance(value, int) and 0 < value <= len(words) else ""


def _elements(value: Any, line: AuditLine, named: Named) -> str:
    return gettext(", ").join(
        element_words(line, line.process or "", str(one)) for one in value[:MOST_ITEMS]
    )


def _place(value: Any, line: AuditLine, named: Named) -> str:
    if isinstance(value, list) and value:
        return element_words(line, str(value[0]), str(value[-1]))
    return str(value)


def _operations(value: Any, line: AuditLine, named: Named) -> str:
    return gettext(", ").join(operation_name(str(one)) for one in value[:MOST_ITEMS])


def operation_name(name: str) -> str:
    """Return what an operation is called in the reader's language."""
    known = registry.get(name)
    spoken = name.replace("_", " ")
    return known.title if known is not None and language() != ENGLISH else spoken


_SAID: dict[str, Callable[[Any, AuditLine, Named], Value]] = {
    "instead_of_id": _version_by_id,
    "source": _source,
    "takes_effect_at": _instant,
    "due_at": _instant,
    "on": _day_or_switch,
    "weekday": _weekday,
    "opened": _elements,
    "closed": _elements,
    "at": _place,
    "from": _place,
    "to": _place,
    "operations": _operations,
    "receptions": lambda value, *_: str(len(value)),
    "checksum": lambda value, *_: str(value)[:SHORT_CHECKSUM],
    "approved_by": lambda value, *_: (
        gettext("not needed: an earlier version") if value == "-" else str(value)
    ),
    "kind": lambda value, *_: str(ACTS.get(value, value)),
}
