"""The dialect of SpiffArena: Python expressions, JSON schema forms, code before and after steps."""

from __future__ import annotations

import re

from lxml import etree

from workflows.definitions.importer.draft import (
    is_feel,
    plain_name,
    remove,
    translated,
    untranslated,
)
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.gathering import form_name
from workflows.definitions.importer.names import operation
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.scripts import foreign_script
from workflows.definitions.importer.vendor import Dialect, Piece, dropped, kept, todo
from workflows.definitions.messages import Message
from workflows.definitions.reading import SPIFF, local, spiff

_SECRET = re.compile(r"SPIFF_SECRET:|\bsecrets\b")
KNOWN = frozenset(
    (
        "form",
        "unit",
        "assignee",
        "about",
        "due",
        "warn",
        "stage",
        "public",
        "name_en",
        "sentence",
        "sentence_en",
        "notify",
        "pauses",
        "roles",
    )
)
"""Properties that mean something here."""


def properties(piece: Piece) -> Said:
    """Read extension properties: those of ours stay, forms are named, others are dropped."""
    said: list[Message] = []
    severity = "kept"
    for one in list(piece.element.iterchildren(spiff("property"))):
        name, value = one.get("name", ""), one.get("value", "")
        if name in KNOWN:
            continue
        remove(one)
        if name == "formJsonSchemaFilename":
            piece.notes.form = form_name(value)
            if piece.notes.form in piece.draft.beside:
                continue
            severity = "todo"
            said.append(
                Message(
                    "the form %(value)s lies outside the diagram; an empty one was made",
                    value=quoted(value),
                )
            )
        else:
            severity = severity if severity == "todo" else "dropped"
            said.append(
                Message("%(name)s = %(value)s is not carried over", name=name, value=quoted(value))
            )
    if len(piece.element) == 0:
        remove(piece.element)
    mend = Message("Draw the fields of the form in the form editor.") if severity == "todo" else ""
    if severity == "todo":
        return todo(Message("Properties: %(said)s.", said=tuple(said)), mend)
    if severity == "dropped":
        return dropped(Message("Properties: %(said)s.", said=tuple(said)))
    return kept("")


def code(piece: Piece) -> Said:
    """Read a pre-script or post-script: it is not run."""
    text = "".join(piece.element.itertext()).strip()
    lines = foreign_script(piece.draft, text)
    remove(piece.element)
    if not text:
        return dropped(Message("An empty %(name)s.", name=piece.name))
    hint = Message("In FEEL: %(lines)s.", lines="; ".join(lines)) if lines else ""
    return todo(
        together(
            Message("The code %(text)s is not run beside a step.", text=quoted(text)),
            hint,
        ),
        Message("Draw a script task before the step.")
        if piece.name == "preScript"
        else Message("Draw a script task behind the step."),
    )


def service(piece: Piece) -> Said:
    """Read an operator: its name and parameters, Python to FEEL."""
    element = piece.element
    name = operation(element.get("id", "").replace("/", "_"))
    piece.notes.operation = name
    piece.notes.result = element.get("resultVariable", "")
    lost: list[Message] = []
    for one in element.iter(spiff("parameter")):
        value, key = one.get("value", ""), one.get("id") or one.get("name") or ""
        try:
            piece.notes.parameters[operation(key)] = _given(piece, value)
        except Untranslatable as error:
            piece.notes.parameters[operation(key)] = "null"
            lost.append(
                Message(
                    "%(id)s = %(value)s (%(reason)s)",
                    id=key,
                    value=value,
                    reason=error.reason,
                )
            )
    remove(element)
    more = Message("Not translated: %(lost)s.", lost=tuple(lost)) if lost else ""
    return todo(
        together(
            Message(
                "The connector %(id)s is the operation %(name)s, which does not exist yet.",
                id=quoted(element.get("id", "")),
                name=name,
            ),
            more,
        ),
        Message("Write the operation."),
    )


def _given(piece: Piece, value: str) -> str:
    """Return a parameter in FEEL; nobody is asked in a form for what must stay secret."""
    if _SECRET.search(value):
        raise Untranslatable(Message("the operation keeps its secrets in its own settings"))
    return piece.draft.feel(value)[0]


def hidden(piece: Piece) -> Said:
    """Read what SpiffArena alone needs."""
    text = "".join(piece.element.itertext()).strip()
    said = " ".join([text, *(f"{k}={v}" for k, v in piece.element.attrib.items())]).strip()
    remove(piece.element)
    return dropped(
        Message(
            "%(said)s is not carried over: nothing here reads it.", said=quoted(said or piece.name)
        )
    )


def payload(piece: Piece) -> Said:
    """Read a message's payload, Python to FEEL."""
    text = "".join(piece.element.itertext()).strip()
    try:
        feel, guesses = piece.draft.feel(text)
    except Untranslatable as error:
        remove(piece.element)
        return untranslated(
            Message("The payload"), text, error, Message("The message carries nothing.")
        )
    for child in list(piece.element):
        piece.element.remove(child)
    piece.element.text = feel
    return translated(Message("The payload"), text, feel, guesses)


def stays(piece: Piece) -> Said:
    """Read what is said here in the same way."""
    return kept(
        Message("%(value)s stays as it is.", value=quoted("".join(piece.element.itertext())))
    )


def is_arena(root: etree._Element) -> bool:
    """Return whether a diagram with this namespace comes from SpiffArena rather than from here."""
    for one in root.iter():
        kind = plain_name(local(one))
        if kind == "conditionExpression" and not is_feel("".join(one.itertext())):
            return True
        if one.tag == spiff("property") and one.get("name") not in KNOWN:
            return True
        if kind in (
            "preScript",
            "postScript",
            "instructionsForEndUser",
            "unitTests",
            "processModelDisplayName",
            "guestConfirmation",
            "allowGuest",
            "serviceTaskExtensions",
            "correlationProperty",
        ):
            return True
        if kind == "serviceTaskOperator" and "/" in (one.get("id") or ""):
            return True
    return False


DIALECT = Dialect(
    title="SpiffArena",
    namespaces=(SPIFF,),
    language="python",
    attributes={},
    elements={
        "properties": properties,
        "preScript": code,
        "postScript": code,
        "serviceTaskOperator": service,
        "calledDecisionId": stays,
        "messageVariable": stays,
        "variableName": stays,
        "messagePayload": payload,
        "payloadExpression": payload,
        **dict.fromkeys(
            (
                "instructionsForEndUser",
                "unitTests",
                "serviceTaskExtensions",
                "allowGuest",
                "guestConfirmation",
                "processModelDisplayName",
                "processVariableCorrelation",
                "isMatchingCorrelation",
                "signalButtonLabel",
                "taskMetadataValues",
                "isOutputSynthetic",
                "category",
            ),
            hidden,
        ),
    },
)
