"""What the check looks at: a bundle as far as it could be read, and what surrounds it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from workflows.definitions.diagram import Diagram, Node, Scope
from workflows.definitions.forms import Form
from workflows.definitions.places import Use, names_of, uses
from workflows.definitions.settings import Settings
from workflows.definitions.tables import Table
from workflows.definitions.texts import Text
from workflows.dmn import Decisions

SECONDS = 5.0
"""Processor time that the check spends before it asks for something smaller."""


class OperationShape(Protocol):
    """What the check needs to know of an operation that service tasks may call."""

    @property
    def parameters(self) -> Collection[str]:
        """Names of the parameters (a mapping from name to description will do)."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a definition may use besides its own names."""

    operations: Mapping[str, OperationShape] | None = None
    """Registered operations; None when they are not known, then no call is looked up."""
    functions: frozenset[str] | None = None
    """Domain functions of FEEL beside the language's own; None when they are not known."""
    names: frozenset[str] = frozenset()
    """Names that the application puts into each case, such as `number`."""
    lists: frozenset[str] | None = None
    """Option lists that forms may name in `valuesKey`; None when they are not known."""
    text_names: Mapping[str, Collection[str]] | None = None
    """Names that every text may use, with their members; None when they are not known."""
    units: frozenset[str] | None = None
    """Keys of the city's units; None when they are not known."""


@dataclass(eq=False, kw_only=True)
class Material:
    """All of a bundle that could be read; what could not is a finding already."""

    files: Mapping[str, bytes]
    whole: bool
    """Whether this is a bundle; a single file is not asked for what lies beside it."""
    surroundings: Surroundings
    settings: Settings | None = None
    until: float = field(default_factory=lambda: time.thread_time() + SECONDS)
    text_bytes: int = 0
    characters: int = 0
    """Length of all FEEL read so far."""
    diagrams: dict[str, Diagram] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    decisions: Decisions | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    """Decisions by id."""

    @property
    def late(self) -> bool:
        """Whether the check has looked for long enough."""
        return time.thread_time() > self.until

    def scopes(self) -> Iterator[tuple[str, Scope]]:
        """File and level of every process and subprocess."""
        for file, diagram in self.diagrams.items():
            for scope in diagram.scopes():
                yield file, scope

    def nodes(self) -> Iterator[tuple[str, Node]]:
        """File and node of every node."""
        for file, scope in self.scopes():
            for node in scope.nodes.values():
                yield file, node

    def process(self, key: str) -> Scope | None:
        """The process of that id, wherever it is drawn."""
        return self._processes.get(key)

    @cached_property
    def _processes(self) -> dict[str, Scope]:
        found: dict[str, Scope] = {}
        for diagram in self.diagrams.values():
            for scope in diagram.processes:
                found.setdefault(scope.id, scope)
        return found

    @cached_property
    def uses(self) -> list[tuple[str, Use]]:
        """File and FEEL text of every place in every diagram."""
        return [(file, use) for file, one in self.diagrams.items() for use in uses(one)]

    def read_by(self, node: Node) -> frozenset[str]:
        """The names that a node, the flows out of it and its decision read."""
        return self._reads.get(node, frozenset())

    @cached_property
    def _reads(self) -> dict[Node, frozenset[str]]:
        found: dict[Node, frozenset[str]] = {}
        for _, use in self.uses:
            if use.node is not None:
                found[use.node] = found.get(use.node, frozenset()) | names_of(use.text)
        if self.decisions is not None:
            for _, node in self.nodes():
                if node.kind == "businessRuleTask" and node.decision in self.decisions:
                    found[node] = self.decisions.names(node.decision)
        return found

    def decision_files(self) -> list[str]:
        """Paths of the decision files that could be read."""
        return sorted({table.file for table in self.tables.values()})

    def form_of(self, node: Node) -> Form | None:
        """The form of a user task or of a message that people send, if it could be read."""
        return self.forms.get(node.properties.get("form", "")) if node.asks else None
