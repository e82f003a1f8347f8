"""What Activiti, Flowable, Camunda 7 and Operaton say in the same words: people, forms, code."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definitions.importer import people
from workflows.definitions.importer.code import (
    code,
    event_listener,
    kind_of_task,
    listener,
    result,
    script_inside,
    topic,
)
from workflows.definitions.importer.draft import translated, untranslated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.vendor import (
    Piece,
    Reader,
    dropped,
    ignored,
    kept,
    todo,
)
from workflows.definitions.messages import Message
from workflows.definitions.places import is_literal
from workflows.definitions.reading import local


def due(piece: Piece) -> Said:
    """Read a due date: a literal, or an expression."""
    value = piece.value.strip()
    if is_literal(value):
        piece.notes.due = value
        return kept(Message("%(value)s is the property due.", value=quoted(value)))
    try:
        feel, guesses = (
            piece.draft.feel(value)
            if "{" in value or value.startswith("=")
            else (piece.draft.value(value))
        )
    except Untranslatable as error:
        return untranslated(
            Message("The due date"), value, error, Message("The task has no due date yet.")
        )
    if feel.startswith('"'):
        return todo(
            Message("The due date %(value)s is no time.", value=quoted(value)),
            Message("Write such as workdays(5)."),
        )
    piece.notes.due = feel
    return translated(Message("The due date"), value, feel, guesses)


def form_key(piece: Piece) -> Said:
    """Read a form key: the name of a form that lies elsewhere, beside or inside the process."""
    key, draft = piece.value.strip(), piece.draft
    name = key.rpartition(":")[2].rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    piece.notes.form = name if name in draft.embedded else stem
    if piece.notes.form in draft.beside:
        return kept(
            Message("The form %(key)s lies beside the diagram; it is a form here.", key=quoted(key))
        )
    if piece.notes.form in draft.embedded:
        return kept(
            Message("The form %(key)s lies inside the process; it is a file now.", key=quoted(key))
        )
    return todo(
        Message(
            "The form %(key)s lies outside the diagram; an empty one was made in its place.",
            key=quoted(key),
        ),
        Message("Draw its fields in the form editor, or import it together with the diagram."),
    )


def collection(piece: Piece) -> Said:
    """Read over what a multi-instance activity runs."""
    value = piece.value.strip()
    try:
        feel, guesses = piece.draft.feel(value)
    except Untranslatable as error:
        piece.notes.collection = variable(f"{piece.id}_items")
        return untranslated(
            Message("The collection"),
            value,
            error,
            Message(
                "The name %(collection)s stands in its place.", collection=piece.notes.collection
            ),
        )
    piece.notes.collection = feel
    return translated(Message("The collection"), value, feel, guesses)


def item(piece: Piece) -> Said:
    """Read the name of one item of a collection."""
    piece.notes.item = variable(piece.value)
    return kept(Message("Each item is called %(item)s.", item=piece.notes.item))


def parameter(piece: Piece) -> Said:
    """Read an `activiti:field`: a parameter of the operation."""
    element = piece.element
    name = variable(element.get("name", "value"))
    inner = next((one for one in element.iterchildren()), None)
    text = (
        element.get("stringValue")
        or element.get("expression")
        or ("".join(inner.itertext()) if inner is not None else "")
    )
    if name == "decisionTableReferenceKey":
        piece.notes.decision = text.strip()
        return kept(Message("%(text)s is the decision.", text=quoted(text)))
    return _parameter(piece, name, text)


def _parameter(piece: Piece, name: str, text: str) -> Said:
    try:
        feel, guesses = piece.draft.value(text)
    except Untranslatable as error:
        piece.notes.parameters[name] = "null"
        return untranslated(
            Message("The parameter %(name)s", name=name),
            text,
            error,
            Message("It is null for now."),
        )
    piece.notes.parameters[name] = feel
    return translated(Message("The parameter %(name)s", name=name), text, feel, guesses)


def mapping(piece: Piece) -> Said:
    """Read what a call hands over and takes back."""
    element = piece.element
    source = element.get("source") or element.get("sourceExpression", "")
    target = element.get("target", "")
    if element.get("businessKey"):
        return dropped(Message("The business key is not carried over: a case has its number."))
    if element.get("variables") == "all" or source == target:
        return kept(
            Message(
                "%(value)s: a called process sees all values under their names.",
                value=quoted(piece.value),
            )
        )
    return todo(
        Message(
            "%(value)s: values keep their names in a called process; %(source)s is not handed"
            " over as %(target)s.",
            value=quoted(piece.value),
            source=source,
            target=target,
        ),
        Message(
            "Put a script task with %(target)s = %(source)s before or after the call.",
            target=variable(target),
            source=variable(source),
        ),
    )


def properties(piece: Piece) -> Said:
    """Read free properties of an element."""
    return dropped(
        Message("%(value)s is not carried over: nothing here reads it.", value=quoted(piece.value)),
        Message("If the other system's pages read it, say it in the form."),
    )


def starters(piece: Piece) -> Said:
    """Read who may start a case."""
    return todo(
        Message("%(value)s may start a case in the other product.", value=quoted(piece.value)),
        Message("List the roles under started_by in bundle.toml."),
    )


def initiator(piece: Piece) -> Said:
    """Read the variable that holds who started the case."""
    return kept(
        Message(
            "Tasks of %(value)s lie in the lane of whoever brings the case.",
            value=quoted(piece.value),
        )
    )


_TECHNICAL = ignored(Message("it tells the other engine how to store and schedule its work"))
_SHOWN_ELSEWHERE = ignored(Message("lists and priorities are this product's own"))

ATTRIBUTES: Mapping[str, Reader] = {
    "assignee": people.assignee,
    "owner": ignored(Message("a task has one holder here")),
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
        (
            "async",
            "asyncBefore",
            "asyncAfter",
            "exclusive",
            "jobPriority",
            "taskPriority",
            "historyTimeToLive",
            "versionTag",
            "isStartableInTasklist",
            "triggerable",
            "asyncLeave",
            "fallbackToDefaultTenant",
            "sameDeployment",
            "async-leave",
        ),
        _TECHNICAL,
    ),
    **dict.fromkeys(("priority", "category", "followUpDate"), _SHOWN_ELSEWHERE),
}

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
