"""Rules about which elements a diagram may hold: what the engine runs, and nothing that hides."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import EVENTS, NODES, SUBPROCESSES, Diagram, Node
from workflows.definitions.reading import BPMN, SPIFF, local, namespace

UNSUPPORTED = rule(
    301,
    "Only elements that are run",
    reason="The engine ignores or refuses elements that it does not know; the case would do"
    " something else than the picture shows.",
    mend="Draw it with tasks, call activities, gateways and events of the studio's palette.",
)
UNTYPED = rule(
    302,
    "Tasks have a type",
    reason="An untyped task waits for a person without form, unit or deadline.",
    mend="Make it a user task, or a script, service or business rule task.",
)
PLAIN_SERVICE = rule(
    303,
    "A service task names its operation",
    reason="The engine rejects a service task that does not say what it calls.",
    mend="Choose an operation in the properties panel.",
)
EVENT_SUBPROCESS = rule(
    304,
    "No event subprocesses",
    reason="An event subprocess changes the definition that all cases share; other cases would"
    " never complete.",
    mend="Use boundary events on the tasks or on a call activity instead.",
)
EVENT_KIND = rule(
    305,
    "Events of a kind that is run",
    reason="The engine silently ignores link events, signal end events and some others.",
    mend="Use a message, timer, error, escalation or terminate event, or a plain sequence flow.",
)
HIDDEN_CODE = rule(
    306,
    "No code beside the diagram",
    reason="Pre-scripts, post-scripts and other hidden code do not show in the picture; only"
    " script tasks set values.",
    mend="Draw a script task with lines such as total = a + b.",
)
FOREIGN = rule(
    307,
    "Extensions of other products are not read",
    reason="What another engine's extension says is not done here.",
    mend="Say it with the studio's own properties, or delete it.",
    severity="warning",
)
DATA_FLOW = rule(
    308,
    "Values flow by name, not through data associations",
    reason="Input and output associations copy and delete values behind the picture.",
    mend="Delete the associations; forms, script tasks and operations set values by name.",
)
SCRIPT_EMPTY = rule(
    309,
    "Script and business rule tasks say what they do",
    reason="Such a task would do nothing or stop the case.",
    mend="Write lines such as total = a + b, or name the decision.",
)
LINES_MEND = "Add lines such as total = a + b."
DECISION_MEND = "Choose its decision, or begin a new decision table."
STANDARD_LOOP = rule(
    310,
    "No loop markers",
    reason="A standard loop hides its rounds and their limit from the people who wait.",
    mend="Draw the loop with an exclusive gateway.",
)
INCOMPLETE = rule(
    311,
    "Properties and parameters are complete",
    reason="A property without name or value, or a parameter without id, type or value, cannot"
    " be read.",
    mend="Write the property again in the properties panel.",
)

_CONTENTS = NODES | {
    "sequenceFlow", "laneSet", "extensionElements", "documentation", "textAnnotation",
    "association", "group", "dataObject", "dataObjectReference", "dataStoreReference",
    "incoming", "outgoing", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics",
    "ioSpecification", "dataInputAssociation", "dataOutputAssociation", "property",
}  # fmt: skip
_INSIDE_NODES = frozenset((
    "extensionElements", "documentation", "incoming", "outgoing", "ioSpecification",
    "dataInputAssociation", "dataOutputAssociation", "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics", "script", "rendering", "potentialOwner", "humanPerformer",
    "property",
))  # fmt: skip
_UNRUN = {
    "transaction": "Use a call activity; take back by drawing the steps that do it.",
    "adHocSubProcess": "Draw the order, or use a multi-instance call activity.",
    "complexGateway": "Use an exclusive, inclusive or parallel gateway.",
    "sendTask": "Use a service task with an operation that sends, or a message throw event.",
    "receiveTask": "Use a message catch event.",
    "manualTask": "Use a user task with a form; a form may consist of a text and a button.",
    "property": "Set values in forms and script tasks.",
}
_ROOTS = frozenset((
    "process", "message", "signal", "error", "escalation", "collaboration", "itemDefinition",
    "dataStore", "category", "extensionElements", "documentation", "import",
))  # fmt: skip
_EVENTS = {
    "startEvent": set(),
    "endEvent": {
        "messageEventDefinition", "errorEventDefinition", "escalationEventDefinition",
        "terminateEventDefinition",
    },
    "intermediateCatchEvent": {
        "messageEventDefinition", "signalEventDefinition", "timerEventDefinition",
        "conditionalEventDefinition",
    },
    "intermediateThrowEvent": {
        "messageEventDefinition", "signalEventDefinition", "escalationEventDefinition",
    },
    "boundaryEvent": {
        "messageEventDefinition", "signalEventDefinition", "timerEventDefinition",
        "errorEventDefinition", "escalationEventDefinition", "conditionalEventDefinition",
    },
}  # fmt: skip
_OWN_EXTENSIONS = frozenset((
    "properties", "property", "serviceTaskOperator", "parameters", "parameter",
    "calledDecisionId", "messageVariable", "variableName", "payloadExpression",
    "messagePayload",
))  # fmt: skip
_ATTRIBUTES = {
    "property": ("name", "value"),
    "parameter": ("id", "type", "value"),
    "serviceTaskOperator": ("id",),
}
_CODE = frozenset(("preScript", "postScript", "unitTests", "serviceTaskExtensions"))


@subject
def elements(material: Material) -> Iterator[Finding]:
    """Look at every element of every diagram."""
    for file, diagram in material.diagrams.items():
        yield from _roots(file, diagram)
        for scope in diagram.scopes():
            for child in scope.element.iterchildren():
                yield from _content(file, child)
        for node in diagram.nodes():
            yield from _node(file, node)
        yield from _extensions(file, diagram)


def _roots(file: str, diagram: Diagram) -> Iterator[Finding]:
    for child in diagram.root.iterchildren():
        kind = local(child)
        if namespace(child) == BPMN and kind not in _ROOTS:
            yield UNSUPPORTED.found(file, f"<{kind}> is not supported", element=child.get("id", ""))


def _content(file: str, child: etree._Element) -> Iterator[Finding]:
    kind, id_ = local(child), child.get("id", "")
    name = child.get("name", "")
    if namespace(child) != BPMN:
        return
    if kind in _UNRUN:
        yield UNSUPPORTED.found(
            file, f"<{kind}> is not run", element=id_, name=name, mend=_UNRUN[kind]
        )
    elif kind not in _CONTENTS:
        yield UNSUPPORTED.found(file, f"<{kind}> is not supported", element=id_, name=name)
    if kind == "ioSpecification":
        yield DATA_FLOW.found(file, "the process has an input/output specification", element=id_)


def _node(file: str, node: Node) -> Iterator[Finding]:
    if node.kind == "task":
        yield UNTYPED.at(file, node, "the task has no type")
    if node.kind == "serviceTask" and (node.operator is None or not node.operator.get("id")):
        yield PLAIN_SERVICE.at(file, node, "the service task names no operation")
    if node.kind == "subProcess" and node.element.get("triggeredByEvent") == "true":
        yield EVENT_SUBPROCESS.at(file, node, "this is an event subprocess")
    if node.kind == "scriptTask" and not node.script:
        yield SCRIPT_EMPTY.at(file, node, "the script task has no lines", LINES_MEND)
    if node.kind == "businessRuleTask" and not node.decision:
        yield SCRIPT_EMPTY.at(file, node, "the business rule task names no decision", DECISION_MEND)
    for child in node.element.iterchildren():
        kind = local(child)
        known = kind in _INSIDE_NODES or kind.endswith("EventDefinition")
        if namespace(child) == BPMN and not known and node.kind not in SUBPROCESSES:
            yield UNSUPPORTED.at(file, node, f"<{kind}> inside the {node.kind} is not supported")
        if kind in ("dataInputAssociation", "dataOutputAssociation", "ioSpecification"):
            yield DATA_FLOW.at(file, node, f"the element has a {kind}")
        if kind == "standardLoopCharacteristics":
            yield STANDARD_LOOP.at(file, node, "the activity has a loop marker")
    if node.kind in EVENTS:
        yield from _event(file, node)


def _event(file: str, node: Node) -> Iterator[Finding]:
    if len(node.events) > 1:
        yield EVENT_KIND.at(file, node, "the event has several definitions; only one would count")
    for event in node.events:
        if local(event) not in _EVENTS[node.kind]:
            kind = local(event).removesuffix("EventDefinition")
            yield EVENT_KIND.at(
                file, node, f"a {kind} event of this kind ({node.kind}) would be ignored"
            )
    if node.kind in ("boundaryEvent", "intermediateCatchEvent") and not node.events:
        yield EVENT_KIND.at(file, node, "the event does not say what it waits for")


def _extensions(file: str, diagram: Diagram) -> Iterator[Finding]:
    foreign: set[tuple[str, str]] = set()
    for element in diagram.root.iter():
        owner = element.getparent()
        if namespace(element) == SPIFF:
            kind = local(element)
            missing = [name for name in _ATTRIBUTES.get(kind, ()) if element.get(name) is None]
            if missing:
                holder = _holder(element)
                yield INCOMPLETE.found(
                    file, f"a {kind} has no {missing[0]}", element=holder[0], name=holder[1]
                )
            if kind in _CODE or kind not in _OWN_EXTENSIONS:
                holder = _holder(element)
                yield HIDDEN_CODE.found(
                    file, f"<{kind}> would run unseen", element=holder[0], name=holder[1]
                )
        elif owner is not None and local(owner) == "extensionElements":
            foreign.add((_holder(element)[0], namespace(element)))
    for id_, space in sorted(foreign):
        yield FOREIGN.found(file, f"an extension of {space or 'no namespace'}", element=id_)


def _holder(element: etree._Element) -> tuple[str, str]:
    """Return id and name of the BPMN element around an extension."""
    around = element.getparent()
    while around is not None:
        if namespace(around) == BPMN and around.get("id"):
            return around.get("id"), around.get("name", "")
        around = around.getparent()
    return "", ""
