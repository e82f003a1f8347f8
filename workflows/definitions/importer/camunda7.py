"""The dialect of Camunda 7 and Operaton."""

from __future__ import annotations

from workflows.definitions.importer import family
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.fieldwork import form_data
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.report import Said, joined, quoted
from workflows.definitions.importer.scripts import foreign_script
from workflows.definitions.importer.vendor import Dialect, Piece, guessed, ignored, kept, todo
from workflows.definitions.reading import local


def decision(piece: Piece) -> Said:
    """Read the decision of a business rule task."""
    piece.notes.decision = piece.value.strip()
    return kept(f"{quoted(piece.value)} is the decision.")


def input_output(piece: Piece) -> Said:
    """Read input and output parameters: inputs are parameters of the operation."""
    lost: list[str] = []
    for name, text in family.children(piece, "inputParameter"):
        if not _input(piece, variable(name), text):
            lost.append(f"input {name} = {text}")
    outputs = family.children(piece, "outputParameter")
    for name, text in outputs:
        if len(outputs) == 1 and piece.kind in ("serviceTask", "sendTask", "businessRuleTask"):
            piece.notes.result = piece.notes.result or variable(name)
        lost.append(f"output {name} = {text}")
    if lost:
        return todo(
            f"{quoted(piece.value)}: not carried over as written: {joined(lost)}.",
            "Let the operation return the result, or set names in a script task behind it.",
        )
    return kept(f"{quoted(piece.value)}: parameters of the operation.")


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
        f"The connector is the operation {piece.notes.operation}, which does not exist yet."
        f" {said.sentence}", said.mend or "Write the operation.",
    )  # fmt: skip


def resource(piece: Piece) -> Said:
    """Read a script that lies in a file of its own."""
    return todo(f"The script {quoted(piece.value)} lies elsewhere.",
                "Write its lines into the script task, in FEEL.")  # fmt: skip


def variable_of_error(piece: Piece) -> Said:
    """Read the name under which an error's code or message is stored."""
    return todo(f"{quoted(piece.value)} would hold what went wrong; here nothing sets it.",
                "Do not read this name behind the event.")  # fmt: skip


def form_property_of_process(piece: Piece) -> Said:
    """Read conditions on variables, which fire when a variable changes."""
    return guessed(f"{quoted(piece.value)}: the condition is looked at whenever the case moves.",
                   "Look whether that is soon enough.")  # fmt: skip


def error_of_task(piece: Piece) -> Said:
    """Read the errors that an external task may end with."""
    element = piece.element
    text = element.get("expression", "")
    lines = foreign_script(piece.draft, f"x = {text.strip('${}')}") if text else []
    return todo(f"{quoted(piece.value)}: an operation reports errors by itself"
                + (f"; in FEEL: {lines[0]}." if lines else "."),
                "Let the operation say when it fails.")  # fmt: skip


_BINDING = ignored("the newest version in the bundle is used")

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
        "mapDecisionResult": ignored("each output of a decision has its own name here"),
        "modelerTemplate": ignored("templates belong to the other product's editor"),
        "modelerTemplateVersion": ignored("templates belong to the other product's editor"),
        "executionPlatform": ignored("it names the other product"),
        "executionPlatformVersion": ignored("it names the other product"),
        **dict.fromkeys(
            ("decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag",
             "decisionRefTenantId", "calledElementBinding", "calledElementVersion",
             "calledElementVersionTag", "calledElementTenantId", "formRefBinding",
             "formRefVersion"),
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
)  # fmt: skip
