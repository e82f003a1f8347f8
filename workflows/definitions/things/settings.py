"""The things of a settings file: each line, lane and stage by its name."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.bundle import read_toml
from workflows.definitions.messages import Message
from workflows.definitions.things import Thing

SETTING = Message("setting")
LANE = Message("lane")
STAGE = Message("stage")
VALUE = Message("value")
PLACE = Message("place in the order")
NAMED = {"lanes": LANE}
NAMES: dict[str, str] = {
    "title": Message("title"),
    "title_en": Message("English title"),
    "about": Message("what it is for"),
    "about_en": Message("what it is for, in English"),
    "owner": Message("owner"),
    "main": Message("main diagram"),
    "number": Message("pattern of the case number"),
    "start_form": Message("form that starts a case"),
    "started_by": Message("who may begin a case"),
    "offers": Message("its open cases are offered as"),
    "public_tables": Message("tables that the public page shows"),
}
"""What the lines of bundle.toml are called; others stand under their own name."""


def things_of_settings(path: str, data: bytes) -> dict[str, Thing]:
    """Return the settings of a TOML file by name; raise DefinitionRefused if it is none."""
    return dict(_things(read_toml(path, data)))


def _things(table: dict[str, object]) -> Iterator[tuple[str, Thing]]:
    for name, value in table.items():
        if isinstance(value, dict):
            for inner, one in value.items():
                key = f"{name}.{inner}"
                sort = NAMED.get(name, SETTING)
                shown = inner if name in NAMED else key
                yield key, Thing(id="", sort=sort, name=shown, values={VALUE: _said(one)})
        elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            yield from _rows(name, value)
        else:
            shown = NAMES.get(name, name)
            yield name, Thing(id="", sort=SETTING, name=shown, values={VALUE: _said(value)})


def _rows(name: str, rows: list[dict[str, object]]) -> Iterator[tuple[str, Thing]]:
    for number, row in enumerate(rows, start=1):
        known = str(row.get("key") or row.get("id") or number)
        values = {NAMES.get(inner, inner): _said(one) for inner, one in row.items()}
        values[PLACE] = str(number)
        sort = STAGE if name == "stages" else SETTING
        title = str(row.get("title") or f"{name} {known}")
        yield f"{name}.{known}", Thing(id="", sort=sort, name=title, values=values)


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
