"""Models with every expression compiled, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.dmn.boxed import Boxer
from workflows.dmn.frame import Boxed
from workflows.dmn.itemtypes import ItemTypes
from workflows.dmn.model import Key, Model, Node, parts, read_model
from workflows.dmn.reading import Element, attribute, child, children, local, read, refused
from workflows.dmn.table import Table
from workflows.dmn.tables import compiler
from workflows.errors import Place
from workflows.feel.errors import FeelError, FeelSyntaxError, UnknownName
from workflows.feel.expression import UnaryTests, Vocabulary, compile_tests_with
from workflows.feel.types import FeelType

_NAMED = (
    *("variable", "formalParameter", "parameter", "column", "output"),
    *("for", "some", "every"),
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in a model that cannot be used; the rest of the model works."""

    place: Place
    reason: str


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A node of the graph with its compiled body and the names that it reads."""

    node: Node
    model: Model
    body: Boxed
    type: FeelType | None
    tables: tuple[Table, ...]
    reads: frozenset[str]
    """Names that the body takes from what is around it."""
    members: frozenset[str]
    """Names read inside filters, which may belong to the filtered items."""
    called: frozenset[str]
    outputs: tuple[Key, ...] = ()
    inputs: tuple[Key, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Graph:
    """All nodes of all models, by key."""

    models: Mapping[str, Model]
    nodes: Mapping[Key, Prepared]
    problems: tuple[Problem, ...]


@dataclass
class _Work:
    """What is gathered while models are compiled."""

    models: dict[str, Model] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    members: frozenset[str] = frozenset()
    """Names of the components of all item definitions."""


def compile_files(files: Mapping[str, bytes]) -> Graph:
    """Return the graph of all files; DefinitionRefused for a file that is no model."""
    work = _Work()
    roots = {name: read(name, data) for name, data in files.items()}
    work.members = frozenset[str]().union(
        *(_names_in(root, ("itemComponent",)) for root in roots.values())
    )
    for name, root in roots.items():
        _add_model(work, name, root)
    _link(work)
    nodes = {
        node.key: _prepare(work, model, node)
        for model in work.models.values()
        for node in model.nodes.values()
    }
    work.problems.extend(_missing(nodes))
    work.problems.extend(_unprovided(nodes))
    return Graph(models=work.models, nodes=nodes, problems=tuple(work.problems))


def _add_model(work: _Work, name: str, root: Element) -> None:
    def tests(text: str, element: Element) -> UnaryTests | None:
        try:
            return compile_tests_with(text, Vocabulary(hints=work.members))
        except FeelSyntaxError as error:
            work.problems.append(_problem(name, element, error))
            return None

    model = read_model(name, root, ItemTypes(root, tests))
    if model.namespace in work.models:
        raise refused(name, f"the file {work.models[model.namespace].file} has its namespace.")
    work.models[model.namespace] = model


def _names_in(element: Element, kinds: tuple[str, ...]) -> set[str]:
    """Return the names of more than one word that parts of an element declare."""
    names = {
        attribute(part, "name") or attribute(part, "iteratorVariable")
        for part in element.iter()
        if isinstance(part.tag, str) and local(part) in kinds
    }
    return {name for name in names if not name.isidentifier()}


def _vocabulary(work: _Work, model: Model, node: Node) -> Vocabulary:
    """Return what the body of a node may speak of: what it requires, declares, imports."""
    found = (work.models[key[0]].nodes.get(key) for key in node.requires if key[0] in work.models)
    required = {one.variable for one in found if one is not None}
    own = _names_in(node.element, _NAMED)
    hints = work.members | required | own | set(model.imports.values())
    return Vocabulary(hints=frozenset(hints), types=model.types)


def _link(work: _Work) -> None:
    """Let each model see the types of those that it imports."""
    for model in work.models.values():
        for namespace, prefix in model.imports.items():
            if namespace in work.models:
                model.types.add_import(prefix, work.models[namespace].types)


def _problem(file: str, element: Element, error: FeelError) -> Problem:
    owner: Element | None = element
    while owner is not None and not attribute(owner, "id"):
        owner = owner.getparent()
    place = Place(file=file, element=attribute(owner, "id"), name=attribute(owner, "name"))
    return Problem(place=place, reason=error.text())


def _prepare(work: _Work, model: Model, node: Node) -> Prepared:
    """Compile the body of a node."""
    tables: list[Table] = []

    def report(element: Element, error: FeelError) -> None:
        work.problems.append(_problem(model.file, element, error))

    table = compiler(node.key[1], node.name, tables)
    boxer = Boxer(model.types, _vocabulary(work, model, node), report, table)
    body = _body(boxer, node)
    outputs: tuple[Key, ...] = ()
    inputs: tuple[Key, ...] = ()
    if node.kind == "decisionService":
        outputs = tuple(parts(model, node.element, "outputDecision"))
        inputs = tuple(
            parts(model, node.element, "inputData") + parts(model, node.element, "inputDecision")
        )
    return Prepared(
        node=node,
        model=model,
        body=body,
        type=model.types.reference(node.type),
        tables=tuple(tables),
        reads=frozenset(boxer.names),
        members=frozenset(boxer.members),
        called=frozenset(boxer.called),
        outputs=outputs,
        inputs=inputs,
    )


_NOT_BODIES = (
    *("description", "extensionElements", "question", "allowedAnswers", "variable"),
    *("informationRequirement", "knowledgeRequirement", "authorityRequirement"),
    *("supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner"),
    *("usingProcess", "usingTask"),
)


def _body(boxer: Boxer, node: Node) -> Boxed:
    if node.kind == "businessKnowledgeModel":
        logic = child(node.element, "encapsulatedLogic")
        return boxer.compile(None) if logic is None else boxer.function(logic)
    if node.kind != "decision":
        return boxer.compile(None)
    bodies = (part for part in children(node.element) if local(part) not in _NOT_BODIES)
    return boxer.compile(next(bodies, None))


def provided(prepared: Prepared, nodes: Mapping[Key, Prepared]) -> set[str]:
    """Return the names that a node gets from what it requires and imports."""
    required = (nodes.get(key) for key in prepared.node.requires)
    names = {one.node.variable for one in required if one is not None}
    return names | set(prepared.model.imports.values())


def _unprovided(nodes: Mapping[Key, Prepared]) -> list[Problem]:
    """Return a problem for each name that a knowledge model reads and can never get."""
    return [
        Problem(
            place=Place(file=one.node.file, element=one.node.key[1], name=one.node.name),
            reason=UnknownName(name, provided(one, nodes), expression=one.node.name).text(),
        )
        for one in nodes.values()
        if one.node.kind == "businessKnowledgeModel"
        for name in sorted(one.reads - provided(one, nodes) - {one.node.variable})
    ]


def _missing(nodes: Mapping[Key, Prepared]) -> list[Problem]:
    """Return a problem for each requirement that leads nowhere."""
    return [
        Problem(
            place=Place(file=prepared.node.file, element=prepared.node.key[1]),
            reason=f"it requires {key[1]}, which does not exist.",
        )
        for prepared in nodes.values()
        for key in (*prepared.node.requires, *prepared.outputs, *prepared.inputs)
        if key not in nodes
    ]
