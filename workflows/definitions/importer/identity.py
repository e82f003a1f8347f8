"""Ids: every element gets one that is an XML name, unique, and not the engine's own."""

from __future__ import annotations

import re

from lxml import etree

from workflows.definitions.diagram import NODES
from workflows.definitions.importer.draft import Draft
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import BPMN, local, namespace

NAMED = NODES | {
    "process",
    "sequenceFlow",
    "laneSet",
    "childLaneSet",
    "lane",
    "participant",
    "collaboration",
    "messageFlow",
    "message",
    "signal",
    "error",
    "escalation",
    "textAnnotation",
    "association",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "group",
}
_NCNAME = re.compile(r"^[^\W\d][\w.\-]*$")
_WRONG = re.compile(r"[^\w.\-]+")
_OWN = ("Start", "End", "Root")
_OWN_ENDINGS = (
    ".BoundaryEventSplit",
    ".BoundaryEventJoin",
    ".EndJoin",
    ".BoundaryEventParent",
)
LENGTH = 100
_ATTRIBUTES = (
    "sourceRef",
    "targetRef",
    "default",
    "attachedToRef",
    "bpmnElement",
    "processRef",
    "calledElement",
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "dataObjectRef",
    "activityRef",
)
_TEXTS = ("flowNodeRef", "incoming", "outgoing", "dataInputRefs", "categoryValueRef")


def give_ids(draft: Draft) -> dict[str, str]:
    """Give ids where they are missing, change those that cannot stay, and follow references.

    Return the changed ids, old -> new. Ids that other trees of the import have are taken.
    """
    taken, own = draft.taken, set[str]()
    changed: dict[str, str] = {}
    for element in draft.root.iter():
        if namespace(element) != BPMN or _inside_extension(element):
            continue
        kind, old = local(element), element.get("id")
        if old is None and kind not in NAMED:
            continue
        new = _id(kind, old, taken)
        # Each process has a file of its own here, but notes are kept by id while several are read.
        elsewhere = old is not None and new.startswith(f"{old}_") and old not in own
        taken.add(new)
        own.add(new)
        if new == old:
            continue
        element.set("id", new)
        if old is not None and old not in own:
            changed[old] = new
        draft.say(element, "id", _elsewhere(old, new) if elsewhere else _said(kind, old, new))
    if changed:
        _follow(draft.root, changed)
    _diagram_ids(draft, taken)
    return changed


def _inside_extension(element: etree._Element) -> bool:
    return any(local(one) == "extensionElements" for one in element.iterancestors())


def usable(kind: str, text: str) -> str:
    """Return a text as an id: an XML name, and none of those that the engine uses itself."""
    wish = text
    if not text or len(text) > LENGTH or not _NCNAME.match(text):
        wish = _WRONG.sub("_", text).strip("_")[:LENGTH] or f"{kind}_1"
    if not _NCNAME.match(wish):
        wish = f"id_{wish}"
    if wish in _OWN or wish.endswith(_OWN_ENDINGS):
        wish = f"{kind}_{wish.replace('.', '_')}"
    return wish


def _id(kind: str, old: str | None, taken: set[str]) -> str:
    wish = usable(kind, old or "")
    if old and wish == old and old not in taken:
        return old
    base, number, new = wish.removesuffix("_1"), 1, wish
    while new in taken:
        number += 1
        new = f"{base}_{number}"
    return new


def _said(kind: str, old: str | None, new: str) -> Said:
    if old is None:
        sentence = Message(
            "The element %(kind)s had no id; it is called %(new)s now.",
            kind=Message(kind),
            new=quoted(new),
        )
    else:
        sentence = Message(
            "The id %(old)s could not stay; it is %(new)s now.", old=quoted(old), new=quoted(new)
        )
    return Said(severity="guessed", sentence=sentence)


def _elsewhere(old: str | None, new: str) -> Said:
    sentence = Message(
        "The id %(old)s is in another file too; it is %(new)s here.",
        old=quoted(old or ""),
        new=quoted(new),
    )
    return Said(severity="kept", sentence=sentence)


def _follow(root: etree._Element, changed: dict[str, str]) -> None:
    for element in root.iter():
        for name in _ATTRIBUTES:
            value = element.get(name)
            if value in changed:
                element.set(name, changed[value])
        if local(element) in _TEXTS and (element.text or "").strip() in changed:
            element.text = changed[(element.text or "").strip()]


def _diagram_ids(draft: Draft, taken: set[str]) -> None:
    """Give the shapes and edges of the picture ids of their own; nobody refers to them."""
    for element in draft.root.iter():
        if local(element) not in ("BPMNShape", "BPMNEdge", "BPMNDiagram", "BPMNPlane"):
            continue
        old = element.get("id")
        plain = _WRONG.sub("_", old or "")[: LENGTH + 20]
        wish = plain if _NCNAME.match(plain) else f"{local(element)}_{plain}".rstrip("_")
        if old is None and element.get("bpmnElement"):
            wish = f"{element.get('bpmnElement')}_di"
        new, number = wish, 1
        while new in taken:
            number += 1
            new = f"{wish}_{number}"
        taken.add(new)
        if new != old:
            element.set("id", new)
