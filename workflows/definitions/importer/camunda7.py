"""The dialect of Camunda 7 and Operaton."""

from __future__ import annotations

from workflows.definitions.importer import family
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.fieldwork import form_data
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.scripts import foreign_script
from workflows.definitions.importer.vendor import Dialect, Piece, guessed, ignored, kept, todo
from workflows.definitions.messages import Message
from workflows.definitions.reading import local


def decision(piece: Piece) -> Said:
    """Read the decision of a business rule task."""
    piece.notes.decision = piece.value.strip()
    return kept(Message("%(value)s is the decision.", value=quoted(piece.value)))


def input_output(piece: Piece) -> Said:
    """Read input and output parameters: inputs are parameters of the operation."""
    lost: list[Message] = []
    for name, text in family.children(piece, "inputParameter"):
        if not _input(piece, variable(name), text):
            lost.append(Message("input %(name)s = %(text)s", name=name, text=text))
    outputs = family.children(piece, "outputParameter")
    for name, text in outputs:
        if len(outputs) == 1 and piece.kind in ("serviceTask", "sendTask", "businessRuleTask"):
            piece.notes.result = piece.notes.result or variable(name)
        lost.append(Message("output %(name)s = %(text)s", name=name, text=text))
    if lost:
        return todo(
            Message(
                "%(value)s: not carried over as written: %(lost)s.",
                value=quoted(piece.value),
                lost=tuple(lost),
            ),
            Message(
                "Let the operation return the result, or set names in a script task behind it."
            ),
        )
    return kept(Message("%(value)s: parameters of the operation.", value=quoted(piece.value)))


def _input(piece: Piece, name: str, text: str) -> bool:
    if piece.kind not in ("serviceTask", "sendTask", "intermediateThrowEvent", "endEvent"):
        return False
    try:
        feel, _ = piece.draft.value(text)
    except Untranslatable:
        return False
    piece.notes.parameters[name] = feel
    return True


def connector(piece: Piece) -> Said:
    """Read a connector: its id is the operation."""
    for one in piece.element.iter():
        if local(one) == "connectorId":
            piece.notes.operation = operation(one.text or "connector")
    said = input_output(piece)
    return todo(
        together(
            Message(
                "The connector is the operation %(operation)s, which does not exist yet.",
                operation=piece.notes.operation,
            ),
            said.sentence,
        ),
        said.mend or Message("Write the operation."),
    )


def resource(piece: Piece) -> Said:
    """Read a script that lies in a file of its own."""
    return todo(
        Message("The script %(value)s lies elsewhere.", value=quoted(piece.value)),
        Message("Write its lines into the script task, in FEEL."),
    )


def variable_of_error(piece: Piece) -> Said:
    """Read the name under which an error's code or message is stored."""
    return todo(
        Message(
            "%(value)s would hold what went wrong; here nothing sets it.", value=quoted(piece.value)
        ),
        Message("Do not read this name behind the event."),
    )


def form_property_of_process(piece: Piece) -> Said:
    """Read conditions on variables, which fire when a variable changes."""
    return guessed(
        Message(
            "%(value)s: the condition is looked at whenever the case moves.",
            value=quoted(piece.value),
        ),
        Message("Look whether that is soon enough."),
    )


def error_of_task(piece: Piece) -> Said:
    """Read the errors that an external task may end with."""
    element = piece.element
    text = element.get("expression", "")
    lines = foreign_script(piece.draft, f"x = {text.strip('${}')}") if text else []
    said = Message("%(value)s: an operation reports errors by itself.", value=quoted(piece.value))
    hint = Message("In FEEL: %(lines)s.", lines=lines[0]) if lines else ""
    return todo(together(said, hint), Message("Let the operation say when it fails."))


_BINDING = ignored(Message("the newest version in the bundle is used"))

DIALECT = Dialect(
    title="Camunda 7 / Operaton",
    namespaces=(
        "http://camunda.org/schema/1.0/bpmn",
        "http://operaton.org/schema/1.0/bpmn",
        "http://camunda.org/schema/modeler/1.0",
        "http://operaton.org/schema/modeler/1.0",
        "http://activiti.org/bpmn-camunda",
    ),
    language="juel",
    attributes={
        **family.ATTRIBUTES,
        "decisionRef": decision,
        "resource": resource,
        "errorCodeVariable": variable_of_error,
        "errorMessageVariable": variable_of_error,
        "escalationCodeVariable": variable_of_error,
        "errorMessage": variable_of_error,
        "variableName": form_property_of_process,
        "variableEvents": form_property_of_process,
        "mapDecisionResult": ignored(Message("each output of a decision has its own name here")),
        "modelerTemplate": ignored(Message("templates belong to the other product's editor")),
        "modelerTemplateVersion": ignored(
            Message("templates belong to the other product's editor")
        ),
        "executionPlatform": ignored(Message("it names the other product")),
        "executionPlatformVersion": ignored(Message("it names the other product")),
        **dict.fromkeys(
            (
                "decisionRefBinding",
                "decisionRefVersion",
                "decisionRefVersionTag",
                "decisionRefTenantId",
                "calledElementBinding",
                "calledElementVersion",
                "calledElementVersionTag",
                "calledElementTenantId",
                "formRefBinding",
                "formRefVersion",
            ),
            _BINDING,
        ),
    },
    elements={
        **family.ELEMENTS,
        "formData": form_data,
        "inputOutput": input_output,
        "connector": connector,
        "errorEventDefinition": error_of_task,
        "failedJobRetryTimeCycle": family.ELEMENTS["failedJobRetryTimeCycle"],
    },
)
