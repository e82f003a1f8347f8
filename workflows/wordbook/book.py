"""The wordbook of a bundle as plain data, in one language: what pickers and completion show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from workflows.definitions.check.dataflow import Dataflow
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Language
from workflows.definitions.decisiontables import DecisionTable
from workflows.definitions.diagram import Diagram
from workflows.definitions.forms import Form
from workflows.definitions.texts import ENGLISH as ENGLISH_TEXT
from workflows.feel.library import BUILTINS, Builtin
from workflows.operations import Operation, registry
from workflows.outbox import LINKED_CASE_CLOSED, MAIN_CASE_CLOSED
from workflows.vocabulary import NAMES, WORDS
from workflows.wordbook import chinese
from workflows.wordbook.names import LISTS, Name, field_name, names_of, table_members, tables_of

Entry = dict[str, Any]
ROWS = 100


def wordbook(material: Material, path: str, language: Language) -> Entry:
    """Return all that an editor of the diagram `path` offers, as JSON will hold it.

    `at` and `sets` say of each element of the diagram which names (by their place in
    `names`) are there before it, and which it sets; an element that is not in `at` cannot
    be reached, so nothing is known of it.
    """
    names = names_of(material)
    settings = material.settings
    lanes = settings.lanes if settings is not None else {}
    stages = settings.stages if settings is not None else ()
    return {
        "lanes": [{"name": name, "role": role} for name, role in lanes.items()],
        "stages": [
            {"key": one.key, "title": one.title_en if language == "en" else one.title}
            for one in stages
        ],
        "company": settings is None or "enterprise" in settings.case_columns,
        "forms": [_form(name, form, material, language) for name, form in _sorted(material.forms)],
        "decisions": list(_decisions(material)),
        "operations": [operation(one, language) for _, one in _sorted(registry)],
        "processes": list(_processes(material)),
        "messages": list(_messages(material)),
        "texts": list(_texts(material)),
        "functions": [*_words(language), *_functions(language)],
        "names": [_name(one, language) for one in names],
        **_places(material, path, [one.name for one in names]),
    }


def _sorted(found: Any) -> list[tuple[str, Any]]:
    return sorted(found.items())


def _name(one: Name, language: Language) -> Entry:
    label = (one.label_en if language == "en" else "") or one.label
    entry: Entry = {"name": one.name, "kind": one.kind, "label": label, "origin": one.origin}
    entry["where"] = one.where
    if one.choices:
        entry["choices"] = [
            {"value": value, "label": english if language == "en" else words}
            for value, words, english in one.choices
        ]
    if one.members:
        entry["members"] = [_name(member, language) for member in one.members]
    return entry


def _form(name: str, form: Form, material: Material, language: Language) -> Entry:
    users = dict.fromkeys(
        node.name or node.id
        for _, node in material.nodes()
        if node.asks and node.properties.get("form") == name
    )
    return {
        "name": name,
        "title": "、".join(users) or name,
        "file": f"forms/{name}.form",
        "outcomes": [
            {
                "value": one.value,
                "label": (one.label_en if language == "en" else "") or one.label,
                "consequence": one.consequence_en if language == "en" else one.consequence,
            }
            for one in form.outcomes
        ],
        "fields": [_name(field_name(one, name), language) for one in form.fields],
    }


def _decisions(material: Material) -> Iterator[Entry]:
    shown = {table.id: table for table in tables_of(material)}
    for key, decision in sorted(material.tables.items()):
        table = shown.get(key)
        inputs = [one for one in table.columns if one.kind == "input"] if table else []
        members = {one.name: one for one in table_members(table)} if table else {}
        yield {
            "id": key,
            "name": decision.name,
            "file": decision.file,
            "inputs": [{"label": one.label, "expression": one.key} for one in inputs],
            "outputs": [
                {"name": name, "label": members[name].label if name in members else ""}
                for name in sorted(decision.outputs)
            ],
            "columns": [one.key for one in table.columns if one.kind == "output"] if table else [],
            "labels": {one.name: one.label for one in members.values()},
            "rows": _rows(table, len(inputs)) if table is not None else [],
        }


def _rows(table: DecisionTable, inputs: int) -> list[list[str]]:
    """Return what a table without inputs lists, row by row: its outputs, and what is noted last.

    Such a table is a list of limits; pickers offer its rows.
    """
    if inputs or table.policy not in LISTS:
        return []
    outputs = sum(one.kind == "output" for one in table.columns)
    return [[*row[:outputs], row[-1] if len(row) > outputs else ""] for row in table.rows[:ROWS]]


def operation(one: Operation, language: Language) -> Entry:
    """Return an operation with what it does, takes and gives, in a language."""
    said = chinese.OPERATIONS.get(one.name) if language == "zh" else None
    return {
        "name": one.name,
        "title": one.title if language == "zh" else one.name.replace("_", " ").capitalize(),
        "description": said.description if said else " ".join(one.description.split()),
        "undo": one.undo is not None,
        "result": one.result if one.result != "None" else "",
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type.removesuffix(" | None"),
                "required": parameter.required,
                "meaning": (said.parameters.get(parameter.name) if said else None)
                or parameter.meaning,
            }
            for parameter in one.parameters.values()
        ],
    }


def _words(language: Language) -> Iterator[Entry]:
    for word in WORDS:
        yield {
            "name": word.name,
            "signature": word.signature,
            "meaning": chinese.WORDS.get(word.name, "") if language == "zh" else word.meaning,
            "domain": True,
        }


def _functions(language: Language) -> Iterator[Entry]:
    for name, one in sorted(BUILTINS.items()):
        if name not in NAMES:
            yield {
                "name": name,
                "signature": _signature(name, one),
                "meaning": chinese.FUNCTIONS.get(name, "") if language == "zh" else one.sentence,
                "domain": False,
            }


def _signature(name: str, one: Builtin) -> str:
    longest = max(one.forms, key=len)
    return f"{name}({', '.join(longest)})"


def _processes(material: Material) -> Iterator[Entry]:
    for file, diagram in material.diagrams.items():
        for scope in diagram.processes:
            yield {"id": scope.id, "name": scope.name or scope.id, "file": file}


def _messages(material: Material) -> Iterator[Entry]:
    """Yield the messages that some diagram declares, and those that the application sends."""
    found = {LINKED_CASE_CLOSED: "", MAIN_CASE_CLOSED: ""}
    for file, diagram in material.diagrams.items():
        found.update(dict.fromkeys(_declared(diagram), file))
    for name, file in sorted(found.items()):
        yield {"name": name, "file": file}


def _declared(diagram: Diagram) -> Iterable[str]:
    return diagram.names_of("message").values()


def _texts(material: Material) -> Iterator[Entry]:
    for path, data in sorted(material.files.items()):
        folder, _, file = path.rpartition("/")
        name = file.rpartition(".")[0]
        if folder == "texts" and name in material.texts and not name.endswith(ENGLISH_TEXT):
            first = data[:600].decode("utf-8", "replace").strip().partition("\n")[0]
            yield {"name": name, "title": first.lstrip("# ").strip()[:60], "file": path}


def _places(material: Material, path: str, names: list[str]) -> Entry:
    diagram = material.diagrams.get(path)
    if diagram is None or material.late:
        return {"at": {}, "sets": {}}
    flow = Dataflow(material, every=True)
    arriving = flow.arriving()
    number = {name: place for place, name in enumerate(names)}
    nodes = list(diagram.nodes())
    return {
        "at": {
            node.id: [number[name] for name in flow.named(arriving[node])]
            for node in nodes
            if node in arriving
        },
        "sets": {node.id: [number[name] for name in flow.named(flow.sets[node])] for node in nodes},
    }
