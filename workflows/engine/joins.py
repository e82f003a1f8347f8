"""Nodes where branches come together: parallel and inclusive gateways, the end of a process.

A join that waits keeps in its one waiting token what has arrived and the branches' values put
together, so that nothing of the branches themselves is needed any more. A second round of a loop
starts from nothing, whatever happened in the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs import MultiChoice
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from workflows.engine.limits import failed
from workflows.engine.tokens import WAITING, Token
from workflows.engine.values import joined


class Join(BpmnTaskSpec):
    """A node that may have to wait for other branches."""

    attentive = True

    def _update_hook(self, token: Token) -> bool:
        if token.state != WAITING:
            self._arrive(token)
        if self.is_complete(token):
            return True
        token._set_state(WAITING)
        return False

    def _arrive(self, token: Token) -> None:
        source = token.parent
        token.data = dict(source.data)
        arrived = {source.task_spec.name}
        others = [one for one in token.workflow.waiting.values() if one.task_spec is self]
        for other in others:
            base = _parting(other, token)
            token.data = joined(base.data, other.data, token.data)
            arrived.update(other.internal_data["arrived"])
            other.cancel()
        token.internal_data["arrived"] = sorted(arrived)

    def is_complete(self, token: Token) -> bool:
        """Whether nothing more can or needs to arrive."""
        raise NotImplementedError


def _parting(left: Token, right: Token) -> Token:
    """Return the token at which the paths of two tokens parted."""
    above: set[Any] = set()
    one: Token | None = left
    while one is not None:
        above.add(one.id)
        one = one.parent
    one = right
    while one is not None and one.id not in above:
        one = one.parent
    assert one is not None
    return one


class ParallelGateway(Join, BpmnSpecMixin):
    """Waits until something has arrived on each flow that does not start behind itself."""

    def settle_inputs(self) -> None:
        """Find out once which flows have to be waited for."""
        behind = _reached(self._wf_spec.task_specs, [self.name], avoid=self.name)
        front = _reached(self._wf_spec.task_specs, [self._wf_spec.start.name], avoid=self.name)
        front.add(self._wf_spec.start.name)
        self.needed = {name for name in self._inputs if name in front or name not in behind}

    def is_complete(self, token: Token) -> bool:
        """Whether each flow has brought something."""
        return self.needed <= set(token.internal_data["arrived"])


class InclusiveGateway(Join, MultiChoice, BpmnSpecMixin):
    """Waits while a token may still arrive on a flow that has brought nothing yet."""

    def test(self) -> None:
        """Nothing to test: the parser has seen that each flow has a condition or is the default."""

    def settle_inputs(self) -> None:
        """Find out once from where each incoming flow can be reached."""
        specs = self._wf_spec.task_specs
        self.sources: dict[str, set[str]] = {}
        for name in set(self._inputs):
            found, ahead = {name}, [name]
            for one in ahead:
                for before in specs[one]._inputs:
                    if before not in found and before != self.name:
                        found.add(before)
                        ahead.append(before)
            self.sources[name] = found

    def is_complete(self, token: Token) -> bool:
        """Whether no token can reach an empty flow, unless it can also reach a filled one."""
        arrived = set(token.internal_data["arrived"])
        filled: set[str] = set().union(*(self.sources[name] for name in arrived))
        empty: set[str] = set().union(
            *(found for name, found in self.sources.items() if name not in arrived)
        )
        return not any(
            other.task_spec.name in empty and other.task_spec.name not in filled
            for other in token.workflow.coming_tokens()
            if other.task_spec is not self
        )

    def _run_hook(self, token: Token) -> bool:
        matching = [
            index
            for index, (condition, _) in enumerate(self.cond_task_specs)
            if condition is not None and condition._matches(token) is True
        ]
        default = [i for i, (condition, _) in enumerate(self.cond_task_specs) if condition is None]
        token.took = tuple(matching or default)
        if not token.took:
            raise failed(
                token,
                "no condition is true",
                "Give the gateway a default flow in the diagram.",
                "gateway",
            )
        return True


class EndJoin(Join):
    """Waits until no other token of its process stands anywhere."""

    def is_complete(self, token: Token) -> bool:
        """Whether this is the last token."""
        return all(other.task_spec is self for other in token.workflow.coming_tokens())


class ProcessSpec(BpmnProcessSpec):
    """A process as a graph of nodes; `home` is the id of the drawn process that holds it."""

    def __init__(self, name: str, description: str, filename: str, home: str) -> None:
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.bpmn_start_events: list[Any] = []
        self.start = BpmnStartTask(self, "Start")
        self.end = EndJoin(self, f"{name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))
        self.description = description
        self.home = home
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}


def _reached(specs: dict[str, Any], starts: Iterable[str], avoid: str) -> set[str]:
    """Return the nodes that flows lead to from `starts`, without going on from `avoid`."""
    found: set[str] = set()
    ahead = list(starts)
    first = set(ahead)
    for one in ahead:
        if one == avoid and one not in first:
            continue
        for after in specs[one]._outputs:
            if after not in found:
                found.add(after)
                ahead.append(after)
    return found
