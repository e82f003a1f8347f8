"""The dialect of Activiti and Flowable, and of the modelers that Chinese products build on them."""

from __future__ import annotations

from workflows.definitions.importer import family, modelers, people
from workflows.definitions.importer.fieldwork import form_property
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.vendor import Dialect, Piece, ignored, kept, todo
from workflows.definitions.messages import Message


def idm(piece: Piece) -> Said:
    """Read what a modeler's dialogue stored about a person or group."""
    return kept(Message("%(value)s repeats what the assignment says.", value=quoted(piece.value)))


def rules(piece: Piece) -> Said:
    """Read the rules that a business rule task fires."""
    piece.notes.operation = piece.notes.operation or f"rules_{piece.id}".lower()
    return todo(
        Message(
            "The rules %(value)s become the operation %(operation)s, which does not exist yet.",
            value=quoted(piece.value),
            operation=piece.notes.operation,
        ),
        Message("Draw a decision table and make the step a business rule task."),
    )


_EDITOR = ignored(Message("it belongs to the other product's editor"))

DIALECT = Dialect(
    title="Activiti / Flowable",
    namespaces=(
        "http://activiti.org/bpmn",
        "http://flowable.org/bpmn",
        "http://www.activiti.org/bpmn",
        "http://activiti.com/modeler",
        "http://flowable.org/modeler",
        "http://www.flowable.org/modeler",
        "http://flowable.org/design",
    ),
    language="juel",
    attributes={
        **family.ATTRIBUTES,
        "elementIndexVariable": ignored(Message("items are not numbered here")),
        "skipExpression": lambda piece: todo(
            Message(
                "The step is skipped when %(value)s; here it never is.", value=quoted(piece.value)
            ),
            Message("Draw a gateway around it."),
        ),
        "endDate": lambda piece: todo(
            Message("The cycle ends at %(value)s; here it does not.", value=quoted(piece.value)),
            Message("Write the number of rounds, such as R3/P1D."),
        ),
        "businessCalendarName": ignored(
            Message("working days are counted by the calendar of the place")
        ),
        "ruleVariablesInput": rules,
        "rules": rules,
        "formFieldValidation": ignored(Message("every entry is checked on the server here")),
        "autoStoreVariables": ignored(
            Message("scripts set exactly the names that their lines say")
        ),
        "dataType": modelers.kind_of,
        "text": modelers.names_of,
        "candidateStrategy": modelers.strategy,
        "candidateParam": modelers.chosen,
        "modelId": _EDITOR,
        "modelVersion": _EDITOR,
    },
    elements={
        **family.ELEMENTS,
        "formProperty": form_property,
        "initiator-can-complete": _EDITOR,
        "potentialStarter": family.starters,
        "customResource": people.groups,
        "skipExpression": _EDITOR,
        **dict.fromkeys(
            (
                "activiti-idm-assignee",
                "activiti-idm-candidate-group",
                "user-info-email",
                "user-info-firstname",
                "user-info-lastname",
                "group-info-name",
                "activiti-idm-initiator",
                "allow-send-email",
                "assignee-info-email",
                "assignee-info-firstname",
                "assignee-info-lastname",
            ),
            idm,
        ),
    },
)
