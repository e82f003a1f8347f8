"""One evaluation of a requirement graph: each decision at most once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workflows.dmn.compiled import Graph, Prepared
from workflows.dmn.frame import Frame
from workflows.dmn.functions import BoxedFunction
from workflows.dmn.model import Key, Model
from workflows.dmn.reading import attribute, child, children
from workflows.feel.budget import Budget
from workflows.feel.errors import FeelError
from workflows.feel.types import FeelType, fit
from workflows.feel.values import Function, normal

_RUNNING = object()


class ServiceFunction(Function):
    """A decision service called as a function: inputs by position or name."""

    __slots__ = ("_evaluation", "_inputs", "_service")

    def __init__(self, evaluation: Evaluation, service: Prepared) -> None:
        self._evaluation = evaluation
        self._service = service
        nodes = evaluation.graph.nodes
        self._inputs = [nodes[key] for key in service.inputs if key in nodes]
        self.parameters = tuple(one.node.variable for one in self._inputs)

    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Return the service's output; null when the arguments do not fit."""
        if len(arguments) != len(self._inputs):
            return None
        given: dict[Key, Any] = {}
        for one, value in zip(self._inputs, arguments, strict=True):
            fitted = value if one.type is None else fit(value, one.type)
            if fitted is None and value is not None:
                return None
            given[one.node.key] = fitted
        budget.enter()
        try:
            return self._evaluation.inside(given).service(self._service)
        finally:
            budget.leave()


class KnowledgeFunction(Function):
    """A business knowledge model that is asked for while it is being made: a recursion."""

    __slots__ = ("_evaluation", "_key")

    def __init__(self, evaluation: Evaluation, prepared: Prepared) -> None:
        self._evaluation = evaluation
        self._key = prepared.node.key
        logic = child(prepared.node.element, "encapsulatedLogic")
        parameters = () if logic is None else children(logic, "formalParameter")
        self.parameters = tuple(attribute(one, "name") for one in parameters)

    def call(self, budget: Budget, arguments: Sequence[Any]) -> Any:
        """Call the model, which is made by now."""
        made = self._evaluation.value(self._key)
        return made.call(budget, arguments) if isinstance(made, Function) else None


def _returning(function: Any, kind: FeelType | None) -> Any:
    """Return a knowledge model whose results fit the type that its variable declares."""
    result = kind.inner if kind is not None and kind.name == "function" else kind
    if result is None or not isinstance(function, BoxedFunction):
        return function
    return function.returning(result)


class Evaluation:
    """Values of nodes that are known so far, over the caller's scope."""

    def __init__(
        self,
        graph: Graph,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        budget: Budget,
        rules: list[str],
        known: Mapping[Key, Any] | None = None,
    ) -> None:
        self.graph = graph
        self.rules = rules
        self._scope = scope
        self._functions = functions
        self._budget = budget
        self._known: dict[Key, Any] = dict(known or {})

    def inside(self, given: Mapping[Key, Any]) -> Evaluation:
        """Return the evaluation of a service, which sees only what it is given."""
        return Evaluation(self.graph, {}, self._functions, self._budget, self.rules, given)

    def value(self, key: Key) -> Any:
        """Return the value of an input, decision, knowledge model or service."""
        found = self._known.get(key, self)
        if found is _RUNNING:
            raise FeelError("the decision requires itself.", expression=key[1])
        if found is not self:
            return found
        prepared = self.graph.nodes.get(key)
        if prepared is None:
            raise FeelError("a required decision does not exist.", expression=key[1])
        self._known[key] = _RUNNING
        try:
            value = self._compute(prepared)
        except BaseException:
            del self._known[key]
            raise
        self._known[key] = value
        return value

    def _compute(self, prepared: Prepared) -> Any:
        kind = prepared.node.kind
        if kind == "inputData":
            value = normal(self._scope.get(prepared.node.variable))
        elif kind == "decisionService":
            return ServiceFunction(self, prepared)
        else:
            value = prepared.body(self._frame(prepared))
            if kind == "businessKnowledgeModel":
                return _returning(value, prepared.type)
        return value if prepared.type is None else fit(value, prepared.type)

    def _frame(self, prepared: Prepared) -> Frame:
        """Return what the body of a node sees: the caller's names, then what it requires."""
        is_knowledge = prepared.node.kind == "businessKnowledgeModel"
        names: dict[str, Any] = {} if is_knowledge else dict(self._scope)
        for key in prepared.node.requires:
            self._place(names, prepared.model, key)
        if is_knowledge:
            names.setdefault(prepared.node.variable, KnowledgeFunction(self, prepared))
        return Frame(names, self._functions, self._budget, self.rules)

    def _place(self, names: dict[str, Any], model: Model, key: Key) -> None:
        """Put a required value under its name, that of another model under the import's."""
        required = self.graph.nodes.get(key)
        if required is None:
            return
        is_knowledge = required.node.kind == "businessKnowledgeModel"
        is_open = is_knowledge and self._known.get(key) is _RUNNING
        value = KnowledgeFunction(self, required) if is_open else self.value(key)
        prefix = model.imports.get(key[0]) if key[0] != model.namespace else None
        if not prefix:
            names[required.node.variable] = value
            return
        inner = names.get(prefix)
        names[prefix] = {**(inner if type(inner) is dict else {}), required.node.variable: value}

    def service(self, prepared: Prepared) -> Any:
        """Return a service's output: one value, or a context of several."""
        nodes = [self.graph.nodes[key] for key in prepared.outputs if key in self.graph.nodes]
        if len(nodes) == 1:
            return self.value(nodes[0].node.key)
        return {one.node.variable: self.value(one.node.key) for one in nodes}
