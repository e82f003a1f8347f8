"""What steps do: scripts, operations, decisions and due times are written into the tree."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Node
from workflows.definitions.importer.draft import (
    Draft,
    set_property,
)
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted, together
from workflows.definitions.importer.scripts import foreign_script, skipped
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn, spiff

_LANGUAGES = {
    "feel": "feel",
    "javascript": "script",
    "groovy": "script",
    "python": "script",
    "juel": "juel",
    "js": "script",
    "ecmascript": "script",
}


def _language(draft: Draft, element: etree._Element, attribute: str) -> str:
    said = (element.get(attribute) or "").lower().rpartition("/")[2].removeprefix("x-")
    return _LANGUAGES.get(
        said, "script" if said and attribute == "scriptFormat" else (draft.language)
    )


def read_script(draft: Draft, node: Node) -> None:
    """Make a script of another language lines of FEEL, or an operation that must be written."""
    element = node.element.find(bpmn("script"))
    text = node.script
    notes = draft.of(node.id)
    language = _language(draft, node.element, "scriptFormat")
    written = node.element.attrib.pop("scriptFormat", "")
    lines = notes.script or (foreign_script(draft, text, language) if text else [])
    if not lines:
        notes.operation = notes.operation or variable(f"script_{node.id}").lower()
        node.element.tag = bpmn("serviceTask")
        if element is not None:
            node.element.remove(element)
        draft.say(
            node,
            f"script {written}".strip(),
            Said(
                severity="todo",
                sentence=Message(
                    "The script %(text)s is the operation %(operation)s, which does not exist"
                    " yet: it must do what the script does.",
                    text=quoted(text),
                    operation=notes.operation,
                ),
                mend=Message(
                    "Write the operation, or lines such as total = a + b in a script task."
                ),
            ),
        )
        return
    if element is None:
        element = etree.SubElement(node.element, bpmn("script"))
    for child in list(element):
        element.remove(child)
    element.text = "\n".join(lines)
    lost = skipped(text)
    if lost or written or text.strip() != element.text:
        sentence = Message(
            "The script %(text)s is %(lines)s.", text=quoted(text), lines=quoted("; ".join(lines))
        )
        more = Message("Left out: %(lost)s.", lost="; ".join(lost)) if lost else ""
        draft.say(
            node,
            f"script {written}".strip(),
            Said(severity="dropped" if lost else "kept", sentence=together(sentence, more)),
        )


def write_notes(draft: Draft) -> None:
    """Write what the dialects noted about operations, decisions and due times into the tree."""
    for node in draft.nodes():
        notes = draft.of(node.id)
        if notes.decision and node.kind in ("businessRuleTask", "serviceTask"):
            _decision(node, notes.decision)
        elif notes.script and node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
            _expression_task(node, notes.script, notes.result)
        elif notes.operation and node.kind in ("serviceTask", "sendTask", "businessRuleTask"):
            if node.operator is None:
                operator(node.element, notes.operation, notes.parameters, notes.result)
            node.element.tag = bpmn("serviceTask")
        if notes.due and node.kind == "userTask":
            set_property(node.element, "due", notes.due)


def _decision(node: Node, decision: str) -> None:
    node.element.tag = bpmn("businessRuleTask")
    if node.decision:
        return
    block = node.element.find(bpmn("extensionElements"))
    if block is None:
        block = etree.Element(bpmn("extensionElements"))
        node.element.insert(len(node.element.findall(bpmn("documentation"))), block)
    etree.SubElement(block, spiff("calledDecisionId")).text = decision


def _expression_task(node: Node, script: list[str], result: str) -> None:
    node.element.tag = bpmn("scriptTask")
    line = script[0] if not result else f"{result} = {script[0]}"
    if not result and "=" not in line.partition(" ")[2][:2]:
        line = f"{variable(node.id + '_result')} = {line}"
    etree.SubElement(node.element, bpmn("script")).text = line


def operator(
    element: etree._Element, operation: str, parameters: dict[str, str], result: str
) -> None:
    """Give a service task its operation with parameters and the name of its result."""
    block = element.find(bpmn("extensionElements"))
    if block is None:
        block = etree.Element(bpmn("extensionElements"))
        element.insert(len(element.findall(bpmn("documentation"))), block)
    made = etree.SubElement(
        block, spiff("serviceTaskOperator"), id=operation, resultVariable=result
    )
    held = etree.SubElement(made, spiff("parameters"))
    for name, text in parameters.items():
        etree.SubElement(held, spiff("parameter"), id=name, type="string", value=text)
