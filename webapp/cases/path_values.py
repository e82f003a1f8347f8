"""What a case knew after a step, in words; and which rules of which tables a step has used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from models.queries.watching_path import Known
from webapp.language import ENGLISH, gettext, language
from webapp.rendering.values import Shown, shown_values
from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.definition import Definition
from workflows.definitions.fields import Option, Options
from workflows.definitions.forms import Form


@dataclass(frozen=True, kw_only=True)
class ValueThen:
    """A value with its label; `covered` ones are not shown, only that they are there."""

    key: str
    label: str
    now: Shown | None
    before: Shown | None
    text: str
    changed: bool
    since: int
    personal: bool
    covered: bool


def logins_in(definition: Definition, known: Iterable[Known]) -> set[str]:
    """Return the logins that stand among some values, whose names the page shows."""
    found: set[str] = set()
    for one in known:
        asking = _asking(definition, one.key, one.form)
        if asking is not None and asking.by_key[one.key].options_key == "people":
            for value in (one.value, one.before):
                found.update(
                    str(login) for login in (value if isinstance(value, list) else [value])
                )
    return found


def values_then(
    definition: Definition, known: Iterable[Known], names: Mapping[str, str], *, covered: bool
) -> list[ValueThen]:
    """Return values as people read them, those that the step changed first.

    `names` are those of the people that values name by login. With `covered` personal data stay
    covered: their values do not leave the server.
    """
    personal = definition.personal_keys
    people = {"people": [Option(value=login, label=name) for login, name in names.items()]}
    found = [
        _value(definition, one, people, personal=one.key in personal, covered=covered)
        for one in known
    ]
    return sorted(found, key=lambda one: not one.changed)


def _value(
    definition: Definition, one: Known, people: Options, *, personal: bool, covered: bool
) -> ValueThen:
    label = _label(definition, one.key, one.form)
    hidden = covered and (personal or not label)
    now = None if hidden else _read(definition, one.key, one.form, one.value, people)
    before = None
    if one.changed and not hidden:
        before = _read(definition, one.key, one.form_before, one.before, people)
    return ValueThen(
        key=one.key,
        label=label or one.key,
        now=now,
        before=before,
        text=_plain(one.value) if now is None and not hidden else "",
        changed=one.changed,
        since=one.since,
        personal=personal,
        covered=hidden,
    )


def _asking(definition: Definition, key: str, form: str) -> Form | None:
    """Return the form that a value was typed into; else the first one that asks for it.

    Several forms may ask for the same key, each with words of its own.
    """
    own = definition.forms.get(form)
    if own is not None and key in own.by_key:
        return own
    return next((one for one in definition.forms.values() if key in one.by_key), None)


def _label(definition: Definition, key: str, form: str) -> str:
    """Return what a value is called: in its form, else in the table that gives it, else ''."""
    asking = _asking(definition, key, form)
    if asking is not None:
        field = asking.by_key[key]
        return (field.label_en if language() == ENGLISH else "") or field.label
    for table in _tables(definition).values():
        for column in table.columns:
            if column.kind == "output" and column.key == key:
                return column.label
    return ""


def _read(definition: Definition, key: str, form: str, value: Any, people: Options) -> Shown | None:
    asking = _asking(definition, key, form)
    if value is None or asking is None:
        return None
    found = shown_values(asking, {key: value}, people, with_outcome=True)
    return found[0] if found else None


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value in ("", [], {}):
        return "—"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def rules_of(definition: Definition, rules: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Return (table, which row and what it says) for the rules that a step has used."""
    tables = _tables(definition)
    found = []
    for decision, rule in rules:
        table = tables.get(decision)
        if table is None or rule not in table.rules:
            found.append((table.title if table else decision, rule))
            continue
        row = table.rules.index(rule)
        cells = (
            f"{column.label} {cell}"
            for column, cell in zip(table.columns, table.rows[row], strict=False)
            if cell not in ("", "-") and column.kind != "note"
        )
        words = gettext("row %(row)d: %(cells)s", row=row + 1, cells=" · ".join(cells))
        found.append((table.title, words))
    return found


@lru_cache(maxsize=16)
def _tables_of(version_id: int, files: tuple[tuple[str, bytes], ...]) -> dict[str, DecisionTable]:
    return {table.id: table for path, data in files for table in decision_tables(path, data)}


def _tables(definition: Definition) -> dict[str, DecisionTable]:
    return _tables_of(definition.version_id, tuple(sorted(definition.bundle.decisions.items())))
