"""What the public reads of a process's decision tables: every row with its source and owner."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.definition import Definition
from workflows.definitions.diagram import Diagram

ANYTHING = "-"
_TEXT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Words:
    """What keys in cells are called, in Chinese and in English."""

    chinese: str
    english: str = ""


def published_tables(definition: Definition) -> tuple[DecisionTable, ...]:
    """Return the tables that the bundle makes public, in the order in which it names them."""
    bundle = definition.bundle
    paths = [f"{name}.dmn" for name in bundle.public_tables]
    found = (next(decision_tables(path, bundle.files[path]), None) for path in paths)
    return tuple(table for table in found if table is not None)


def words_of(definition: Definition) -> Mapping[tuple[str, str], Words]:
    """Return what (column key, value) is called: options of the field of that key, and elements.

    Elements and called diagrams stand under the column '': a table may name what a limit is for.
    """
    found: dict[tuple[str, str], Words] = {}
    for path, data in definition.bundle.diagrams.items():
        for scope in Diagram.parse(path, data).scopes():
            for node in scope.nodes.values():
                if node.name:
                    english = node.properties.get("name_en", "")
                    found.setdefault(("", node.id), Words(chinese=node.name, english=english))
    for form in definition.forms.values():
        for field in form.fields:
            for option in field.options:
                words = Words(chinese=option.label, english=option.label_en)
                found.setdefault((field.key, option.value), words)
    return found


def keys_in(cell: str) -> list[str]:
    """Return the texts in double quotes that stand in a cell."""
    return _TEXT.findall(cell)


def replaced(cell: str, words: Mapping[str, str]) -> str:
    """Return a cell with its keys replaced by words, '' for one that allows anything.

    `words` may say what `true` and `false` are called, too.
    """
    if cell in (ANYTHING, ""):
        return ""
    if cell in ("true", "false"):
        return words.get(cell, cell)
    return _TEXT.sub(lambda found: words.get(found[1], found[1]), cell)
