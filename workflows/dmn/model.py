"""The parts of a DMN model as read: what they are called, require and return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.dmn.itemtypes import ItemTypes
from workflows.dmn.reading import Element, attribute, child, children, local

Key = tuple[str, str]
"""Namespace of the model and id of the element in it."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """An element of the requirement graph.

    `kind` is decision, inputData, businessKnowledgeModel or decisionService;
    `variable` the name under which others read it; `requires` what it reads.
    """

    key: Key
    file: str
    kind: str
    name: str
    variable: str
    type: str
    element: Element
    requires: tuple[Key, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """One DMN file: its nodes by key, its types, and what it imports by name."""

    file: str
    name: str
    namespace: str
    root: Element
    types: ItemTypes
    nodes: dict[Key, Node] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    """Import name by namespace."""


_KINDS = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
_SERVICE_PARTS = ("inputData", "inputDecision", "outputDecision", "encapsulatedDecision")


def read_model(file: str, root: Element, types: ItemTypes) -> Model:
    """Return the model in a `definitions` element."""
    model = Model(
        file=file,
        name=attribute(root, "name"),
        namespace=attribute(root, "namespace") or file,
        root=root,
        types=types,
    )
    for imported in children(root, "import"):
        model.imports[attribute(imported, "namespace")] = attribute(imported, "name")
    for element in children(root, *_KINDS):
        node = _node(model, element)
        model.nodes[node.key] = node
    return model


def _node(model: Model, element: Element) -> Node:
    name = attribute(element, "name")
    variable = child(element, "variable")
    return Node(
        key=(model.namespace, attribute(element, "id") or name),
        file=model.file,
        kind=local(element),
        name=name,
        variable=attribute(variable, "name") or name,
        type=attribute(variable, "typeRef"),
        element=element,
        requires=tuple(_requirements(model, element)),
    )


def _requirements(model: Model, element: Element) -> Iterator[Key]:
    for requirement in children(element, *_REQUIREMENTS):
        for required in children(requirement):
            yield key_of(model, attribute(required, "href"))


def parts(model: Model, service: Element, kind: str) -> list[Key]:
    """Return the keys of a decision service's inputs, outputs or inner decisions."""
    assert kind in _SERVICE_PARTS
    return [key_of(model, attribute(part, "href")) for part in children(service, kind)]


def key_of(model: Model, href: str) -> Key:
    """Return the key that an `href` such as `#id` or `namespace#id` names."""
    namespace, _, name = href.rpartition("#")
    return (namespace or model.namespace), name
