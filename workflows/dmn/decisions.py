"""The decisions of a bundle: what can be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflows.dmn.compiled import Graph, Prepared, Problem, compile_files, provided
from workflows.dmn.evaluation import Evaluation
from workflows.dmn.model import Key
from workflows.dmn.table import Table
from workflows.engine.snapshot import Decided
from workflows.feel.budget import Budget
from workflows.feel.errors import BudgetExceeded, FeelError, nearest
from workflows.feel.library import BUILTINS
from workflows.feel.types import fit
from workflows.feel.values import normal

_PUBLIC = ("decision", "decisionService")


class Decisions:
    """Compiled decisions of one or more DMN files, safe to share between threads.

    `ids` are the ids of decisions and decision services in the order of the files;
    `problems` what is wrong with single expressions: asking such a decision raises.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._keys: dict[str, Key] = {}
        for key, prepared in graph.nodes.items():
            if prepared.node.kind in _PUBLIC:
                self._keys.setdefault(key[1], key)
        self.ids = tuple(self._keys)
        self.problems: tuple[Problem, ...] = graph.problems

    def __contains__(self, decision_id: object) -> bool:
        return decision_id in self._keys

    def find(self, name: str, file: str = "") -> str | None:
        """Return the id of the decision or service called `name`, None when there is none."""
        for decision_id, key in self._keys.items():
            node = self._graph.nodes[key].node
            if name in (node.name, node.variable) and file in ("", node.file):
                return decision_id
        return None

    def name(self, decision_id: str) -> str:
        """Return the name that people gave a decision."""
        return self._prepared(decision_id).node.name

    def tables(self, decision_id: str) -> tuple[Table, ...]:
        """Return the decision tables in a decision, outermost first, as written."""
        return self._prepared(decision_id).tables

    def table(self, decision_id: str) -> Table | None:
        """Return the first decision table in a decision, None when it has none."""
        return next(iter(self.tables(decision_id)), None)

    def names(self, decision_id: str) -> frozenset[str]:
        """Return the names that a decision, and all it requires, read from the caller's scope."""
        asked = self._prepared(decision_id)
        nodes = self._graph.nodes
        if asked.node.kind == "decisionService":
            return frozenset(nodes[key].node.variable for key in asked.inputs if key in nodes)
        found = set[str]()
        pending, seen = [asked.node.key], set[Key]()
        while pending:
            prepared = nodes.get(key := pending.pop())
            if prepared is None or key in seen:
                continue
            seen.add(key)
            if prepared.node.kind == "inputData":
                found.add(prepared.node.variable)
            elif prepared.node.kind == "decision":
                found |= prepared.reads - provided(prepared, nodes)
                pending.extend(prepared.node.requires)
        return frozenset(found)

    def members(self, decision_id: str) -> frozenset[str]:
        """Return names read inside filters: members of the items, or names of the scope."""
        key = self._prepared(decision_id).node.key
        nodes = (self._graph.nodes[one] for one in (key, *self._required(key)))
        return frozenset[str]().union(*(one.members for one in nodes))

    def functions(self, decision_id: str) -> frozenset[str]:
        """Return the names that a decision, and all it requires, call as functions.

        Built-in functions and knowledge models are not among them: what remains must be
        functions of the domain.
        """
        key = self._prepared(decision_id).node.key
        found: set[str] = set()
        for one in (key, *self._required(key)):
            prepared = self._graph.nodes[one]
            found |= prepared.called - provided(prepared, self._graph.nodes)
            found -= {prepared.node.variable}
        return frozenset(found - BUILTINS.keys())

    def requires(self, decision_id: str) -> tuple[str, ...]:
        """Return the ids of everything that a decision requires, nearest first."""
        key = self._prepared(decision_id).node.key
        return tuple(one[1] for one in self._required(key))

    def _required(self, start: Key) -> list[Key]:
        """Return the keys of everything that a node requires, nearest first."""
        found: list[Key] = []
        pending = [start]
        while pending:
            prepared = self._graph.nodes[pending.pop(0)]
            for key in (*prepared.node.requires, *prepared.outputs):
                if key in self._graph.nodes and key not in found:
                    found.append(key)
                    pending.append(key)
        return found

    def evaluate(
        self,
        decision_id: str,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]] | None = None,
        budget: Budget | None = None,
    ) -> Decided:
        """Return a decision's value and the ids of the rules that matched on the way.

        FeelError when an expression of it is broken, a limit is reached, a name is read
        that neither the decision's inputs nor the scope declare, or a table is hit in a
        way that its policy forbids.
        """
        prepared = self._prepared(decision_id)
        rules: list[str] = []
        evaluation = Evaluation(self._graph, scope, functions or {}, budget or Budget(), rules)
        try:
            if prepared.node.kind == "decisionService":
                value = self._serve(prepared, evaluation, scope)
            else:
                value = evaluation.value(prepared.node.key)
        except FeelError as error:
            raise error.within(prepared.node.name) from None
        except RecursionError:
            raise BudgetExceeded("it is nested too deeply.", expression=decision_id) from None
        return Decided(value=value, rules=tuple(rules))

    def _serve(self, service: Prepared, evaluation: Evaluation, scope: Mapping[str, Any]) -> Any:
        """Evaluate a service whose inputs the caller gives by name."""
        nodes = self._graph.nodes
        inputs = {key: self._given(nodes[key], scope) for key in service.inputs if key in nodes}
        return evaluation.inside(inputs).service(service)

    def _given(self, prepared: Prepared, scope: Mapping[str, Any]) -> Any:
        value = normal(scope.get(prepared.node.variable))
        return value if prepared.type is None else fit(value, prepared.type)

    def _prepared(self, decision_id: str) -> Prepared:
        key = self._keys.get(decision_id)
        if key is None:
            near = nearest(decision_id, self._keys)
            hint = f", did you mean “{near}”?" if near else "."
            raise FeelError(f"there is no such decision{hint}", expression=decision_id)
        return self._graph.nodes[key]


def parse_decisions(files: Mapping[str, bytes]) -> Decisions:
    """Return the decisions in DMN files by file name; DefinitionRefused for no DMN at all."""
    return Decisions(compile_files(files))
