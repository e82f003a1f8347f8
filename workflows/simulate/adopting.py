"""What was found in a trial, written into the scenarios in place of what they expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import tomlkit

DAYS = ("due", "warn", "timers")
LISTS = ("public", "letters", "waits")


def adopted(content: bytes, found: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a scenario's file that expects what was found; all other lines stay as they are.

    `found` are rows of a report's `failed`; those without `true` are left out.
    """
    document = tomlkit.parse(content.decode())
    for one in found:
        if one.get("true"):
            _adopt(document, one["step"], one["true"])
    return tomlkit.dumps(document).encode()


def _adopt(document: Any, step: int, true: Mapping[str, Any]) -> None:
    expect = (document["steps"][step - 1] if step else document["start"])["expect"]
    if true["case"]:
        expect = expect["cases"][true["case"]]
    key, values = true["key"], list(true["values"])
    if key in DAYS:
        values = [date.fromisoformat(one) for one in values]
    if key in LISTS:
        expect[key] = values
    elif true["row"]:
        _put(expect[key], true["row"], values)
    else:
        _put(expect, key, values)


def _put(table: Any, name: str, values: list[Any]) -> None:
    """Write one value as it is and several as a list; without any the line goes."""
    if not values:
        table.pop(name, None)
    else:
        table[name] = values[0] if len(values) == 1 else sorted(values)
