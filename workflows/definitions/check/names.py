"""The names that a bundle declares: forms, assignments, operations, decisions, items."""

from __future__ import annotations

import re

from workflows.definitions.check.material import Material
from workflows.definitions.diagram import Node
from workflows.definitions.places import parameters, written_by

ENGINE_NAMES = frozenset(
    ("numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances")
)
"""Names that the engine sets for the completion condition of a multi-instance activity."""

PAYLOAD_LENGTH = 2_000
"""Longer payloads are not searched for the names that they bring."""
_ENTRY = re.compile(r"[{,]\s*\"?([^\W\d]\w*)\"?\s*:")


def declared(material: Material) -> frozenset[str]:
    """Return every name that something in the bundle sets."""
    names = set(material.surroundings.names) | ENGINE_NAMES
    for form in material.forms.values():
        names |= form.keys
    for _, node in material.nodes():
        names |= {name for name in written_by(node) if name}
    for table in material.tables.values():
        names |= table.outputs
    return frozenset(names | _payload_names(material))


def writes(material: Material, node: Node) -> frozenset[str]:
    """Return the names that a node sets in the routing data, form fields included."""
    names = {name for name in written_by(node) if name}
    form = material.form_of(node)
    if form is not None:
        names |= form.keys
    table = material.tables.get(node.decision) if node.kind == "businessRuleTask" else None
    if table is not None:
        names |= table.outputs
    if node.catches_message and not node.properties.get("form"):
        names |= _payload_names(material)
    return frozenset(names)


def _payload_names(material: Material) -> frozenset[str]:
    """Return the names that messages between cases bring: entries of written-out contexts."""
    return frozenset(
        name
        for _, node in material.nodes()
        for parameter, text in parameters(node).items()
        if parameter == "payload"
        for name in _ENTRY.findall(text[:PAYLOAD_LENGTH])
    )
