"""The names that a bundle declares: forms, assignments, operations, decisions, items."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.material import Material
from workflows.definitions.diagram import Node
from workflows.definitions.places import Use, uses, written_by
from workflows.feel import Expression, FeelError, compile_expression

ENGINE_NAMES = frozenset(
    ("numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances")
)
"""Names that the engine sets for the completion condition of a multi-instance activity."""


def declared(material: Material) -> frozenset[str]:
    """Return every name that something in the bundle sets."""
    names = set(material.surroundings.names) | ENGINE_NAMES
    for form in material.forms.values():
        names |= form.keys
    for _, node in material.nodes():
        names |= {name for name in written_by(node) if name}
    for table in material.tables.values():
        names |= table.outputs
    return frozenset(names)


def mentioned(material: Material) -> frozenset[str]:
    """Return every name that some FEEL of the bundle reads."""
    names: set[str] = set()
    for _, use in all_uses(material):
        names |= names_of(use.text)
    if material.decisions is not None:
        names.update(*(material.decisions.names(key) for key in material.decisions.ids))
    for form in material.forms.values():
        for field in form.everything():
            for one in (field, *field.fields):
                names |= one.hide.names if one.hide is not None else frozenset()
    return frozenset(names)


def all_uses(material: Material) -> Iterator[tuple[str, Use]]:
    """Return file and FEEL text of every place in every diagram."""
    for file, diagram in material.diagrams.items():
        for use in uses(diagram):
            yield file, use


def names_of(text: str) -> frozenset[str]:
    """Return the free names of a FEEL text; none if it cannot be read."""
    expression = compiled(text)
    return expression.names if expression is not None else frozenset()


def compiled(text: str) -> Expression | None:
    """Return a FEEL text compiled, None if it cannot be; other rules say why."""
    try:
        return compile_expression(text)
    except FeelError:
        return None


def writes(material: Material, node: Node) -> frozenset[str]:
    """Return the names that a node sets in the routing data, form fields included."""
    names = {name for name in written_by(node) if name}
    form = material.form_of(node) if node.kind == "userTask" else None
    if form is not None:
        names |= form.keys
    table = material.tables.get(node.decision) if node.kind == "businessRuleTask" else None
    if table is not None:
        names |= table.outputs
    return frozenset(names)
