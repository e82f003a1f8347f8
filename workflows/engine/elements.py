"""Nodes that do something: tasks, scripts, services, decisions, exclusive gateways, calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.manual_task import ManualTask as ManualMixin
from SpiffWorkflow.bpmn.specs.mixins.none_task import NoneTask as NoneMixin
from SpiffWorkflow.bpmn.specs.mixins.script_task import ScriptTask as ScriptMixin
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask as CallMixin
from SpiffWorkflow.specs import MultiChoice
from SpiffWorkflow.spiff.specs.defaults import UserTask as SpiffUserTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from workflows.engine.limits import check_depth, failed
from workflows.engine.tokens import LIVE, STARTED, WAITING, Token


class UserTask(SpiffUserTask):
    """Waits for a person."""


class ManualTask(ManualMixin, SpiffBpmnTask):
    """Waits for a person, too."""


class UntypedTask(NoneMixin, SpiffBpmnTask):
    """A task of no type waits for a person as well; the check asks for a type."""


class ScriptTask(ScriptMixin, SpiffBpmnTask):
    """Runs lines of `name = expression`."""


class ServiceTask(SpiffBpmnTask):
    """Calls an operation of the application."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        operation_name: str,
        operation_params: Mapping[str, Mapping[str, str]],
        result_variable: str | None,
        retries: Any = None,
        retry_backoff_base: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.operation = operation_name
        self.parameters = {name: one["value"] for name, one in operation_params.items()}
        self.result_variable = result_variable or None

    def _run_hook(self, token: Token) -> bool:
        engine = token.workflow.script_engine
        parameters = {name: engine.evaluate(token, text) for name, text in self.parameters.items()}
        result = engine.operate(token, self.operation, parameters)
        if self.result_variable is not None:
            token.data[self.result_variable] = result
        return True


class BusinessRuleTask(SpiffBpmnTask):
    """Takes a decision; a context is merged name by name, anything else has the decision's name."""

    def __init__(self, wf_spec: Any, bpmn_id: str, decision: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decision = decision

    def _run_hook(self, token: Token) -> bool:
        value = token.workflow.script_engine.decide(token, self.decision)
        if isinstance(value, Mapping):
            token.data.update(value)
        else:
            token.data[self.decision] = value
        return True


class ExclusiveGateway(MultiChoice, BpmnSpecMixin):
    """Follows the first flow whose condition is true, else the default flow."""

    def test(self) -> None:
        """Nothing to test: the parser has seen that each flow has a condition or is the default."""

    def _run_hook(self, token: Token) -> bool:
        default: int | None = None
        for index, (condition, _) in enumerate(self.cond_task_specs):
            if condition is None:
                default = index
            elif condition._matches(token) is True:
                token.took = (index,)
                return True
        if default is None:
            raise failed(
                token,
                "no condition is true",
                "Give the gateway a default flow in the diagram.",
                "gateway",
            )
        token.took = (default,)
        return True


class EventBasedGateway(BpmnSpecMixin):
    """Lets the events behind it wait side by side; the first one to happen ends the others."""

    def settle(self, happened: Token) -> None:
        """Called when one of the events has happened."""
        if happened.task_spec.name in self._outputs:
            for other in happened.siblings():
                if other._state & LIVE and other.task_spec.name in self._outputs:
                    other.cancel()


class BoundarySplit(BpmnTaskSpec):
    """Stands before an activity with boundary events and holds them together."""

    def __init__(self, wf_spec: Any, name: str, main: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.main = main

    def settle(self, passed: Token) -> None:
        """Called when the activity is done or one of its events has happened.

        Done, it takes its waiting events with it; an interrupting event ends the activity.
        """
        spec = passed.task_spec
        if spec.name == self.main:
            ending = [one for one in self._others(passed) if _waits(one)]
        elif spec.name in self._outputs and spec.cancel_activity:
            ending = self._others(passed)
        else:
            return
        for one in ending:
            one.cancel()

    def _others(self, passed: Token) -> list[Token]:
        return [
            one
            for one in passed.siblings()
            if one._state & LIVE and one.task_spec.name in self._outputs
        ]


def _waits(event: Token) -> bool:
    """Whether an event has not happened, or would only interrupt what is done already."""
    return event.state == WAITING or bool(event.task_spec.cancel_activity)


def main_of(event: Token) -> Token | None:
    """Return the token of the activity that a boundary event sits on."""
    parent = event.parent
    if parent is None or not isinstance(parent.task_spec, BoundarySplit):
        return None
    split = parent.task_spec
    if event.task_spec.name not in split._outputs:
        return None  # something that one of the events has started
    return next((one for one in event.siblings() if one.task_spec.name == split.main), None)


class Call(CallMixin, SpiffBpmnTask):
    """Runs another process, or an embedded one, and goes on when it has ended."""

    def _update_hook(self, token: Token) -> bool:
        SpiffBpmnTask._update_hook(self, token)
        engine = token.workflow.script_engine
        check_depth(token, token.run_of, engine.host.limits)
        token._set_state(STARTED)
        token.run_of.call(token, self.spec)
        return False

    def _on_cancel(self, token: Token) -> None:
        token.run_of.discard(token.id)
