"""Every name that a bundle's expressions may read: what it is called, its kind, who sets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from workflows.definitions.check.material import Material
from workflows.definitions.check.names import ENGINE_NAMES, declared
from workflows.definitions.decisiontables import DecisionTable, decision_tables
from workflows.definitions.diagram import Node
from workflows.definitions.fields import Field
from workflows.definitions.places import item_names, written_by
from workflows.definitions.reading import Unreadable

Choice = tuple[str, str, str]
"""A value that a name can have, with its words in Chinese and English."""

_KINDS = {
    "number": "number",
    "checkbox": "boolean",
    "datetime": "date",
    "checklist": "list",
    "taglist": "list",
    "filepicker": "list",
    "dynamiclist": "list",
}
LISTS = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
MOST_CHOICES = 60


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name that expressions may read; `origin` is the kind of what sets it."""

    name: str
    kind: str = ""
    """`text`, `number`, `boolean`, `date` or `list`; empty when that is not known."""
    label: str = ""
    label_en: str = ""
    origin: str = ""
    """`form`, `table`, `script`, `operation`, `item`, `case`, `engine` or `message`."""
    where: str = ""
    """The form, decision or element that sets it, by its name."""
    choices: tuple[Choice, ...] = ()
    members: tuple[Name, ...] = field(default=())
    """What stands in each entry of a list or table."""


def names_of(material: Material) -> list[Name]:
    """Return every declared name once, in order of the alphabet."""
    found: dict[str, Name] = {}
    for one in (*_of_forms(material), *_of_tables(material), *_of_nodes(material)):
        known = found.get(one.name)
        found[one.name] = one if known is None else _both(known, one)
    for name in declared(material) - set(found):
        origin = "engine" if name in ENGINE_NAMES else "case"
        if name not in material.surroundings.names | ENGINE_NAMES:
            origin = "message"
        found[name] = Name(name=name, origin=origin)
    return [found[name] for name in sorted(found)]


def _both(known: Name, other: Name) -> Name:
    """Return a name that two places set: what either can give, and neither's place alone."""
    choices = tuple(dict.fromkeys((*known.choices, *other.choices)))[:MOST_CHOICES]
    return replace(
        known,
        kind=known.kind or other.kind,
        label=known.label or other.label,
        label_en=known.label_en or other.label_en,
        where="" if known.origin == other.origin and known.where != other.where else known.where,
        choices=choices,
        members=known.members or other.members,
    )


def field_name(one: Field, where: str = "") -> Name:
    """Return the name that a form's field gives its value."""
    return Name(
        name=one.key,
        kind=_KINDS.get(one.kind, "text"),
        label=one.label,
        label_en=one.label_en,
        origin="form",
        where=where,
        choices=tuple(
            (option.value, option.label, option.label_en or option.label)
            for option in one.options[:MOST_CHOICES]
        ),
        members=tuple(field_name(inner) for inner in one.fields if inner.has_value),
    )


def _of_forms(material: Material) -> Iterator[Name]:
    for name, form in material.forms.items():
        for one in form.fields:
            yield field_name(one, name)


def _of_tables(material: Material) -> Iterator[Name]:
    shown = {table.id: table for table in tables_of(material)}
    for key, decision in material.tables.items():
        table = shown.get(key)
        members = table_members(table) if table is not None else ()
        merged = decision.outputs != {key}
        for name in decision.outputs:
            column = next((one for one in members if one.name == name), None)
            yield Name(
                name=name,
                kind="list" if table and not merged and table.policy in LISTS else "",
                label=(column.label if column else "") or decision.name,
                origin="table",
                where=decision.name,
                choices=column.choices if column is not None else (),
                members=() if merged else members,
            )


def tables_of(material: Material) -> Iterator[DecisionTable]:
    """Return the decision tables of a bundle."""
    for path in material.decision_files():
        try:
            yield from decision_tables(path, material.files[path])
        except Unreadable:
            continue  # the check says so


def table_members(table: DecisionTable) -> tuple[Name, ...]:
    """Return the outputs of a table as names, with the texts that their cells give.

    What a row notes last explains the text in its first output.
    """
    outputs = [place for place, one in enumerate(table.columns) if one.kind == "output"]
    notes = [place for place, one in enumerate(table.columns) if one.kind == "note"]
    return tuple(
        Name(
            name=table.columns[place].key,
            label=table.columns[place].label,
            origin="table",
            choices=tuple(_texts(table, place, notes[-1:] if place == outputs[0] else [])),
        )
        for place in outputs
    )


def _texts(table: DecisionTable, place: int, notes: list[int]) -> Iterator[Choice]:
    seen: set[str] = set()
    for row in table.rows:
        cell = row[place] if place < len(row) else ""
        if len(cell) > 1 and cell[0] == cell[-1] == '"' and cell not in seen:
            seen.add(cell)
            note = next((row[one] for one in notes if one < len(row)), "") or cell[1:-1]
            yield cell[1:-1], note, note
        if len(seen) == MOST_CHOICES:
            return


def _of_nodes(material: Material) -> Iterator[Name]:
    for _, node in material.nodes():
        items = item_names(node)
        for name in written_by(node):
            if name:
                yield Name(name=name, origin=_origin(node, name, items), where=node.name or node.id)


def _origin(node: Node, name: str, items: tuple[str, str, str]) -> str:
    if name in items:
        return "item"
    if node.kind == "scriptTask":
        return "script"
    return "operation" if node.kind == "serviceTask" else "message"
