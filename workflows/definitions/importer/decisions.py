"""Decision files that lie beside a diagram: DMN of any version and vendor, made ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from workflows.definitions.importer import pen
from workflows.definitions.importer.doorstep import DC, DI
from workflows.definitions.importer.draft import Draft, untranslated, written
from workflows.definitions.importer.expressions import Untranslatable, translate
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.tokens import string
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable, bpmn, local, namespace, read_xml
from workflows.definitions.tables import tables_of
from workflows.feel import FeelError, compile_expression, compile_unary_tests

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMNDI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_KEPT = frozenset((DMN, DMNDI, DC, DI, ""))
_SPACES = {None: DMN, "dmndi": DMNDI, "dc": DC, "di": DI}
_FEEL = re.compile(r"^(?:feel|.*omg\.org/spec/(?:DMN|FEEL)/.*)$", re.IGNORECASE)
_EQUAL = re.compile(r"^(==|!=)\s*(.+)$", re.DOTALL)
_NAME = re.compile(r"[^\w.\-]+")
_ADVICE = Message("Look at the table in the studio.")


def read_decisions(draft: Draft, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the decision files of a bundle, each named after its first decision."""
    made: dict[str, bytes] = {}
    for path, data in files.items():
        try:
            root = read_xml(data)
        except Unreadable as error:
            raise error.refused(path) from error
        if local(root) != "definitions" or "DMN" not in namespace(root):
            _say(draft, "", path, "dropped", Message("The file is no DMN model; it is left out."))
            continue
        ids = _ids(draft, root)
        if not ids:
            _say(draft, "", path, "dropped", Message("The file holds no decision."))
            continue
        root = _one_namespace(draft, root, path)
        _vendors(draft, root)
        for element in list(root.iter()):
            _texts(draft, element)
        stem = path.rpartition("/")[2].rpartition(".")[0]
        name = stem if stem in ids else ids[0]
        made[f"{name}.dmn"] = serialize(root)
    return made


def serialize(root: etree._Element) -> bytes:
    """Return a decision file as bytes, always in the same way."""
    etree.cleanup_namespaces(root, top_nsmap=_SPACES)
    for element in root.iter():
        if element.text is not None and not element.text.strip() and len(element):
            element.text = None
        element.tail = None
    etree.indent(root, space="  ")
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=False).decode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _say(
    draft: Draft, element: str, subject: str, severity: str, sentence: Message, mend: str = ""
) -> None:
    said = Said(severity=severity, sentence=sentence, mend=mend)  # type: ignore[arg-type]
    draft.report.add(element, "", subject, said)


def _ids(draft: Draft, root: etree._Element) -> list[str]:
    """Return the ids of the decisions, made such that a file can bear them."""
    found = []
    for element in root.iter():
        if local(element) != "decision":
            continue
        old = element.get("id", "")
        new = _NAME.sub("_", old).strip("._-")[:80] or "decision"
        while new in found:
            new = f"{new}_2"
        if new != old:
            element.set("id", new)
            sentence = Message(
                "The id %(old)s could not stay; it is %(new)s now.",
                old=quoted(old),
                new=quoted(new),
            )
            _say(draft, new, "id", "guessed", sentence)
            for other in root.iter():
                if other.get("href") == f"#{old}":
                    other.set("href", f"#{new}")
        found.append(new)
    return found


def _one_namespace(draft: Draft, root: etree._Element, path: str) -> etree._Element:
    """Return the model in the namespace of DMN 1.3, the picture of any version with it."""
    space = namespace(root)
    if space != DMN:
        sentence = Message("The model of %(space)s is one of DMN 1.3 now.", space=quoted(space))
        _say(draft, "", path, "kept", sentence)
    return _copied(root, space, None)


def _copied(element: etree._Element, space: str, parent: etree._Element | None) -> etree._Element:
    """Return a copy whose model has no prefix, and whose picture has those of ours."""
    tag, own = element.tag, namespace(element)
    if own == space:
        tag = f"{{{DMN}}}{local(element)}"
    elif own.endswith("/DMNDI/"):
        tag = f"{{{DMNDI}}}{local(element)}"
    if parent is None:
        made = etree.Element(tag, element.attrib, nsmap=_SPACES)
    else:
        made = etree.SubElement(parent, tag, element.attrib, nsmap=element.nsmap)
    made.text = element.text
    for child in element:
        _copied(child, space, made)
    return made


def _vendors(draft: Draft, root: etree._Element) -> None:
    """Take out what other products have added, and say so."""
    for element in list(root.iter()):
        if element is not root and element.getparent() is None:
            continue
        decision = _decision_of(element)
        if not isinstance(element.tag, str):
            element.getparent().remove(element)
        elif namespace(element) not in _KEPT or local(element) == "extensionElements":
            _gone(draft, decision, local(element), written(element))
            element.getparent().remove(element)
        else:
            for key in list(element.attrib):
                space = str(key)[1:].partition("}")[0] if str(key).startswith("{") else ""
                if space not in _KEPT:
                    value = element.attrib.pop(key)
                    _gone(draft, decision, str(key).rpartition("}")[2], value)


def _gone(draft: Draft, decision: str, subject: str, value: str) -> None:
    sentence = Message("%(value)s is not carried over: nothing here reads it.", value=quoted(value))
    _say(draft, decision, subject, "dropped", sentence)


def _decision_of(element: etree._Element) -> str:
    around = element
    while around is not None and local(around) != "decision":
        around = around.getparent()
    return "" if around is None else str(around.get("id", ""))


def _texts(draft: Draft, element: etree._Element) -> None:
    """Bring an expression or a cell into FEEL."""
    said = element.attrib.pop("expressionLanguage", "")
    child = next((one for one in element if local(one) == "text"), None)
    text = "" if child is None else (child.text or "").strip()
    if child is None or not text:
        return
    foreign = bool(said) and not _FEEL.match(said)
    if local(element) == "inputEntry":
        new = _cell(text)
    else:
        new = _expression(draft, element, text, foreign or text.startswith(("${", "#{")))
    if new != text:
        child.text = new
        sentence = Message(
            "%(subject)s %(text)s is %(feel)s in FEEL.",
            subject=Message("The cell") if "Entry" in local(element) else Message("The expression"),
            text=quoted(text),
            feel=quoted(new),
        )
        _say(draft, _decision_of(element), local(element), "kept", sentence, _ADVICE)


def _cell(text: str) -> str:
    """Return a test of a table in FEEL; what cannot be read stays, and the check tells of it."""
    found = _EQUAL.match(text)
    plain = text
    if found:
        plain = found.group(2) if found.group(1) == "==" else f"not({found.group(2)})"
    if plain.startswith("'") and plain.endswith("'") and len(plain) > 1:
        plain = string(plain[1:-1])
    try:
        compile_unary_tests(plain)
    except FeelError:
        return text
    return plain


def _expression(draft: Draft, element: etree._Element, text: str, foreign: bool) -> str:
    if not foreign:
        try:
            compile_expression(text)
        except FeelError:
            pass
        else:
            return text
    bare = text.removeprefix("${").removeprefix("#{").removesuffix("}") if foreign else text
    try:
        return translate(bare).text
    except Untranslatable as error:
        said = untranslated(Message("The expression"), text, error, Message("It stays as it is."))
        draft.report.add(_decision_of(element), "", local(element), said)
        return text


def name_results(draft: Draft, decisions: Mapping[str, bytes]) -> None:
    """Store a decision's only output under the name that the diagram reads.

    Here it is stored under the decision's id; a script task behind gives it its name.
    """
    single: dict[str, str] = {}
    for path, data in decisions.items():
        for table in tables_of(path, data):
            single |= {table.id: _output(data, table.id)} if table.outputs == {table.id} else {}
    for node in draft.nodes():
        id_ = node.decision if node.kind == "businessRuleTask" else ""
        name = draft.of(node.id).result or single.get(id_, "")
        if id_ not in single or not name or name == id_ or variable(id_) != id_:
            continue
        made = pen.node(draft, node.scope.element, "scriptTask", f"{node.id}_result", name)
        etree.SubElement(made, bpmn("script")).text = f"{name} = {id_}"
        pen.behind(draft, node, made)
        sentence = Message(
            "The decision gives one value, called %(id)s here; a script task behind the step"
            " stores it as %(name)s.",
            id=id_,
            name=name,
        )
        said = Said(severity="guessed", sentence=sentence, mend=_ADVICE)
        draft.say(node, "resultVariable", said)


def _output(data: bytes, decision: str) -> str:
    for element in read_xml(data).iter():
        if local(element) == "decision" and element.get("id") == decision:
            names = [one.get("name") for one in element.iter() if local(one) == "output"]
            return variable(names[0]) if names and names[0] else ""
    return ""
