"""What a case knew after a step, in words; and which rules of which tables a step has used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from models.queries.watching_path import Known
from webapp.language import gettext
from webapp.rendering.values import Shown, shown_values
from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.definition import Definition


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


def values_then(
    definition: Definition, known: Iterable[Known], *, covered: bool
) -> list[ValueThen]:
    """Return values as people read them, those that the step changed first.

    With `covered` personal data stay covered: their values do not leave the server.
    """
    personal = definition.personal_keys
    found = [
        _value(definition, one, personal=one.key in personal, covered=covered) for one in known
    ]
    return sorted(found, key=lambda one: not one.changed)


def _value(definition: Definition, one: Known, *, personal: bool, covered: bool) -> ValueThen:
    hidden = covered and (personal or not _labelled(definition, one.key))
    now = None if hidden else _read(definition, one.key, one.value)
    before = None if hidden or not one.changed else _read(definition, one.key, one.before)
    plain = now is None and not hidden
    return ValueThen(
        key=one.key,
        label=_labelled(definition, one.key) or one.key,
        now=now,
        before=before,
        text=_plain(one.value) if plain else "",
        changed=one.changed,
        since=one.since,
        personal=personal,
        covered=hidden,
    )


def _labelled(definition: Definition, key: str) -> str:
    """Return the label of the first form that asks for a value, '' where none does."""
    for form in definition.forms.values():
        if key in form.by_key:
            return form.by_key[key].label
    return ""


def _read(definition: Definition, key: str, value: Any) -> Shown | None:
    if value is None:
        return None
    for form in definition.forms.values():
        if key in form.by_key:
            found = shown_values(form, {key: value}, {}, with_outcome=True)
            if found:
                return found[0]
    return None


def _plain(value: Any) -> str:
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
            if cell and column.kind != "note"
        )
        words = gettext("row %(row)d: %(cells)s", row=row + 1, cells=" · ".join(cells))
        found.append((table.title, words))
    return found


@lru_cache(maxsize=16)
def _tables_of(version_id: int, files: tuple[tuple[str, bytes], ...]) -> dict[str, DecisionTable]:
    return {table.id: table for path, data in files for table in decision_tables(path, data)}


def _tables(definition: Definition) -> dict[str, DecisionTable]:
    return _tables_of(definition.version_id, tuple(sorted(definition.bundle.decisions.items())))
