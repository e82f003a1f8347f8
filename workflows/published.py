"""What the public reads of a process's decision tables: every row with its source and owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.definitions.definition import Definition
from workflows.definitions.diagram import Diagram
from workflows.definitions.reading import local, read_xml

ANYTHING = "-"
_TEXT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column; `kind` is `input`, `output` or `note` (source, owner and what else is said)."""

    label: str
    kind: str
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What keys in cells are called, in Chinese and in English."""

    chinese: str
    english: str = ""


@dataclass(frozen=True, kw_only=True)
class PublishedTable:
    """A decision table as people read it; a cell is a FEEL text or a note's words."""

    id: str
    path: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def published_tables(definition: Definition) -> tuple[PublishedTable, ...]:
    """Return the tables that the bundle makes public, in the order in which it names them."""
    bundle = definition.bundle
    found = (_table(f"{name}.dmn", bundle.files[f"{name}.dmn"]) for name in bundle.public_tables)
    return tuple(table for table in found if table is not None)


def _table(path: str, data: bytes) -> PublishedTable | None:
    for decision in read_xml(data).iter():
        if local(decision) != "decision":
            continue
        table = _child(decision, "decisionTable")
        if table is not None:
            return PublishedTable(
                id=str(decision.get("id") or ""),
                path=path,
                title=str(decision.get("name") or decision.get("id") or ""),
                columns=tuple(_columns(table)),
                rows=tuple(_cells(rule) for rule in _children(table, "rule")),
            )
    return None


def _columns(table: etree._Element) -> Iterator[Column]:
    for one in _children(table, "input"):
        text = _words(_child(_child(one, "inputExpression"), "text"))
        yield Column(label=str(one.get("label") or text), kind="input", key=text)
    for one in _children(table, "output"):
        key = str(one.get("name") or "")
        yield Column(label=str(one.get("label") or key), kind="output", key=key)
    for one in _children(table, "annotation"):
        yield Column(label=str(one.get("name") or ""), kind="note")


def _cells(rule: etree._Element) -> tuple[str, ...]:
    entries = ("inputEntry", "outputEntry", "annotationEntry")
    return tuple(_words(_child(cell, "text")) for kind in entries for cell in _children(rule, kind))


def _children(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [one for one in element if local(one) == name] if element is not None else []


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _words(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


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
