"""Activities that run once per item: over what, what each instance is called and gives."""

from __future__ import annotations

from lxml import etree

from workflows.definitions.check.graph import in_loop
from workflows.definitions.check.multi_instance import MOST_INSTANCES
from workflows.definitions.diagram import Node, Scope, child_text
from workflows.definitions.importer.draft import (
    Draft,
    remove,
    translated,
    untranslated,
)
from workflows.definitions.importer.expressions import Untranslatable
from workflows.definitions.importer.names import variable
from workflows.definitions.importer.report import Said, quoted
from workflows.definitions.messages import Message
from workflows.definitions.reading import XSI, bpmn, local


def read_instances(draft: Draft, node: Node) -> None:
    """Translate over what an activity runs, when it is done, and what its instances give."""
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
            draft.say(
                node,
                name,
                untranslated(
                    Message("The value %(name)s", name=name),
                    text,
                    error,
                    Message("It is left out."),
                ),
            )
            continue
        for inner in list(child):
            child.remove(inner)  # its words are in the text
        child.text = feel
        if name != "loopDataInputRef":
            child.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        if feel != text:
            draft.say(
                node,
                name,
                translated(Message("The value %(name)s", name=name), text, feel, guesses),
            )
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
        draft.say(
            node,
            "multiInstanceLoopCharacteristics",
            Said(
                severity="todo",
                sentence=Message(
                    "The activity does not say over what it runs; the list %(name)s stands in its"
                    " place.",
                    name=name,
                ),
                mend=Message("Name the collection."),
            ),
        )


_ORDER = (
    "loopCardinality",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
    "complexBehaviorDefinition",
    "completionCondition",
)


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
            draft.say(
                node,
                tag,
                Said(
                    severity="kept",
                    sentence=Message(
                        "The item %(before)s is called %(name)s.", before=quoted(before), name=name
                    ),
                ),
            )


def give_outputs(draft: Draft, scope: Scope) -> None:
    """Give activities that run per item, and again in a loop, outputs of their own."""
    ids = {node.id for node in scope.nodes.values()}
    for node in scope.nodes.values():
        element = node.instances
        if element is None:
            continue
        for tag in ("inputDataItem", "outputDataItem"):
            item = element.find(bpmn(tag))
            if item is not None and item.get("id") in ids:
                new = f"{item.get('id')}_item"
                draft.say(
                    node,
                    tag,
                    Said(
                        severity="guessed",
                        sentence=Message(
                            "The item %(id)s has the name of a step; it is called %(new)s.",
                            id=quoted(item.get("id", "")),
                            new=new,
                        ),
                        mend=Message("Look where it is read."),
                    ),
                )
                item.set("id", new)
                item.set("name", new)
        if in_loop(node):
            _output(draft, node, element)
        number = child_text(element, "loopCardinality")
        if number.isdigit() and int(number[:9]) > MOST_INSTANCES and not draft.settled:
            draft.say(
                node,
                "loopCardinality",
                Said(
                    severity="todo",
                    sentence=Message(
                        "%(number)s instances are more than %(most)s.",
                        number=number[:9],
                        most=MOST_INSTANCES,
                    ),
                    mend=Message("Use a smaller number."),
                ),
            )


def _output(draft: Draft, node: Node, element: etree._Element) -> None:
    missing = [
        tag for tag in ("loopDataOutputRef", "outputDataItem") if element.find(bpmn(tag)) is None
    ]
    if not missing:
        return
    name = variable(f"{node.id}_opinion")
    at = next(
        (
            number
            for number, child in enumerate(element)
            if child.tag == bpmn("completionCondition")
        ),
        len(element),
    )
    if "outputDataItem" in missing:
        item = etree.Element(bpmn("outputDataItem"), id=name, name=name)
        element.insert(at, item)
    if "loopDataOutputRef" in missing:
        reference = etree.Element(bpmn("loopDataOutputRef"))
        reference.text = f"{name}s"
        before = element.find(bpmn("inputDataItem"))
        element.insert(at if before is None else list(element).index(before), reference)
    draft.labels.setdefault(name, "意见")
    draft.say(
        node,
        "multiInstanceLoopCharacteristics",
        Said(
            severity="guessed",
            sentence=Message(
                "The activity may run again; each instance gives %(name)s, all together %(names)s.",
                name=name,
                names=f"{name}s",
            ),
            mend=Message("Rename them as you like."),
        ),
    )
