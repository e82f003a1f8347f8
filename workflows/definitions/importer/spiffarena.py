"""The dialect of SpiffArena: Python expressions, JSON schema forms, code before and after steps."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.importer.draft import remove, translated, untranslated
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import operation
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.scripts import foreign_script
from workflows.definitions.importer.vendor import Dialect, Piece, dropped, kept, todo
from workflows.definitions.reading import SPIFF, local, spiff

KNOWN = frozenset((
    "form", "unit", "assignee", "about", "due", "warn", "stage", "public", "name_en", "sentence",
    "sentence_en", "notify", "pauses", "roles",
))  # fmt: skip
"""Properties that mean something here."""


def properties(piece: Piece) -> Said:
    """Read extension properties: those of ours stay, forms are named, others are dropped."""
    said: list[str] = []
    severity = "kept"
    for one in list(piece.element.iterchildren(spiff("property"))):
        name, value = one.get("name", ""), one.get("value", "")
        if name in KNOWN:
            continue
        remove(one)
        if name == "formJsonSchemaFilename":
            piece.notes.form = _schema_name(value)
            severity = "todo"
            said.append(f"the form {quoted(value)} lies outside the diagram; an empty one was made")
        else:
            severity = severity if severity == "todo" else "dropped"
            said.append(f"{name} = {quoted(value)} is not carried over")
    if len(piece.element) == 0:
        remove(piece.element)
    mend = "Draw the fields of the form in the form editor." if severity == "todo" else ""
    if severity == "todo":
        return todo(f"Properties: {'; '.join(said)}.", mend)
    if severity == "dropped":
        return dropped(f"Properties: {'; '.join(said)}.")
    return kept("")


def _schema_name(value: str) -> str:
    name = value.rpartition("/")[2]
    for ending in (".json", "-schema", "_schema", ".schema"):
        name = name.removesuffix(ending)
    return name


def code(piece: Piece) -> Said:
    """Read a pre-script or post-script: it is not run."""
    text = "".join(piece.element.itertext()).strip()
    lines = foreign_script(piece.draft, text)
    remove(piece.element)
    if not text:
        return dropped(f"An empty {piece.name}.")
    where = "before" if piece.name == "preScript" else "behind"
    hint = f" In FEEL: {'; '.join(lines)}." if lines else ""
    return todo(f"The code {quoted(text)} is not run beside a step.{hint}",
                f"Draw a script task {where} the step.")  # fmt: skip


def service(piece: Piece) -> Said:
    """Read an operator: its name and parameters, Python to FEEL."""
    element = piece.element
    name = operation(element.get("id", "").replace("/", "_"))
    piece.notes.operation = name
    piece.notes.result = element.get("resultVariable", "")
    lost: list[str] = []
    for one in element.iter(spiff("parameter")):
        value = one.get("value", "")
        try:
            piece.notes.parameters[operation(one.get("id", ""))] = piece.draft.feel(value)[0]
        except Untranslatable as error:
            piece.notes.parameters[operation(one.get("id", ""))] = "null"
            lost.append(f"{one.get('id')} = {value} ({error})")
    remove(element)
    more = f" Not translated: {'; '.join(lost)}." if lost else ""
    return todo(f"The connector {quoted(element.get('id', ''))} is the operation {name}, which"
                f" does not exist yet.{more}", "Write the operation.")  # fmt: skip


def hidden(piece: Piece) -> Said:
    """Read what SpiffArena alone needs."""
    text = "".join(piece.element.itertext()).strip()
    said = " ".join([text, *(f"{k}={v}" for k, v in piece.element.attrib.items())]).strip()
    remove(piece.element)
    return dropped(f"{quoted(said or piece.name)} is not carried over: nothing here reads it.")


def payload(piece: Piece) -> Said:
    """Read a message's payload, Python to FEEL."""
    text = "".join(piece.element.itertext()).strip()
    try:
        feel, guesses = piece.draft.feel(text)
    except Untranslatable as error:
        remove(piece.element)
        return untranslated("The payload", text, error, "The message carries nothing.")
    for child in list(piece.element):
        piece.element.remove(child)
    piece.element.text = feel
    return translated("The payload", text, feel, guesses)


def stays(piece: Piece) -> Said:
    """Read what is said here in the same way."""
    return kept(f"{quoted(''.join(piece.element.itertext()))} stays as it is.")


def is_arena(root: etree._Element) -> bool:
    """Return whether a diagram with this namespace comes from SpiffArena rather than from here."""
    for one in root.iter():
        kind = local(one)
        if one.tag == spiff("property") and one.get("name") not in KNOWN:
            return True
        if kind in ("preScript", "postScript", "instructionsForEndUser", "unitTests",
                    "processModelDisplayName", "guestConfirmation", "allowGuest",
                    "serviceTaskExtensions", "correlationProperty"):  # fmt: skip
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
            ("instructionsForEndUser", "unitTests", "serviceTaskExtensions", "allowGuest",
             "guestConfirmation", "processModelDisplayName", "processVariableCorrelation",
             "isMatchingCorrelation", "signalButtonLabel", "taskMetadataValues",
             "isOutputSynthetic", "category"),
            hidden,
        ),
    },
)  # fmt: skip
