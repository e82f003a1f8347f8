"""The public page of limits and duties, made from the tables that are deployed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.queries.booking import current_processes
from models.queries.published import DutyRow, Since, duties, since
from webapp.context import city, reading
from webapp.language import ENGLISH, gettext, language
from webapp.permissions import PUBLIC, may
from webapp.portal.blueprint import blueprint
from webapp.rendering.words import named, unit_name
from workflows.definitions.decisiontables import DecisionTable
from workflows.definitions.definition import Definition
from workflows.published import (
    Words,
    keys_in,
    published_tables,
    replaced,
    words_of,
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A table in the reader's words, and since when it holds."""

    table: DecisionTable
    rows: list[list[str]]
    since: Since


@dataclass(frozen=True, kw_only=True)
class Answering:
    """A category with the units that answer for it: everywhere, or (place, unit) by place."""

    category: str
    everywhere: str
    places: list[tuple[str, str]]
    source: str


NOTE = "note"
CLAUSE = re.compile("[，；。（(]")
"""What ends the first clause of a note."""

_said: dict[int, Mapping[tuple[str, str], Words]] = {}
"""By version id; a deployed version never changes."""


@blueprint.get("/limits")
@may(PUBLIC)
def limits() -> ResponseReturnValue:
    """Show every limit with its source and owner, and who answers for what."""
    with reading() as session:
        found = [
            (definition, [_shown(session, definition, one) for one in published_tables(definition)])
            for definition in _definitions(session)
        ]
        listed = duties(session)
    processes = [(named(one.bundle, "title"), one, tables) for one, tables in found if tables]
    return render_template(
        "portal/limits.html",
        processes=processes,
        duties=_answering(listed, [definition for definition, _ in found]),
    )


def _definitions(session: Session) -> list[Definition]:
    return [city().library.version(one.version_id) for one in current_processes(session)]


def _shown(session: Session, definition: Definition, table: DecisionTable) -> Shown:
    if definition.version_id not in _said:
        _said[definition.version_id] = words_of(definition)
    return Shown(
        table=table,
        rows=[_row(definition, table, row) for row in table.rows],
        since=since(session, definition.process_id, definition.version_id, table.path),
    )


def _row(definition: Definition, table: DecisionTable, row: tuple[str, ...]) -> list[str]:
    """Return a row in words; a key that nothing names is said by the row's last note."""
    notes = [cell for column, cell in zip(table.columns, row, strict=False) if column.kind == NOTE]
    said = CLAUSE.split(notes[-1])[0] if notes else ""
    return [
        cell if column.kind == NOTE else _cell(definition, column.key, cell, said)
        for column, cell in zip(table.columns, row, strict=False)
    ]


def _cell(definition: Definition, column: str, cell: str, said: str) -> str:
    words = _words(definition, column, cell)
    unnamed = [key for key in keys_in(cell) if words[key] == key and key.isascii()]
    if said and [f'"{key}"' for key in unnamed] == [cell]:
        return said
    return replaced(cell, words)


def _words(definition: Definition, column: str, cell: str) -> dict[str, str]:
    called = {key: _called(definition, column, key) for key in keys_in(cell)}
    return {"true": gettext("Yes"), "false": gettext("No"), **called}


def _called(definition: Definition, column: str, key: str) -> str:
    """Return what a key in a cell is called: an option, a task, a unit, or the key itself."""
    said = _said.get(definition.version_id) or words_of(definition)
    found = said.get((column, key)) or said.get(("", key))
    if found is not None:
        return (found.english if language() == ENGLISH else "") or found.chinese
    unit = city().directory().named(key)
    return named(unit) if unit is not None else key


def _answering(rows: list[DutyRow], definitions: list[Definition]) -> list[Answering]:
    by_category: dict[str, list[DutyRow]] = {}
    for row in rows:
        by_category.setdefault(row.category, []).append(row)
    return [
        Answering(
            category=_category(category, definitions),
            everywhere=next(
                (unit_name(row.unit_id, row.unit) for row in found if row.place_id is None), ""
            ),
            places=[
                (unit_name(row.place_id, row.place), unit_name(row.unit_id, row.unit))
                for row in found
                if row.place_id is not None
            ],
            source=found[0].source,
        )
        for category, found in by_category.items()
    ]


def _category(category: str, definitions: list[Definition]) -> str:
    for definition in definitions:
        column = definition.bundle.case_columns.get("category", "")
        if definition.version_id not in _said:
            _said[definition.version_id] = words_of(definition)
        found = _said[definition.version_id].get((column, category))
        if found is not None:
            return (found.english if language() == ENGLISH else "") or found.chinese
    return category
