"""The dialect of Camunda 8 (Zeebe): FEEL already, with work done by job types."""

from __future__ import annotations

from workflows.definitions.importer import code, family, people
from workflows.definitions.importer.draft import translated, untranslated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.fieldwork import form_js
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.vendor import (
    Dialect,
    Piece,
    Reader,
    dropped,
    ignored,
    kept,
    todo,
)
from workflows.definitions.messages import Message
from workflows.definitions.reading import local


def _part(piece: Piece, name: str, reader: Reader) -> Said | None:
    value = piece.element.get(name)
    if not value:
        return None
    return reader(
        Piece(
            draft=piece.draft,
            element=piece.element,
            name=name,
            value=value,
            notes=piece.notes,
            kind=piece.kind,
            id=piece.id,
        )
    )


def _together(piece: Piece, said: list[Said | None]) -> Said:
    """Return one line for an element with several attributes, as severe as the worst of them."""
    found = [one for one in said if one is not None]
    if not found:
        return dropped(Message("%(value)s says nothing.", value=quoted(piece.value)))
    order = ("todo", "dropped", "guessed", "kept")
    worst = min(found, key=lambda one: order.index(one.severity))
    mends = dict.fromkeys(one.mend for one in found if one.mend)
    return Said(
        severity=worst.severity,
        sentence=together(*(one.sentence for one in found)),
        mend=together(*mends),
    )


def assignment(piece: Piece) -> Said:
    """Read `zeebe:assignmentDefinition`."""
    return _together(
        piece,
        [
            _part(piece, "assignee", people.assignee),
            _part(piece, "candidateGroups", people.groups),
            _part(piece, "candidateUsers", people.users),
        ],
    )


def form(piece: Piece) -> Said:
    """Read `zeebe:formDefinition`: a form inside the process, or elsewhere."""
    return _together(
        piece,
        [
            _part(piece, name, family.form_key)
            for name in ("formKey", "formId", "externalReference")
        ],
    )


def embedded(piece: Piece) -> Said:
    """Read `zeebe:userTaskForm`: form-js JSON inside the process."""
    text = "".join(piece.element.itertext())
    components, lost = form_js(piece.draft, text)
    piece.draft.embedded[piece.element.get("id", "")] = components
    if lost:
        return todo(
            Message(
                "The form %(id)s: not carried over: %(lost)s.",
                id=quoted(piece.element.get("id", "")),
                lost=tuple(lost),
            ),
            Message("Complete it in the form editor."),
        )
    return kept(
        Message(
            "The form %(id)s has %(components_count)s fields.",
            id=quoted(piece.element.get("id", "")),
            components_count=len(components),
        )
    )


def job(piece: Piece) -> Said:
    """Read `zeebe:taskDefinition`: its type is the operation."""
    kind = piece.element.get("type", "").strip('= "')
    plain = kind.removeprefix("io.camunda:").partition(":")[0] if ":" in kind else kind
    piece.notes.operation = operation(plain)
    return todo(
        Message(
            "The job %(value)s is the operation %(operation)s, which does not exist yet: it must"
            " do what the worker does.",
            value=quoted(piece.value),
            operation=piece.notes.operation,
        ),
        Message("Write the operation, or make the step a user task."),
    )


def io_mapping(piece: Piece) -> Said:
    """Read inputs, which become parameters, and outputs."""
    lost: list[Message] = []
    outputs = [one for one in piece.element.iter() if local(one) == "output"]
    for one in piece.element.iter():
        source, target = one.get("source", ""), one.get("target", "")
        if local(one) == "input" and not _input(piece, source, target):
            lost.append(Message("%(target)s from %(source)s", target=target, source=source))
    for one in outputs:
        if len(outputs) == 1 and piece.kind in ("serviceTask", "sendTask"):
            piece.notes.result = piece.notes.result or variable(one.get("target", ""))
        elif one.get("source", "").strip("= ") != one.get("target", ""):
            lost.append(
                Message(
                    "%(target)s from %(source)s",
                    target=one.get("target", ""),
                    source=one.get("source", ""),
                )
            )
    if lost:
        return todo(
            Message(
                "%(value)s: not carried over: %(lost)s.",
                value=quoted(piece.value),
                lost=tuple(lost),
            ),
            Message("Set these names in a script task."),
        )
    return kept(Message("%(value)s: parameters and result.", value=quoted(piece.value)))


def _input(piece: Piece, source: str, target: str) -> bool:
    if piece.kind not in ("serviceTask", "sendTask", "intermediateThrowEvent", "endEvent"):
        return source.strip("= ") == target
    try:
        feel, _ = piece.draft.value(source)
    except Untranslatable:
        return False
    piece.notes.parameters[variable(target.replace(".", "_"))] = feel
    return True


def headers(piece: Piece) -> Said:
    """Read what is told to a worker: texts that the operation gets too."""
    for one in piece.element.iter():
        if local(one) == "header" and one.get("key"):
            feel, _ = piece.draft.value(one.get("value", "").lstrip("="))
            piece.notes.parameters[variable(one.get("key", ""))] = feel
    return kept(Message("%(value)s: parameters of the operation.", value=quoted(piece.value)))


def loop(piece: Piece) -> Said:
    """Read `zeebe:loopCharacteristics`."""
    element, notes = piece.element, piece.notes
    notes.item = variable(element.get("inputElement") or f"{piece.id}_item")
    notes.output = (
        variable(element.get("outputCollection", "")) if (element.get("outputCollection")) else ""
    )
    output = element.get("outputElement", "").strip("= ")
    notes.output_item = variable(output) if output.isidentifier() else ""
    said = _part(piece, "inputCollection", family.collection)
    lost = output if output and not notes.output_item else ""
    if said is None or lost:
        return todo(
            Message(
                "%(value)s: %(what)s.",
                value=quoted(piece.value),
                what=Message("each instance gives %(lost)s, which is computed", lost=lost)
                if lost
                else Message("it runs over nothing"),
            ),
            Message("Say over what the activity runs and what each instance gives."),
        )
    return Said(severity=said.severity, sentence=said.sentence, mend=said.mend)


def called(piece: Piece) -> Said:
    """Read `zeebe:calledElement`."""
    process = piece.element.get("processId", "").strip()
    piece.bearer.set("calledElement", process.strip('=" '))
    if process.startswith("="):
        return todo(
            Message("The called process is computed: %(process)s.", process=quoted(process)),
            Message("Name the process that is called."),
        )
    return kept(Message("It calls %(process)s.", process=quoted(process)))


def decision(piece: Piece) -> Said:
    """Read `zeebe:calledDecision`."""
    piece.notes.decision = piece.element.get("decisionId", "").strip()
    said = _part(piece, "resultVariable", code.result)
    return said or kept(Message("It asks %(decision)s.", decision=quoted(piece.notes.decision)))


def script(piece: Piece) -> Said:
    """Read `zeebe:script`: one FEEL expression and its name."""
    text = piece.element.get("expression", "")
    target = variable(piece.element.get("resultVariable") or "result")
    try:
        feel, guesses = piece.draft.feel(text)
    except Untranslatable as error:
        return untranslated(
            Message("The script"), text, error, Message("An operation stands in its place.")
        )
    piece.notes.script.append(f"{target} = {feel}")
    return translated(Message("The script"), text, feel, guesses)


def schedule(piece: Piece) -> Said:
    """Read `zeebe:taskSchedule`."""
    later = piece.element.get("followUpDate")
    said = _together(piece, [_part(piece, "dueDate", family.due)])
    if later:
        return Said(
            severity="dropped",
            mend=said.mend,
            sentence=together(
                said.sentence, Message("Follow-up %(later)s is dropped.", later=quoted(later))
            ),
        )
    return said


def subscription(piece: Piece) -> Said:
    """Read how a message finds its case."""
    return todo(
        Message(
            "%(value)s: messages find their case by links between cases here.",
            value=quoted(piece.value),
        ),
        Message("Send the message with the operations tell or tell_self."),
    )


_FORM_HINT = ignored(Message("all user tasks are this product's own"))

DIALECT = Dialect(
    title="Camunda 8",
    namespaces=("http://camunda.org/schema/zeebe/1.0",),
    language="feel",
    attributes={
        "modelerTemplate": ignored(Message("templates belong to the other product's editor")),
        "modelerTemplateVersion": ignored(
            Message("templates belong to the other product's editor")
        ),
        "modelerTemplateIcon": ignored(Message("templates belong to the other product's editor")),
    },
    elements={
        "assignmentDefinition": assignment,
        "formDefinition": form,
        "userTaskForm": embedded,
        "userTask": _FORM_HINT,
        "taskDefinition": job,
        "ioMapping": io_mapping,
        "taskHeaders": headers,
        "loopCharacteristics": loop,
        "calledElement": called,
        "calledDecision": decision,
        "script": script,
        "taskSchedule": schedule,
        "subscription": subscription,
        "properties": family.properties,
        "executionListeners": code.event_listener,
        "taskListeners": code.event_listener,
        "priorityDefinition": ignored(Message("lists and priorities are this product's own")),
        "versionTag": ignored(Message("versions are counted here")),
    },
)
