"""The dialect of Camunda 8 (Zeebe): FEEL already, with work done by job types."""

from __future__ import annotations

from workflows.definitions.importer import family, people
from workflows.definitions.importer.draft import translated, untranslated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.fieldwork import form_js
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.report import Said, joined, quoted
from workflows.definitions.importer.vendor import (
    Dialect,
    Piece,
    Reader,
    dropped,
    ignored,
    kept,
    todo,
)
from workflows.definitions.reading import local


def _part(piece: Piece, name: str, reader: Reader) -> Said | None:
    value = piece.element.get(name)
    if not value:
        return None
    return reader(Piece(
        draft=piece.draft, element=piece.element, name=name, value=value, notes=piece.notes,
        kind=piece.kind, id=piece.id,
    ))  # fmt: skip


def _together(piece: Piece, said: list[Said | None]) -> Said:
    """Return one line for an element with several attributes, as severe as the worst of them."""
    found = [one for one in said if one is not None]
    if not found:
        return dropped(f"{quoted(piece.value)} says nothing.")
    order = ("todo", "dropped", "guessed", "kept")
    worst = min(found, key=lambda one: order.index(one.severity))
    mends = dict.fromkeys(one.mend for one in found if one.mend)
    return Said(
        severity=worst.severity,
        sentence=" ".join(one.sentence for one in found),
        mend=" ".join(mends),
    )


def assignment(piece: Piece) -> Said:
    """Read `zeebe:assignmentDefinition`."""
    return _together(piece, [
        _part(piece, "assignee", people.assignee),
        _part(piece, "candidateGroups", people.groups),
        _part(piece, "candidateUsers", people.users),
    ])  # fmt: skip


def form(piece: Piece) -> Said:
    """Read `zeebe:formDefinition`: a form inside the process, or elsewhere."""
    return _together(piece, [
        _part(piece, name, family.form_key)
        for name in ("formKey", "formId", "externalReference")
    ])  # fmt: skip


def embedded(piece: Piece) -> Said:
    """Read `zeebe:userTaskForm`: form-js JSON inside the process."""
    text = "".join(piece.element.itertext())
    components, lost = form_js(piece.draft, text)
    piece.draft.embedded[piece.element.get("id", "")] = components
    if lost:
        return todo(f"The form {quoted(piece.element.get('id', ''))}: not carried over:"
                    f" {joined(lost)}.", "Complete it in the form editor.")  # fmt: skip
    return kept(f"The form {quoted(piece.element.get('id', ''))} has {len(components)} fields.")


def job(piece: Piece) -> Said:
    """Read `zeebe:taskDefinition`: its type is the operation."""
    kind = piece.element.get("type", "").strip('= "')
    plain = kind.removeprefix("io.camunda:").partition(":")[0] if ":" in kind else kind
    piece.notes.operation = operation(plain)
    return todo(f"The job {quoted(piece.value)} is the operation {piece.notes.operation}, which"
                " does not exist yet: it must do what the worker does.",
                "Write the operation, or make the step a user task.")  # fmt: skip


def io_mapping(piece: Piece) -> Said:
    """Read inputs, which become parameters, and outputs."""
    lost: list[str] = []
    outputs = [one for one in piece.element.iter() if local(one) == "output"]
    for one in piece.element.iter():
        source, target = one.get("source", ""), one.get("target", "")
        if local(one) == "input" and not _input(piece, source, target):
            lost.append(f"{target} from {source}")
    for one in outputs:
        if len(outputs) == 1 and piece.kind in ("serviceTask", "sendTask"):
            piece.notes.result = piece.notes.result or variable(one.get("target", ""))
        elif one.get("source", "").strip("= ") != one.get("target", ""):
            lost.append(f"{one.get('target', '')} from {one.get('source', '')}")
    if lost:
        return todo(f"{quoted(piece.value)}: not carried over: {joined(lost)}.",
                    "Set these names in a script task.")  # fmt: skip
    return kept(f"{quoted(piece.value)}: parameters and result.")


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
    return kept(f"{quoted(piece.value)}: parameters of the operation.")


def loop(piece: Piece) -> Said:
    """Read `zeebe:loopCharacteristics`."""
    element, notes = piece.element, piece.notes
    notes.item = variable(element.get("inputElement") or f"{piece.id}_item")
    notes.output = variable(element.get("outputCollection", "")) if (
        element.get("outputCollection")) else ""  # fmt: skip
    output = element.get("outputElement", "").strip("= ")
    notes.output_item = variable(output) if output.isidentifier() else ""
    said = _part(piece, "inputCollection", family.collection)
    lost = output if output and not notes.output_item else ""
    if said is None or lost:
        return todo(f"{quoted(piece.value)}: {f'each instance gives {lost}, which is computed' if lost else 'it runs over nothing'}.",  # noqa: E501
                    "Say over what the activity runs and what each instance gives.")  # fmt: skip
    return Said(severity=said.severity, sentence=said.sentence, mend=said.mend)


def called(piece: Piece) -> Said:
    """Read `zeebe:calledElement`."""
    process = piece.element.get("processId", "").strip()
    piece.bearer.set("calledElement", process.strip('=" '))
    if process.startswith("="):
        return todo(f"The called process is computed: {quoted(process)}.",
                    "Name the process that is called.")  # fmt: skip
    return kept(f"It calls {quoted(process)}.")


def decision(piece: Piece) -> Said:
    """Read `zeebe:calledDecision`."""
    piece.notes.decision = piece.element.get("decisionId", "").strip()
    said = _part(piece, "resultVariable", family.result)
    return said or kept(f"It asks {quoted(piece.notes.decision)}.")


def script(piece: Piece) -> Said:
    """Read `zeebe:script`: one FEEL expression and its name."""
    text = piece.element.get("expression", "")
    target = variable(piece.element.get("resultVariable") or "result")
    try:
        feel, guesses = piece.draft.feel(text)
    except Untranslatable as error:
        return untranslated("The script", text, error, "An operation stands in its place.")
    piece.notes.script.append(f"{target} = {feel}")
    return translated("The script", text, feel, guesses)


def schedule(piece: Piece) -> Said:
    """Read `zeebe:taskSchedule`."""
    later = piece.element.get("followUpDate")
    said = _together(piece, [_part(piece, "dueDate", family.due)])
    if later:
        return Said(severity="dropped", mend=said.mend,
                    sentence=f"{said.sentence} Follow-up {quoted(later)} is dropped.")  # fmt: skip
    return said


def subscription(piece: Piece) -> Said:
    """Read how a message finds its case."""
    return todo(f"{quoted(piece.value)}: messages find their case by links between cases here.",
                "Send the message with the operations tell or tell_self.")  # fmt: skip


_FORM_HINT = ignored("all user tasks are this product's own")

DIALECT = Dialect(
    title="Camunda 8",
    namespaces=("http://camunda.org/schema/zeebe/1.0",),
    language="feel",
    attributes={
        "modelerTemplate": ignored("templates belong to the other product's editor"),
        "modelerTemplateVersion": ignored("templates belong to the other product's editor"),
        "modelerTemplateIcon": ignored("templates belong to the other product's editor"),
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
        "executionListeners": family.event_listener,
        "taskListeners": family.event_listener,
        "priorityDefinition": ignored("lists and priorities are this product's own"),
        "versionTag": ignored("versions are counted here"),
    },
)
