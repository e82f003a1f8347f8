"""The library's parser, taught this room's own nodes, timers and messages."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    ERROR_EVENT_XPATH,
    ESCALATION_EVENT_XPATH,
    MESSAGE_EVENT_XPATH,
    SIGNAL_EVENT_XPATH,
    TERMINATION_EVENT_XPATH,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.spiff.parser.event_parsers import (
    SpiffBoundaryEventParser,
    SpiffEndEventParser,
    SpiffIntermediateCatchEventParser,
    SpiffIntermediateThrowEventParser,
    SpiffReceiveTaskParser,
    SpiffSendTaskParser,
    SpiffStartEventParser,
)
from SpiffWorkflow.spiff.parser.task_spec import CallActivityParser as SpiffCallParser
from SpiffWorkflow.spiff.parser.task_spec import ServiceTaskParser as SpiffServiceParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser
from SpiffWorkflow.spiff.parser.task_spec import SubWorkflowParser as SpiffSubprocessParser

from workflows.engine.elements import (
    BoundarySplit,
    BusinessRuleTask,
    Call,
    EventBasedGateway,
    ExclusiveGateway,
    ManualTask,
    ScriptTask,
    ServiceTask,
    UntypedTask,
    UserTask,
)
from workflows.engine.events import (
    BoundaryEvent,
    Catching,
    Conditional,
    Error,
    Escalation,
    Message,
    Signal,
    StartEvent,
    Throwing,
)
from workflows.engine.instances import ParallelMultiInstance, SequentialMultiInstance, StandardLoop
from workflows.engine.joins import InclusiveGateway, ParallelGateway, ProcessSpec
from workflows.engine.reading import BPMN, SPIFF, process_of
from workflows.engine.timers import CycleTimer, Timer


class Drawn:
    """Goes before each of the library's node parsers."""

    STANDARD_LOOP_CLASS = StandardLoop
    PARALLEL_MI_CLASS = ParallelMultiInstance
    SEQUENTIAL_MI_CLASS = SequentialMultiInstance

    node: Any
    spec: Any
    task: Any
    bpmn_id: str
    process_parser: Any

    def connect_outgoing(
        self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool
    ) -> None:
        """Connect, and note by which flow."""
        super().connect_outgoing(  # type: ignore[misc]
            outgoing_task, sequence_flow_node, is_default
        )
        drawn = self.spec.drawn_flows.setdefault(self.task.name, {})
        drawn[len(self.task._outputs) - 1] = sequence_flow_node.get("id")

    def get_position(self, node: Any = None) -> dict[str, float]:
        """Flows are looked at in the order in which they are written, not by their height."""
        return {"x": 0.0, "y": 0.0}

    def _add_boundary_event(self, children: list[Any]) -> Any:
        split = BoundarySplit(
            self.spec, f"{self.bpmn_id}.BoundaryEventSplit", self.task.name, lane=self.task.lane
        )
        split.connect(self.task)
        for event in children:
            split.connect(self.process_parser.parse_node(event))
        return split


class PlainParser(Drawn, SpiffTaskParser):
    """Tasks that wait for a person."""


class ScriptParser(Drawn, SpiffTaskParser):
    """Script tasks."""

    def create_task(self) -> Any:
        """Return the node; one without a script does nothing."""
        script = self.node.find(BPMN + "script")
        extensions = self.parse_extensions()
        return ScriptTask(
            self.spec,
            self.bpmn_id,
            script="" if script is None else script.text or "",
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )


class ServiceParser(Drawn, SpiffServiceParser):
    """Service tasks."""


class RuleParser(Drawn, SpiffTaskParser):
    """Business rule tasks; the decision itself is the application's."""

    def create_task(self) -> Any:
        """Return the node with the decision's id."""
        extensions = self.parse_extensions()
        decision = (extensions.get("calledDecisionId") or "").strip()
        if not decision:
            raise ValidationException("it names no decision", node=self.node)
        return BusinessRuleTask(
            self.spec,
            self.bpmn_id,
            decision=decision,
            prescript=extensions.get("preScript"),
            postscript=extensions.get("postScript"),
            **self.bpmn_attributes,
        )


class CallParser(Drawn, SpiffCallParser):
    """Call activities."""


class SubprocessParser(Drawn, SpiffSubprocessParser):
    """Embedded subprocesses."""


class ParallelParser(Drawn, GatewayParser):
    """Parallel gateways."""


class ConditionalParser(Drawn, ConditionalGatewayParser):
    """Exclusive and inclusive gateways."""

    def connect_outgoing(
        self, outgoing_task: Any, sequence_flow_node: Any, is_default: bool
    ) -> None:
        """Connect; the only flow of a gateway needs no condition."""
        flows = self.process_parser.get_outgoing_sequence_flows(self.bpmn_id)
        only = len(flows) == 1 and self.parse_condition(sequence_flow_node) is None
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default or only)


class EventGatewayParser(Drawn, GatewayParser):
    """Event-based gateways."""


class _Events(Drawn):
    """Makes this room's own event definitions."""

    def parse_timer_event(self, event: Any) -> Any:
        """Return the timer; which kind it is says the element it is written in."""
        name = self.node.get("name", self.bpmn_id)
        for kind, made in (("timeDate", Timer), ("timeDuration", Timer), ("timeCycle", CycleTimer)):
            found = event.find(BPMN + kind)
            if found is not None:
                return made(name, found.text or "")
        raise ValidationException("its timer says no time", node=self.node)

    def parse_message_event(self, message_event: Any) -> Message:
        """Return the message; a payload and a variable may stand at the event or the message."""
        declared = self._declared("message", message_event.get("messageRef"))
        name = self.node.get("name") if declared is None else declared.get("name")
        return Message(
            name or self.bpmn_id,
            _text(message_event, declared, "messagePayload"),
            _text(message_event, declared, "messageVariable"),
        )

    def parse_signal_event(self, signal_event: Any) -> Signal:
        """Return the signal."""
        declared = self._declared("signal", signal_event.get("signalRef"))
        name = self.node.get("name") if declared is None else declared.get("name")
        return Signal(name or self.bpmn_id, *_payload(signal_event, declared))

    def parse_error_event(self, error_event: Any) -> Error:
        """Return the error."""
        declared = self._declared("error", error_event.get("errorRef"))
        code = None if declared is None else declared.get("errorCode") or declared.get("id")
        name = code if declared is None else declared.get("name") or code
        return Error(name or self.bpmn_id, code, *_payload(error_event, declared))

    def parse_escalation_event(self, escalation_event: Any) -> Escalation:
        """Return the escalation."""
        declared = self._declared("escalation", escalation_event.get("escalationRef"))
        code = None if declared is None else declared.get("escalationCode") or declared.get("id")
        name = code if declared is None else declared.get("name") or code
        return Escalation(name or self.bpmn_id, code, *_payload(escalation_event, declared))

    def parse_conditional_event(self, event: Any) -> Conditional:
        """Return the condition."""
        condition = event.find(BPMN + "condition")
        if condition is None or not (condition.text or "").strip():
            raise ValidationException("its condition is empty", node=self.node)
        return Conditional(condition.text)

    def _declared(self, kind: str, reference: str | None) -> Any:
        """Return what a message, signal ... refers to; None when it refers to nothing."""
        if not reference:
            return None
        root = self.node.getroottree().getroot()
        for found in root.iter(BPMN + kind):
            if found.get("id") == reference:
                return found
        raise ValidationException(f"there is no {kind} {reference}", node=self.node)


def _text(event: Any, declared: Any, name: str) -> str | None:
    for place in (event, declared):
        found = None if place is None else place.find(f".//{SPIFF}{name}")
        if found is not None and (found.text or "").strip():
            text = str(found.text)
            return text if name.endswith(("Payload", "Expression")) else text.strip()
    return None


def _payload(event: Any, declared: Any) -> tuple[str | None, str | None]:
    expression = _text(event, declared, "payloadExpression")
    expression = expression or _text(event, declared, "messagePayload")
    variable = _text(event, declared, "variableName") or _text(event, declared, "messageVariable")
    return expression, variable


class StartParser(_Events, SpiffStartEventParser):
    """Start events."""


class EndParser(_Events, SpiffEndEventParser):
    """End events; the library forgets those that send a signal."""

    def create_task(self) -> Any:
        """Return the node, connected with the end of its process."""
        paths = [
            MESSAGE_EVENT_XPATH,
            SIGNAL_EVENT_XPATH,
            ERROR_EVENT_XPATH,
            ESCALATION_EVENT_XPATH,
            TERMINATION_EVENT_XPATH,
        ]
        node = self._create_task(self.get_event_definition(paths))
        node.connect(self.spec.end)
        return node


class CatchParser(_Events, SpiffIntermediateCatchEventParser):
    """Intermediate catch events."""


class ThrowParser(_Events, SpiffIntermediateThrowEventParser):
    """Intermediate throw events."""


class BoundaryParser(_Events, SpiffBoundaryEventParser):
    """Boundary events."""


class SendParser(_Events, SpiffSendTaskParser):
    """Send tasks."""


class ReceiveParser(_Events, SpiffReceiveTaskParser):
    """Receive tasks."""


class OwnProcessParser(ProcessParser):
    """Processes and embedded subprocesses."""

    def create_spec(self) -> ProcessSpec:
        """Return the empty graph of a process."""
        if not self.process_executable:
            raise ValidationException("it is not marked as executable", node=self.node)
        spec = ProcessSpec(
            self.bpmn_id, self.get_name(), self.filename or "", process_of(self.node)
        )
        spec.drawn_flows = {}
        return spec


class Parser(BpmnParser):
    """Reads checked diagrams into graphs of this room's nodes."""

    PROCESS_PARSER_CLASS = OwnProcessParser
    PARSER_CLASSES = {  # noqa: RUF012 - the library's own attribute
        full_tag("userTask"): (PlainParser, UserTask),
        full_tag("manualTask"): (PlainParser, ManualTask),
        full_tag("task"): (PlainParser, UntypedTask),
        full_tag("scriptTask"): (ScriptParser, ScriptTask),
        full_tag("serviceTask"): (ServiceParser, ServiceTask),
        full_tag("businessRuleTask"): (RuleParser, BusinessRuleTask),
        full_tag("callActivity"): (CallParser, Call),
        full_tag("subProcess"): (SubprocessParser, Call),
        full_tag("exclusiveGateway"): (ConditionalParser, ExclusiveGateway),
        full_tag("inclusiveGateway"): (ConditionalParser, InclusiveGateway),
        full_tag("parallelGateway"): (ParallelParser, ParallelGateway),
        full_tag("eventBasedGateway"): (EventGatewayParser, EventBasedGateway),
        full_tag("startEvent"): (StartParser, StartEvent),
        full_tag("endEvent"): (EndParser, Throwing),
        full_tag("intermediateCatchEvent"): (CatchParser, Catching),
        full_tag("intermediateThrowEvent"): (ThrowParser, Throwing),
        full_tag("boundaryEvent"): (BoundaryParser, BoundaryEvent),
        full_tag("sendTask"): (SendParser, Throwing),
        full_tag("receiveTask"): (ReceiveParser, Catching),
    }
