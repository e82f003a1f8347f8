"""What Activiti, Flowable, Camunda 7 and Operaton say in the same words: people, forms, code."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definitions.importer import people
from workflows.definitions.importer.draft import Listener, translated, untranslated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.scripts import foreign_script
from workflows.definitions.importer.vendor import (
    Piece,
    Reader,
    dropped,
    guessed,
    ignored,
    kept,
    todo,
)
from workflows.definitions.places import is_literal
from workflows.definitions.reading import local

_WHEN = {"start": "before", "create": "before", "assignment": "before", "end": "after",
         "complete": "after", "take": "after"}  # fmt: skip
_WRITE_OPERATION = (
    "Write the operation, or replace the step by a user task; until then the check refuses it."
)


def due(piece: Piece) -> Said:
    """Read a due date: a literal, or an expression."""
    value = piece.value.strip()
    if is_literal(value):
        piece.notes.due = value
        return kept(f"{quoted(value)} is the property due.")
    try:
        feel, guesses = piece.draft.feel(value) if "{" in value or value.startswith("=") else (
            piece.draft.value(value))  # fmt: skip
    except Untranslatable as error:
        return untranslated("The due date", value, error, "The task has no due date yet.")
    if feel.startswith('"'):
        return todo(f"The due date {quoted(value)} is no time.", "Write such as workdays(5).")
    piece.notes.due = feel
    return translated("The due date", value, feel, guesses)


def form_key(piece: Piece) -> Said:
    """Read a form key: the name of a form that lies elsewhere, or inside the process."""
    key = piece.value.strip()
    name = key.rpartition(":")[2].rpartition("/")[2]
    piece.notes.form = name if name in piece.draft.embedded else name.rpartition(".")[0] or name
    if name in piece.draft.embedded:
        return kept(f"The form {quoted(key)} lies inside the process; it is a file now.")
    return todo(
        f"The form {quoted(key)} lies outside the diagram; an empty one was made in its place.",
        "Draw its fields in the form editor.",
    )


def code(piece: Piece) -> Said:
    """Read a class, bean or expression that a task calls: it becomes a named operation."""
    value, name = piece.value.strip(), operation(piece.value)
    if piece.kind in ("userTask", "callActivity", "process", "exclusiveGateway"):
        return dropped(f"{quoted(value)} would run code beside the element; nothing is run here.")
    if piece.name == "expression":
        try:
            feel, guesses = piece.draft.feel(value)
        except Untranslatable:
            pass
        else:
            piece.notes.script.append(feel)
            return translated("The expression", value, feel, guesses)
    piece.notes.operation = name
    return todo(f"{quoted(value)} is the operation {name}, which does not exist yet: it must do"
                " what that code does.", _WRITE_OPERATION)  # fmt: skip


def result(piece: Piece) -> Said:
    """Read the variable that takes a result."""
    piece.notes.result = variable(piece.value)
    if piece.kind == "businessRuleTask":
        return guessed(
            f"The result {quoted(piece.value)} is stored by its decision: each output under its"
            " own name.", "Look whether the expressions behind read the outputs of the table.",
        )  # fmt: skip
    return kept(f"{quoted(piece.value)} takes the result of the operation.")


def kind_of_task(piece: Piece) -> Said:
    """Read the type of a service task: mail, http, external ..."""
    value = piece.value.strip()
    if value == "external":
        return kept("An external task: its topic is the operation.")
    if value == "dmn":
        return kept("A decision table: the task is a business rule task.")
    piece.notes.operation = piece.notes.operation or f"send_{value}" if value == "mail" else (
        operation(value))  # fmt: skip
    return todo(
        f"The built-in task {quoted(value)} is the operation {piece.notes.operation}, which does"
        " not exist yet.", _WRITE_OPERATION,
    )  # fmt: skip


def topic(piece: Piece) -> Said:
    """Read the topic of an external task."""
    piece.notes.operation = operation(piece.value)
    return todo(
        f"The external topic {quoted(piece.value)} is the operation {piece.notes.operation}, which"
        " does not exist yet.",
        _WRITE_OPERATION,
    )


def listener(piece: Piece) -> Said:
    """Read a listener: a step of its own before or after, that calls a named operation."""
    element = piece.element
    event = element.get("event", "create" if piece.name == "taskListener" else "")
    event = event or ("take" if piece.kind == "sequenceFlow" else "start")
    target = next(
        (element.get(one, "") for one in ("class", "delegateExpression", "expression")
         if element.get(one)), f"{piece.id}_{event}_script",
    )  # fmt: skip
    name = operation(target)
    when = _WHEN.get(event, "")
    if not when or piece.name == "eventListener":
        return todo(f"The listener {quoted(piece.value)} has no step here.",
                    "Draw what it does as a step of its own.")  # fmt: skip
    piece.notes.listeners.append(Listener(when=when, operation=name))
    return todo(
        f"The listener {quoted(piece.value)} is a step of its own {when} the element; it calls"
        f" the operation {name}, which does not exist yet.",
        "Write the operation; or delete the step, if it only chose people, which lanes and"
        " assignees do here.",
    )


def event_listener(piece: Piece) -> Said:
    """Read a listener of the engine's events."""
    return todo(f"The listener {quoted(piece.value)} has no step here.",
                "Draw what it does as a step of its own.")  # fmt: skip


def collection(piece: Piece) -> Said:
    """Read over what a multi-instance activity runs."""
    value = piece.value.strip()
    try:
        feel, guesses = piece.draft.feel(value)
    except Untranslatable as error:
        piece.notes.collection = variable(f"{piece.id}_items")
        return untranslated("The collection", value, error,
                            f"The name {piece.notes.collection} stands in its place.")  # fmt: skip
    piece.notes.collection = feel
    return translated("The collection", value, feel, guesses)


def item(piece: Piece) -> Said:
    """Read the name of one item of a collection."""
    piece.notes.item = variable(piece.value)
    return kept(f"Each item is called {piece.notes.item}.")


def parameter(piece: Piece) -> Said:
    """Read an `activiti:field`: a parameter of the operation."""
    element = piece.element
    name = variable(element.get("name", "value"))
    inner = next((one for one in element.iterchildren()), None)
    text = element.get("stringValue") or element.get("expression") or (
        "".join(inner.itertext()) if inner is not None else "")  # fmt: skip
    if name == "decisionTableReferenceKey":
        piece.notes.decision = text.strip()
        return kept(f"{quoted(text)} is the decision.")
    return _parameter(piece, name, text)


def _parameter(piece: Piece, name: str, text: str) -> Said:
    try:
        feel, guesses = piece.draft.value(text)
    except Untranslatable as error:
        piece.notes.parameters[name] = "null"
        return untranslated(f"The parameter {name}", text, error, "It is null for now.")
    piece.notes.parameters[name] = feel
    return translated(f"The parameter {name}", text, feel, guesses)


def mapping(piece: Piece) -> Said:
    """Read what a call hands over and takes back."""
    element = piece.element
    source = element.get("source") or element.get("sourceExpression", "")
    target = element.get("target", "")
    if element.get("businessKey"):
        return dropped("The business key is not carried over: a case has its number.")
    if element.get("variables") == "all" or source == target:
        return kept(f"{quoted(piece.value)}: a called process sees all values under their names.")
    return todo(
        f"{quoted(piece.value)}: values keep their names in a called process; {source} is not"
        f" handed over as {target}.",
        f"Put a script task with {variable(target)} = {variable(source)} before or after the call.",
    )


def properties(piece: Piece) -> Said:
    """Read free properties of an element."""
    return dropped(f"{quoted(piece.value)} is not carried over: nothing here reads it.",
                   "If the other system's pages read it, say it in the form.")  # fmt: skip


def starters(piece: Piece) -> Said:
    """Read who may start a case."""
    return todo(f"{quoted(piece.value)} may start a case in the other product.",
                "List the roles under started_by in bundle.toml.")  # fmt: skip


def initiator(piece: Piece) -> Said:
    """Read the variable that holds who started the case."""
    return kept(f"Tasks of {quoted(piece.value)} lie in the lane of whoever brings the case.")


def script_inside(piece: Piece) -> Said:
    """Read a script inside an extension, such as that of a listener."""
    text = "".join(piece.element.itertext())
    lines = foreign_script(piece.draft, text)
    hint = f" In FEEL: {'; '.join(lines)}." if lines else ""
    return todo(f"The script {quoted(text)} is not run.{hint}", "Draw a script task in its place.")


_TECHNICAL = ignored("it tells the other engine how to store and schedule its work")
_SHOWN_ELSEWHERE = ignored("lists and priorities are this product's own")

ATTRIBUTES: Mapping[str, Reader] = {
    "assignee": people.assignee,
    "owner": ignored("a task has one holder here"),
    "candidateUsers": people.users,
    "candidateGroups": people.groups,
    "initiator": initiator,
    "formKey": form_key,
    "formRef": form_key,
    "dueDate": due,
    "resultVariable": result,
    "resultVariableName": result,
    "class": code,
    "delegateExpression": code,
    "expression": code,
    "type": kind_of_task,
    "topic": topic,
    "collection": collection,
    "elementVariable": item,
    "candidateStarterUsers": starters,
    "candidateStarterGroups": starters,
    **dict.fromkeys(
        ("async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority", "taskPriority",
         "historyTimeToLive", "versionTag", "isStartableInTasklist", "triggerable",
         "asyncLeave", "fallbackToDefaultTenant", "sameDeployment", "async-leave"),
        _TECHNICAL,
    ),
    **dict.fromkeys(("priority", "category", "followUpDate"), _SHOWN_ELSEWHERE),
}  # fmt: skip

ELEMENTS: Mapping[str, Reader] = {
    "executionListener": listener,
    "taskListener": listener,
    "eventListener": event_listener,
    "field": parameter,
    "in": mapping,
    "out": mapping,
    "properties": properties,
    "script": script_inside,
    "failedJobRetryTimeCycle": _TECHNICAL,
}


def children(piece: Piece, name: str) -> list[tuple[str, str]]:
    """Return name and text of the children of that local name."""
    return [
        (one.get("name", ""), "".join(one.itertext()).strip())
        for one in piece.element.iter()
        if local(one) == name
    ]
