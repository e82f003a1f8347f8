"""Activities that are repeated: for each item of a list, a number of times, or while a condition.

The list comes from an expression that is evaluated once, when the activity is reached. What has
been done so far is kept with the activity itself, so that finished instances can be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from workflows.engine.limits import check_instances, failed
from workflows.engine.tokens import LIVE, READY, STARTED, Token
from workflows.engine.values import joined


class Repeated(LoopTask, SpiffBpmnTask):
    """The activity as a whole; `task_spec` names the node that its instances stand on."""

    kind = ""

    def listen(self) -> None:
        """Connect the instances' node with this one, once for all runs."""
        child = self._wf_spec.task_specs[self.task_spec]
        child.completed_event.connect(self.merge_child)

    def open_instances(self, token: Token) -> list[Token]:
        """Return the instances that are under way."""
        return [
            child
            for child in token.children
            if child.task_spec.name == self.task_spec and child._state & LIVE
        ]

    def merge_child(self, workflow: Any, child: Token) -> None:
        """Called when an instance is done."""
        raise NotImplementedError

    def _start(self, token: Token, own: dict[str, Any], number: int | None = None) -> None:
        child = Token(token.workflow, self._wf_spec.task_specs[self.task_spec], token)
        if number is not None:
            child.internal_data["instance"] = number
        child.own = own
        child.task_spec._update(child)


class MultiInstance(Repeated):
    """Once for each item of a list or once for each number, at the same time or in turn."""

    kind = "multiInstanceLoopCharacteristics"
    sequential = False

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        cardinality: str | None = None,
        data_input: Any = None,
        data_output: Any = None,
        input_item: Any = None,
        output_item: Any = None,
        condition: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = task_spec
        self.cardinality = cardinality
        self.collection = None if data_input is None else data_input.bpmn_id
        self.input_item = None if input_item is None else input_item.bpmn_id
        self.output = None if data_output is None else data_output.bpmn_id
        self.output_item = None if output_item is None else output_item.bpmn_id
        self.condition = condition

    def _update_hook(self, token: Token) -> bool:
        SpiffBpmnTask._update_hook(self, token)
        items = self._items(token)
        check_instances(token, len(items), token.workflow.script_engine.host.limits)
        token.internal_data.update(items=items, next=0, done=0, results=[None] * len(items))
        if not items:
            self._collect(token)
            return True
        token._set_state(STARTED)
        for _ in items[:1] if self.sequential else items:
            self._next(token)
        return False

    def _items(self, token: Token) -> list[Any]:
        engine = token.workflow.script_engine
        if self.collection is not None:
            found = engine.evaluate(token, self.collection)
            if found is None:
                return []
            is_list = isinstance(found, Sequence) and not isinstance(found, str)
            return list(found) if is_list else [found]
        number = engine.evaluate(token, self.cardinality)
        if isinstance(number, bool) or not isinstance(number, int | Decimal) or number < 0:
            raise self._no_number(token, number)
        if number != int(number):
            raise self._no_number(token, number)
        check_instances(token, int(number), engine.host.limits)
        return [Decimal(index) for index in range(int(number))]

    def _no_number(self, token: Token, number: Any) -> Exception:
        return failed(
            token,
            f"the number of instances {self.cardinality!r} gave {number!r}",
            "It has to be a whole number that is not negative.",
            "expression",
        )

    def _next(self, token: Token) -> None:
        number = token.internal_data["next"]
        token.internal_data["next"] = number + 1
        item = token.internal_data["items"][number]
        own = {} if self.input_item is None else {self.input_item: item}
        self._start(token, own, number)

    def merge_child(self, workflow: Any, child: Token) -> None:
        """Keep what the instance brought; go on when all are done or enough of them."""
        token = child.parent
        inner = token.internal_data
        inner["done"] += 1
        if self.output is not None:
            results = list(inner["results"])
            name = self.output_item or self.input_item
            results[child.internal_data["instance"]] = [child.data.get(name) if name else None]
            inner["results"] = results
        else:
            self._merge(token, child)
        if inner["done"] == len(inner["items"]) or self._is_enough(token, child):
            for other in self.open_instances(token):
                if other is not child:
                    other.cancel()
            self._collect(token)
            token._set_state(READY)
        elif self.sequential:
            self._next(token)

    def leave_out(self, token: Token) -> None:
        """Go on after an instance was ended without a result, as if it had never been asked."""
        inner = token.internal_data
        inner["done"] += 1
        if inner["done"] == len(inner["items"]):
            self._collect(token)
            token._set_state(READY)
        elif self.sequential:
            self._next(token)

    def _merge(self, token: Token, child: Token) -> None:
        """Without an output list: take over what the instance changed, but for its item."""
        inner = token.internal_data
        base = token.data if self.sequential else inner.setdefault("base", dict(token.data))
        brought = dict(child.data)
        if self.input_item is not None:
            brought.pop(self.input_item, None)
            if self.input_item in token.data:
                brought[self.input_item] = token.data[self.input_item]
        token.data = joined(base, token.data, brought)

    def _is_enough(self, token: Token, child: Token) -> bool:
        if self.condition is None:
            return False
        inner = token.internal_data
        done, all_of_them = inner["done"], len(inner["items"])
        scope = {
            **child.data,
            "numberOfInstances": Decimal(all_of_them),
            "numberOfCompletedInstances": Decimal(done),
            "numberOfActiveInstances": Decimal(inner["next"] - done),
        }
        if self.output is not None:
            scope[self.output] = self._brought(token)
        found = token.workflow.script_engine.evaluate_in(token, self.condition, scope)
        return found is True

    def _brought(self, token: Token) -> list[Any]:
        return [result[0] for result in token.internal_data["results"] if result is not None]

    def _collect(self, token: Token) -> None:
        if self.output is not None:
            token.data[self.output] = self._brought(token)
        token.internal_data.clear()


class ParallelMultiInstance(MultiInstance):
    """All instances at the same time."""


class SequentialMultiInstance(MultiInstance):
    """One instance after the other."""

    sequential = True


class StandardLoop(Repeated):
    """Again and again while a condition is true, up to a number of times."""

    kind = "standardLoopCharacteristics"

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        maximum: int | None,
        condition: str | None,
        test_before: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec = task_spec
        self.maximum = maximum
        self.condition = condition
        self.test_before = test_before

    def _update_hook(self, token: Token) -> bool:
        SpiffBpmnTask._update_hook(self, token)
        token.internal_data["done"] = 0
        if self.test_before and self._is_over(token):
            return True
        token._set_state(STARTED)
        self._start(token, {})
        return False

    def merge_child(self, workflow: Any, child: Token) -> None:
        """Take over the round's values; go round again or on."""
        token = child.parent
        token.data = dict(child.data)
        token.internal_data["done"] += 1
        if self._is_over(token):
            token.internal_data.clear()
            token._set_state(READY)
        else:
            self._start(token, {})

    def _is_over(self, token: Token) -> bool:
        if self.maximum is not None and token.internal_data["done"] >= self.maximum:
            return True
        if self.condition is None:
            return False
        return token.workflow.script_engine.evaluate(token, self.condition) is not True
