"""Every standard place that evaluates something: its foreign expression becomes FEEL."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.diagram import Flow, Node, child_text
from workflows.definitions.importer.draft import (
    Draft,
    remove,
    set_property,
    translated,
    untranslated,
)
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.importer.scripts import foreign_script, skipped
from workflows.definitions.importer.times import literal
from workflows.definitions.places import TIMERS
from workflows.definitions.reading import XSI, bpmn, local, spiff
from workflows.feel import FeelError, compile_expression

_TYPE = f"{{{XSI}}}type"
_LANGUAGES = {
    "feel": "feel", "javascript": "script", "groovy": "script", "python": "script",
    "juel": "juel", "js": "script", "ecmascript": "script",
}  # fmt: skip


def translate_all(draft: Draft) -> None:
    """Translate conditions, timers, instances and scripts of every diagram of the file."""
    diagram = draft.diagram()
    for scope in diagram.scopes():
        for flow in scope.flows:
            _condition(draft, flow)
        for node in scope.nodes.values():
            for event in node.events:
                _timer(draft, node, event)
                _conditional(draft, node, event)
            _instances(draft, node)
            if node.kind == "scriptTask":
                _script(draft, node)


def _language(draft: Draft, element: etree._Element, attribute: str) -> str:
    said = (element.get(attribute) or "").lower().rpartition("/")[2].removeprefix("x-")
    return _LANGUAGES.get(said, "script" if said and attribute == "scriptFormat" else (
        draft.language))  # fmt: skip


def _feel_already(text: str) -> bool:
    try:
        compile_expression(text)
    except FeelError:
        return False
    return True


def _condition(draft: Draft, flow: Flow) -> None:
    element = flow.element.find(bpmn("conditionExpression"))
    if element is None:
        return
    text = flow.condition or ""
    if element.get("language"):
        said = element.attrib.pop("language")
        draft.say(flow, "language", Said(
            severity="kept", sentence=f"The condition is in FEEL now, not in {quoted(said)}."
        ))  # fmt: skip
    if not text:
        flow.element.remove(element)
        draft.say(flow, "condition", Said(
            severity="dropped", sentence="An empty condition says nothing."
        ))  # fmt: skip
        return
    language = "feel" if draft.language == "feel" else draft.language
    try:
        feel, guesses = draft.feel(text, language=language, condition=True)
    except Untranslatable as error:
        _placeholder(draft, flow, element, text, error)
        return
    _write(element, feel)
    draft.say(flow, "condition", translated("The condition", text, feel, guesses))


def _write(element: etree._Element, feel: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = feel
    element.set(_TYPE, "bpmn:tFormalExpression")


def _placeholder(
    draft: Draft, flow: Flow, element: etree._Element, text: str, error: Untranslatable
) -> None:
    if draft.language == "plain" and not text.startswith(("${", "#{")):
        # Words such as “金额大于5000元”: the way is named by them, and somebody chooses it.
        flow.element.remove(element)
        if not flow.element.get("name"):
            flow.element.set("name", " ".join(text.split())[:100])
        draft.say(flow, "condition", Said(
            severity="guessed", sentence=f"The condition {quoted(text)} is in words; whoever does"
            " the step before chooses the way by its name.",
            mend="Write a condition in FEEL if a value decides.",
        ))  # fmt: skip
        return
    name = variable(f"condition_{flow.id}")
    draft.labels[name] = " ".join(text.split())[:200]
    _write(element, f"{name} = true")
    draft.say(flow, "condition", untranslated(
        "The condition", text, error, f"Somebody answers {name} in the form before."
    ))  # fmt: skip


def _timer(draft: Draft, node: Node, event: etree._Element) -> None:
    if local(event) != "timerEventDefinition":
        return
    for kind in TIMERS:
        element = event.find(bpmn(kind))
        if element is None:
            continue
        text = child_text(event, kind)
        known = literal(text, kind) or literal(text.removeprefix("="), kind)
        if known is not None:
            if known.text != text:
                _write(element, known.text)
                draft.say(node, kind, _time_said(text, known.text, known.guess))
            continue
        _write(element, _computed(draft, node, kind, text))


def _time_said(text: str, now: str, guess: str) -> Said:
    if guess:
        return Said(severity="guessed", sentence=f"The time {quoted(text)} is {now}: {guess}.",
                    mend="Correct the period, or draw a timer with a date in FEEL.")  # fmt: skip
    return Said(severity="kept", sentence=f"The time {quoted(text)} is {now}.")


def _computed(draft: Draft, node: Node, kind: str, text: str) -> str:
    name = variable(f"{node.id}_at")
    try:
        feel, guesses = draft.feel(text)
    except Untranslatable as error:
        draft.say(node, kind, untranslated(
            "The time", text, error, f"The name {name} stands in its place."
        ))  # fmt: skip
        draft.labels[name] = " ".join(text.split())[:200] or name
        return name if kind == "timeDate" else f"duration({name})"
    if kind == "timeDuration" and feel.isidentifier():
        guesses = (*guesses, "the value is a text such as P3D")
        feel = f"duration({feel})"
    draft.say(node, kind, translated("The time", text, feel, guesses))
    return feel


def _conditional(draft: Draft, node: Node, event: etree._Element) -> None:
    element = event.find(bpmn("condition"))
    if local(event) != "conditionalEventDefinition" or element is None:
        return
    text = child_text(event, "condition")
    try:
        feel, guesses = draft.feel(text, condition=True)
    except Untranslatable as error:
        name = variable(f"condition_{node.id}")
        draft.labels[name] = " ".join(text.split())[:200]
        feel, guesses = f"{name} = true", ()
        draft.say(node, "condition", untranslated(
            "The condition", text, error, f"The name {name} stands in its place."
        ))  # fmt: skip
    else:
        draft.say(node, "condition", translated("The condition", text, feel, guesses))
    element.attrib.pop("language", None)
    _write(element, feel)


def _instances(draft: Draft, node: Node) -> None:
    element = node.instances
    if element is None:
        return
    notes = draft.of(node.id)
    _standard_items(draft, node, element)
    for name in ("loopCardinality", "completionCondition", "loopDataInputRef"):
        child = element.find(bpmn(name))
        if child is None:
            continue
        text = child_text(element, name)
        try:
            feel, guesses = draft.feel(text, condition=name == "completionCondition")
        except Untranslatable as error:
            remove(child)
            draft.say(node, name, untranslated(
                f"The {name}", text, error, "It is left out."
            ))  # fmt: skip
            continue
        child.text = feel
        if name != "loopDataInputRef":
            child.set(_TYPE, "bpmn:tFormalExpression")
        if feel != text:
            draft.say(node, name, translated(f"The {name}", text, feel, guesses))
    if element.find(bpmn("loopDataInputRef")) is None and notes.collection:
        _first(element, "loopDataInputRef").text = notes.collection
    if element.find(bpmn("inputDataItem")) is None and notes.item:
        _item(element, "inputDataItem", notes.item)
    if element.find(bpmn("loopDataOutputRef")) is None and notes.output:
        _first(element, "loopDataOutputRef").text = notes.output
    if element.find(bpmn("outputDataItem")) is None and notes.output_item:
        _item(element, "outputDataItem", notes.output_item)
    _in_order(element)
    if element.find(bpmn("loopDataInputRef")) is None and (
        element.find(bpmn("loopCardinality")) is None
    ):
        name = variable(f"{node.id}_items")
        _first(element, "loopDataInputRef").text = name
        _in_order(element)
        draft.say(node, "multiInstanceLoopCharacteristics", Said(
            severity="todo", sentence=f"The activity does not say over what it runs; the list"
            f" {name} stands in its place.", mend="Name the collection.",
        ))  # fmt: skip


_ORDER = ("loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem",
          "outputDataItem", "complexBehaviorDefinition", "completionCondition")  # fmt: skip


def _in_order(element: etree._Element) -> None:
    def rank(child: etree._Element) -> int:
        return _ORDER.index(local(child)) if local(child) in _ORDER else -1

    element[:] = sorted(element, key=rank)


def _first(element: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(element, bpmn(name))


def _item(element: etree._Element, kind: str, name: str) -> None:
    etree.SubElement(element, bpmn(kind), id=name, name=name)


def _standard_items(draft: Draft, node: Node, element: etree._Element) -> None:
    """Give items the name as their id, by which they are known here."""
    for tag in ("inputDataItem", "outputDataItem"):
        item = element.find(bpmn(tag))
        if item is None:
            continue
        name = variable(item.get("name") or item.get("id") or f"{node.id}_item")
        if (item.get("id"), item.get("name")) != (name, name):
            before = item.get("id") or item.get("name") or ""
            item.set("id", name)
            item.set("name", name)
            draft.say(node, tag, Said(
                severity="kept", sentence=f"The item {quoted(before)} is called {name}."
            ))  # fmt: skip


def _script(draft: Draft, node: Node) -> None:
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
        draft.say(node, f"script {written}".strip(), Said(
            severity="todo", sentence=f"The script {quoted(text)} is the operation"
            f" {notes.operation}, which does not exist yet: it must do what the script does.",
            mend="Write the operation, or lines such as total = a + b in a script task.",
        ))  # fmt: skip
        return
    if element is None:
        element = etree.SubElement(node.element, bpmn("script"))
    for child in list(element):
        element.remove(child)
    element.text = "\n".join(lines)
    lost = skipped(text)
    if lost or text.strip() != element.text:
        sentence = f"The script {quoted(text)} is {quoted('; '.join(lines))}."
        more = f" Left out: {'; '.join(lost)}." if lost else ""
        draft.say(node, f"script {written}".strip(), Said(
            severity="dropped" if lost else "kept", sentence=sentence + more
        ))  # fmt: skip


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
