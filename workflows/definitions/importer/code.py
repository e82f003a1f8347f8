"""Code of other engines beside a diagram: classes, beans, topics, listeners, inner scripts."""

from __future__ import annotations

from workflows.definitions.importer.draft import Listener, translated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import operation, variable
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.scripts import foreign_script
from workflows.definitions.importer.vendor import (
    Piece,
    dropped,
    guessed,
    kept,
    todo,
)
from workflows.definitions.messages import Message

_WHEN = {
    "start": "before",
    "create": "before",
    "assignment": "before",
    "end": "after",
    "complete": "after",
    "take": "after",
}


_STEPS = {
    "before": Message(
        "The listener %(value)s is a step of its own before the element; it calls the operation"
        " %(name)s, which does not exist yet."
    ),
    "after": Message(
        "The listener %(value)s is a step of its own behind the element; it calls the operation"
        " %(name)s, which does not exist yet."
    ),
}


_WRITE_OPERATION = Message(
    "Write the operation, or replace the step by a user task; until then the check refuses it."
)


def code(piece: Piece) -> Said:
    """Read a class, bean or expression that a task calls: it becomes a named operation."""
    value, name = piece.value.strip(), operation(piece.value)
    if piece.kind in ("userTask", "callActivity", "process", "exclusiveGateway"):
        return dropped(
            Message(
                "%(value)s would run code beside the element; nothing is run here.",
                value=quoted(value),
            )
        )
    if piece.name == "expression":
        try:
            feel, guesses = piece.draft.feel(value)
        except Untranslatable:
            pass
        else:
            piece.notes.script.append(feel)
            return translated(Message("The expression"), value, feel, guesses)
    piece.notes.operation = name
    return todo(
        Message(
            "%(value)s is the operation %(name)s, which does not exist yet: it must do what that"
            " code does.",
            value=quoted(value),
            name=name,
        ),
        _WRITE_OPERATION,
    )


def result(piece: Piece) -> Said:
    """Read the variable that takes a result."""
    piece.notes.result = variable(piece.value)
    if piece.kind == "businessRuleTask":
        return guessed(
            Message(
                "The result %(value)s is stored by its decision: each output under its own name.",
                value=quoted(piece.value),
            ),
            Message("Look whether the expressions behind read the outputs of the table."),
        )
    return kept(Message("%(value)s takes the result of the operation.", value=quoted(piece.value)))


def kind_of_task(piece: Piece) -> Said:
    """Read the type of a service task: mail, http, external ..."""
    value = piece.value.strip()
    if value == "external":
        return kept(Message("An external task: its topic is the operation."))
    if value == "dmn":
        return kept(Message("A decision table: the task is a business rule task."))
    piece.notes.operation = (
        piece.notes.operation or f"send_{value}" if value == "mail" else (operation(value))
    )
    return todo(
        Message(
            "The built-in task %(value)s is the operation %(operation)s, which does not exist yet.",
            value=quoted(value),
            operation=piece.notes.operation,
        ),
        _WRITE_OPERATION,
    )


def topic(piece: Piece) -> Said:
    """Read the topic of an external task."""
    piece.notes.operation = operation(piece.value)
    return todo(
        Message(
            "The external topic %(value)s is the operation %(operation)s, which does not exist"
            " yet.",
            value=quoted(piece.value),
            operation=piece.notes.operation,
        ),
        _WRITE_OPERATION,
    )


def listener(piece: Piece) -> Said:
    """Read a listener: a step of its own before or after, that calls a named operation."""
    element = piece.element
    event = element.get("event", "create" if piece.name == "taskListener" else "")
    event = event or ("take" if piece.kind == "sequenceFlow" else "start")
    target = next(
        (
            element.get(one, "")
            for one in ("class", "delegateExpression", "expression")
            if element.get(one)
        ),
        f"{piece.id}_{event}_script",
    )
    name = operation(target)
    when = _WHEN.get(event, "")
    if not when or piece.name == "eventListener":
        return todo(
            Message("The listener %(value)s has no step here.", value=quoted(piece.value)),
            Message("Draw what it does as a step of its own."),
        )
    piece.notes.listeners.append(Listener(when=when, operation=name))
    return todo(
        Message(_STEPS[when], value=quoted(piece.value), name=name),
        Message(
            "Write the operation; or delete the step, if it only chose people, which lanes and"
            " assignees do here."
        ),
    )


def event_listener(piece: Piece) -> Said:
    """Read a listener of the engine's events."""
    return todo(
        Message("The listener %(value)s has no step here.", value=quoted(piece.value)),
        Message("Draw what it does as a step of its own."),
    )


def script_inside(piece: Piece) -> Said:
    """Read a script inside an extension, such as that of a listener."""
    text = "".join(piece.element.itertext())
    lines = foreign_script(piece.draft, text)
    hint = Message("In FEEL: %(lines)s.", lines="; ".join(lines)) if lines else ""
    return todo(
        together(Message("The script %(text)s is not run.", text=quoted(text)), hint),
        Message("Draw a script task in its place."),
    )
