"""The doorstep of the importer: a file becomes one BPMN 2.0 tree, in whatever namespace it came."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import NODES
from workflows.definitions.importer.report import Report, Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import (
    BPMN,
    XSI,
    Unreadable,
    decode,
    local,
    namespace,
    read_xml,
)

MOST_NODES = 1_500
OLDER = (
    "http://schema.omg.org/spec/BPMN/2.0",
    "http://www.omg.org/bpmn20",
    "http://www.omg.org/spec/BPMN/2.0/MODEL",
)
"""Namespaces of drafts of the standard, which older tools still write."""
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
STANDARD = frozenset((BPMN, BPMNDI, DC, DI, XSI, ""))
_WORDED = frozenset(
    (
        "flowNodeRef",
        "incoming",
        "outgoing",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "condition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "completionCondition",
        "sourceRef",
        "targetRef",
        "dataInputRefs",
        "dataOutputRefs",
        "categoryValueRef",
        "supportedInterfaceRef",
        "from",
        "to",
        "transformation",
        "messagePath",
        "dataPath",
        "resourceRef",
        "expression",
        "eventDefinitionRef",
        "participantRef",
        "messageFlowRef",
        "activationCondition",
        "inMessageRef",
        "outMessageRef",
        "errorRef",
        "operationRef",
        "correlationPropertyRef",
        "interfaceRef",
        "inputSetRefs",
        "outputSetRefs",
        "loopCondition",
        "partitionElementRef",
    )
)
"""Elements whose content is words; all others hold elements only."""
_MIXED = ("documentation", "text", "script", "conditionExpression", "formalExpression")
_REFERENCES = (
    "messageRef",
    "signalRef",
    "errorRef",
    "escalationRef",
    "sourceRef",
    "targetRef",
    "default",
    "attachedToRef",
    "processRef",
    "bpmnElement",
    "dataObjectRef",
    "categoryValueRef",
    "dataStoreRef",
    "itemSubjectRef",
)


def read(data: bytes, report: Report) -> etree._Element:
    """Return the tree of a BPMN file; raise Unreadable when it is none.

    Names in the standard's namespace, references without prefixes.
    """
    root = read_xml(data)
    if local(root) != "definitions" or not _is_bpmn(namespace(root)):
        raise Unreadable(
            "xml",
            Message("the file is not BPMN 2.0: its root is <%(root)s>", root=local(root)),
            Message("Export the diagram as BPMN 2.0 from the product in which it was drawn."),
        )
    _standard(root, report)
    if sum(1 for one in root.iter() if local(one) in NODES) > MOST_NODES:
        raise Unreadable(
            "size",
            Message("the file holds more than %(most)s nodes", most=MOST_NODES),
            Message("Split the process into called processes."),
        )
    if root.find(f"{{{BPMN}}}process") is None:
        raise Unreadable(
            "xml",
            Message("the file holds no process"),
            Message("Draw a process, or export the right diagram."),
        )
    _remarks(data, report)
    _misplaced(root, report)
    _stray(root, report)
    for element in root.iter():
        _plain(element)
    return root


def _is_bpmn(space: str) -> bool:
    return space in (BPMN, "", *OLDER)


def _standard(root: etree._Element, report: Report) -> None:
    """Put elements of drafts of the standard, or of no namespace, into the standard's own."""
    space = namespace(root)
    if space == BPMN:
        return
    for element in root.iter():
        inside = any(local(one) == "extensionElements" for one in element.iterancestors())
        if isinstance(element.tag, str) and namespace(element) == space and not inside:
            element.tag = f"{{{BPMN}}}{local(element)}"
    report.add(
        "",
        "",
        Message("namespace"),
        Said(
            severity="guessed",
            sentence=Message(
                "The file names %(space)s; it is read as BPMN 2.0.",
                space=space or Message("no namespace"),
            ),
            mend=Message("Compare the picture with the original."),
        ),
    )


def _remarks(data: bytes, report: Report) -> None:
    remarks = decode(data).count("<!--")
    if remarks:
        report.add(
            "",
            "",
            Message("XML comments"),
            Said(
                severity="dropped",
                sentence=Message(
                    "%(remarks)s remarks between the lines of the XML are not carried over.",
                    remarks=remarks,
                ),
                mend=Message("Write what matters into the documentation of an element."),
            ),
        )


def _misplaced(root: etree._Element, report: Report) -> None:
    """Take out steps and flows that stand inside the picture, and tell of them."""
    for element in list(root.iter()):
        parent = element.getparent()
        inside = parent is not None and namespace(parent) in (BPMNDI, DI, DC)
        if not inside or namespace(element) != BPMN:
            continue
        text = " ".join(etree.tostring(element, encoding="unicode", with_tail=False).split())
        said = Said(
            severity="dropped",
            sentence=Message("%(element)s stands inside the picture.", element=quoted(text)),
            mend=Message("Draw it again."),
        )
        report.add(element.get("id", ""), element.get("name", ""), local(element), said)
        parent.remove(element)


def _stray(root: etree._Element, report: Report) -> None:
    """Take out words between elements, where BPMN has no place for them, and tell of them."""
    for element in root.iter():
        if not isinstance(element.tag, str) or namespace(element) not in STANDARD:
            continue
        if local(element) in _MIXED:
            continue
        words = [child.tail or "" for child in element]
        if len(element) or local(element) not in _WORDED:
            words.append(element.text or "")
            element.text = None
        for child in element:
            child.tail = None
        for one in filter(str.strip, words):
            report.add(
                element.get("id", ""),
                element.get("name", ""),
                local(element),
                Said(
                    severity="dropped",
                    sentence=Message("%(one)s stands between elements.", one=quoted(one)),
                ),
            )


def _plain(element: etree._Element) -> None:
    """Write references without a prefix, and types of expressions in one way."""
    for name in _REFERENCES:
        value = element.get(name)
        if value is not None:
            element.set(name, _unprefixed(element, value))
    if local(element) in ("flowNodeRef", "incoming", "outgoing"):
        element.text = _unprefixed(element, element.text or "")
    kind = element.get(f"{{{XSI}}}type")
    if kind is not None and kind.rpartition(":")[2] in ("tFormalExpression", "tExpression"):
        element.set(f"{{{XSI}}}type", f"bpmn:{kind.rpartition(':')[2]}")


def _unprefixed(element: etree._Element, value: str) -> str:
    prefix, colon, rest = value.strip().partition(":")
    return rest if colon and prefix in element.nsmap else value.strip()
