"""Rules about forms: they exist, are used, and can be shown and filled in."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.material import Material
from workflows.definitions.check.names import declared
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.fields import Field
from workflows.definitions.settings import nearest
from workflows.feel.library import BUILTINS

INVALID = rule(
    801,
    "Forms can be shown and checked",
    reason="A component that the server cannot show would lose what people type.",
    mend="Use the components of the studio's palette.",
)
MISSING = rule(
    802,
    "Every user task has a form that exists",
    reason="A task without a form cannot be done.",
    mend="Choose a form in the properties panel, or draw it.",
)
CONDITIONS = rule(
    805,
    "Conditions of forms know their names",
    reason="A misspelt name is null, and the field shows or hides for ever.",
    mend="Use a field of the same form, or a name that an earlier step sets.",
)
LISTS = rule(
    806,
    "Choices have options",
    reason="A choice without options cannot be answered.",
    mend="List options, or name an option list that the application delivers.",
)
UNUSED = rule(
    807,
    "Forms are used",
    reason="A form that no task shows is a leftover, or a task lacks it.",
    mend="Choose it in a task, or delete it.",
    severity="warning",
)
COLUMNS = rule(
    809,
    "Case columns are fields of the start form",
    reason="Lists would stay empty where the case's title or place should stand.",
    mend="Correct [case] in bundle.toml, or add the field to the start form.",
)


@subject
def tasks(material: Material) -> Iterator[Finding]:
    """Look at the forms of user tasks, and of messages that people send."""
    used = {material.settings.start_form} if material.settings else set()
    for file, node in material.nodes():
        if not node.asks:
            continue
        name = node.properties.get("form", "")
        used.add(name)
        if not name:
            if node.kind == "userTask":
                yield MISSING.at(file, node, "the user task names no form")
        elif material.whole and f"forms/{name}.form" not in material.files:
            known = {_stem(path) for path in material.files if path.endswith(".form")}
            yield MISSING.at(file, node, f'there is no form "{name}".{nearest(name, known)}')
    if material.diagrams and material.whole:
        for name in sorted(set(material.forms) - used):
            yield UNUSED.found(f"forms/{name}.form", "no task and no start shows this form")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


@subject
def fields(material: Material) -> Iterator[Finding]:
    """Look at every field of every form."""
    known = declared(material)
    for name, form in material.forms.items():
        file = f"forms/{name}.form"
        for field in form.everything():
            yield from _field(material, file, field, known)
            inner = frozenset(one.key for top in field.fields for one in top.inside())
            if field.kind == "dynamiclist":
                for top in field.fields:
                    for one in top.inside():
                        yield from _field(material, file, one, known | inner)


def _field(material: Material, file: str, field: Field, known: frozenset[str]) -> Iterator[Finding]:
    where = {"element": field.key or field.label[:60], "name": field.label}
    if field.hide is not None and material.whole:
        for name in sorted(field.hide.names - known):
            yield CONDITIONS.found(
                file, f'the condition reads "{name}", which nothing declares.'
                f"{nearest(name, known)}", **where
            )  # fmt: skip
    if field.hide is not None:
        # A page shows and hides without asking the tables: the language's own functions only.
        for name in sorted(field.hide.called - frozenset(BUILTINS)):
            yield CONDITIONS.found(file, f'the condition cannot call "{name}" here', **where)
    lists = material.surroundings.lists
    if field.kind in ("radio", "select", "checklist", "taglist"):
        if not field.options and not field.options_key:
            yield LISTS.found(file, "the choice has no options", **where)
        elif field.options_key and lists is not None and field.options_key not in lists:
            yield LISTS.found(
                file, f'there is no option list "{field.options_key}".'
                f"{nearest(field.options_key, lists)}", **where
            )  # fmt: skip


@subject
def columns(material: Material) -> Iterator[Finding]:
    """Look at which fields feed the case."""
    settings = material.settings
    form = material.forms.get(settings.start_form) if settings else None
    if settings is None or form is None:
        return
    for column, key in settings.case_columns.items():
        if key not in form.keys:
            yield COLUMNS.found(
                "bundle.toml",
                f'the start form has no field "{key}" for the column {column}.'
                f"{nearest(key, form.keys)}",
            )
