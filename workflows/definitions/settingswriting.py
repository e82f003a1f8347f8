"""bundle.toml with other values: comments, order and lines of its own stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from workflows.definitions.settings import FILE
from workflows.errors import DefinitionRefused, Place

TEXTS = (
    "title", "title_en", "about", "about_en", "owner", "main", "number", "start_form", "offers",
)  # fmt: skip
LISTS = ("started_by", "public_tables")
MAPPINGS = ("case", "lanes")
STAGE = ("key", "title", "title_en")


def rewritten(content: str, values: Mapping[str, Any]) -> str:
    """Return the file with `values`: texts, lists of names, mappings, and `stages` as rows.

    What is the same already is not touched, and lists keep their order; an empty value takes its
    line away. Raises DefinitionRefused for a file that is no TOML.
    """
    try:
        document = tomlkit.parse(content)
    except TOMLKitError as error:
        raise DefinitionRefused(
            place=Place(file=FILE), reason=f"it is not TOML: {error}", advice="Mend the line."
        ) from error
    for name in TEXTS:
        if name in values:
            _put(document, name, values[name])
    for name in LISTS:
        if name in values:
            before = document.get(name, [])
            kept = [one for one in before if one in values[name]]
            _put(document, name, kept + [one for one in values[name] if one not in kept])
    for name in MAPPINGS:
        if name in values:
            _map(document, name, dict(values[name]))
    if "stages" in values:
        _stages(document, values["stages"])
    return tomlkit.dumps(document)


def _put(table: Any, name: str, value: Any) -> None:
    if not value:
        if name in table:
            del table[name]
    elif table.get(name) != value:
        table[name] = value


def _map(document: tomlkit.TOMLDocument, name: str, wanted: dict[str, str]) -> None:
    table = document.get(name)
    if not isinstance(table, Table):
        if wanted:
            document[name] = wanted
        return
    if name == "case":  # columns have no order of their own
        wanted = {key: wanted[key] for key in table if key in wanted} | wanted
    if [key for key in table if key in wanted] != [key for key in wanted if key in table]:
        document[name] = wanted  # in another order
        return
    for key in list(table):
        if key not in wanted:
            del table[key]
    for key, value in wanted.items():
        _put(table, key, value)


def _stages(document: tomlkit.TOMLDocument, rows: Sequence[Mapping[str, str]]) -> None:
    """Put the stages in this order; a stage keeps what else its table says."""
    before = document.get("stages")
    known = list(before) if isinstance(before, AoT) else []
    if [[str(one.get(name, "")) for name in STAGE] for one in known] == [
        [row.get(name, "") for name in STAGE] for row in rows
    ]:
        return
    by_key = {str(one.get("key", "")): one for one in known}
    tables = tomlkit.aot()
    for row in rows:
        table = by_key.get(row.get("key", ""))
        if table is None:
            table = tomlkit.table()
            for name in STAGE:
                _put(table, name, row.get(name, ""))
            table.add(tomlkit.nl())
        else:
            for name in STAGE:
                _put(table, name, row.get(name, ""))
        tables.append(table)
    if "stages" in document:
        document["stages"] = tables
    else:
        document.append("stages", tables)
