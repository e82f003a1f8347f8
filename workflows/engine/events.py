"""Events: what waits for a message, signal, error, condition or time, and what throws one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from workflows.engine.elements import BoundarySplit
from workflows.engine.limits import failed
from workflows.engine.tokens import FINISHED, LIVE, WAITING, Called, Token


class Catching(SpiffBpmnTask):
    """Waits until something happens: intermediate and boundary events, receive tasks."""

    attentive = False
    repeats = False
    cancel_activity = False

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event_definition = event_definition

    def _update_hook(self, token: Token) -> bool:
        super()._update_hook(token)
        token._set_state(WAITING)
        return bool(self.event_definition.enter(token))

    def _run_hook(self, token: Token) -> bool:
        self.event_definition.receive(token)
        return True


class BoundaryEvent(Catching):
    """Waits on the side of an activity."""

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        event_definition: Any,
        cancel_activity: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, event_definition, **kwargs)
        self.cancel_activity = cancel_activity
        self.repeats = not cancel_activity

    def branch_off(self, token: Token, brought: Mapping[str, Any]) -> None:
        """Follow the outgoing flows without leaving: the event may happen again."""
        specs = token.workflow.spec.task_specs
        token.run_of.on_passed(token, range(len(self._outputs)))
        for name in self._outputs:
            child = Token(token.workflow, specs[name], token)
            # Beside the event, so that its end does not take along what it has started.
            token._children.remove(child.id)
            child._parent = token._parent
            token.parent._children.append(child.id)
            child.own = {**token.data, **brought}
            child.task_spec._update(child)


class Throwing(SpiffBpmnTask):
    """Makes something happen: intermediate throw and end events, send tasks."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event_definition = event_definition

    def _run_hook(self, token: Token) -> bool:
        self.event_definition.throw(token)
        return True

    def _on_complete_hook(self, token: Token) -> None:
        super()._on_complete_hook(token)
        if isinstance(self.event_definition, TerminateEventDefinition):
            branch = token.workflow
            for other in list(branch.tasks.values()):
                if not other._state & FINISHED and branch.tasks.get(other.id) is other:
                    other.cancel()
            branch._mark_complete(token)


class StartEvent(SpiffBpmnTask):
    """Where a process begins."""

    def __init__(self, wf_spec: Any, bpmn_id: str, event_definition: Any, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event_definition = event_definition


class _Payload:
    """Events that carry values: `variable` names them in the catching token."""

    name: str
    expression: str | None
    variable: str | None

    def enter(self, token: Token) -> bool:
        """Wait."""
        return False

    def receive(self, token: Token) -> None:
        """Put what came with the event into the token's values."""
        token.data.update(self.brought(token.internal_data.pop("payload", None)))

    def brought(self, payload: Any) -> Mapping[str, Any]:
        """Return what an event brings, by the names that it gets."""
        if self.variable:
            return {self.variable: payload}
        return payload if isinstance(payload, Mapping) else {}

    def payload(self, token: Token) -> Any:
        """Return what a throwing token sends along."""
        if self.expression is None:
            return None
        return token.workflow.script_engine.evaluate(token, self.expression)


class Message(_Payload, MessageEventDefinition):
    """Goes to one waiting event of the case."""

    def __init__(self, name: str, expression: str | None, variable: str | None) -> None:
        MessageEventDefinition.__init__(self, name)
        self.expression = expression
        self.variable = variable

    def throw(self, token: Token) -> None:
        """Hand the message to the first event that waits for it."""
        payload = self.payload(token)
        target = next(waiting_for(token, Message, self.name), None)
        if target is None:
            raise failed(
                token,
                f"nothing waits for the message {self.name}",
                "Draw an event that catches it, or call an operation instead.",
                "message",
            )
        happen(target, payload)


class Signal(_Payload, SignalEventDefinition):
    """Goes to all waiting events of the case."""

    def __init__(self, name: str, expression: str | None, variable: str | None) -> None:
        SignalEventDefinition.__init__(self, name)
        self.expression = expression
        self.variable = variable

    def throw(self, token: Token) -> None:
        """Hand the signal to all events that wait for it."""
        payload = self.payload(token)
        for target in list(waiting_for(token, Signal, self.name)):
            happen(target, payload)


class _Coded(_Payload):
    """Errors and escalations: caught on the boundary of the nearest activity around."""

    code: str | None

    def throw(self, token: Token) -> None:
        """Let the nearest boundary event that fits happen."""
        payload = self.payload(token)
        target = next(
            (
                event
                for event in _boundaries_around(token)
                if type(event.task_spec.event_definition) is type(self)
                and event.task_spec.event_definition.code in (None, self.code)
            ),
            None,
        )
        if target is not None:
            happen(target, payload)
        else:
            self.uncaught(token)

    def uncaught(self, token: Token) -> None:
        """Called when no boundary event fits."""


class Error(_Coded, ErrorEventDefinition):
    """Ends the activity around it."""

    def __init__(
        self, name: str, code: str | None, expression: str | None, variable: str | None
    ) -> None:
        ErrorEventDefinition.__init__(self, name, code=code)
        self.expression = expression
        self.variable = variable

    def uncaught(self, token: Token) -> None:
        """An error that nobody catches fails the step."""
        raise failed(
            token,
            f"nothing catches the error {self.name}",
            "Draw an error event on the boundary of the activity around it.",
            "message",
        )


class Escalation(_Coded, EscalationEventDefinition):
    """Tells the activity around it; nobody has to listen."""

    def __init__(
        self, name: str, code: str | None, expression: str | None, variable: str | None
    ) -> None:
        EscalationEventDefinition.__init__(self, name, code=code)
        self.expression = expression
        self.variable = variable


class Conditional(ConditionalEventDefinition):
    """Happens as soon as a condition is true: on entry, or by what another node has changed."""

    def enter(self, token: Token) -> bool:
        """Look at once."""
        found = token.workflow.script_engine.evaluate(token, self.expression)
        return found is True

    def look(self, token: Token, newest: Mapping[str, Any]) -> bool:
        """Look again with the newest values of the case."""
        engine = token.workflow.script_engine
        found = engine.evaluate_in(token, self.expression, {**token.data, **newest})
        return found is True

    def receive(self, token: Token) -> None:
        """A condition brings no values."""


def happen(token: Token, payload: Any = None) -> None:
    """Let a waiting event happen; one that does not interrupt waits on for the next time."""
    definition = token.task_spec.event_definition
    if token.task_spec.repeats and isinstance(definition, _Payload):
        token.task_spec.branch_off(token, definition.brought(payload))
        return
    if payload is not None:
        token.internal_data["payload"] = payload
    token._ready()


def waiting_for(token: Token, kind: type[Any], name: str) -> Iterator[Token]:
    """Return the events of the whole case that wait for a message or signal of this name."""
    for branch in token.run_of.branches():
        for one in list(branch.tasks.values()):
            if one.state == WAITING and isinstance(one.task_spec, Catching):
                definition = one.task_spec.event_definition
                if isinstance(definition, kind) and definition.name == name:
                    yield one


def _boundaries_around(token: Token) -> Iterator[Token]:
    """Return the waiting boundary events of the activities around a token, nearest first."""
    branch = token.workflow
    while isinstance(branch, Called):
        holder: Token | None = branch.caller
        while holder is not None and holder._state & LIVE:
            parent = holder.parent
            if parent is not None and isinstance(parent.task_spec, BoundarySplit):
                yield from (
                    one
                    for one in holder.siblings()
                    if one.state == WAITING and isinstance(one.task_spec, BoundaryEvent)
                )
            holder = parent
        branch = branch.caller.workflow
