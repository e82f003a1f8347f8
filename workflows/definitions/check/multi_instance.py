"""Rules about activities that run once per item."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import in_loop
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node, child_text
from workflows.definitions.places import item_names
from workflows.definitions.reading import bpmn

COLLECTION = rule(
    611,
    "A multi-instance activity says over what",
    reason="Without a collection or a number the engine does not know how many to start.",
    mend="Give it a collection such as lead_departments, or a number.",
)
OUTPUT = rule(
    612,
    "A multi-instance activity in a loop has an output collection and item of its own",
    reason="Otherwise the item of the first round stays behind and the second round fails.",
    mend="Name an output item and an output collection that nothing else uses.",
)
SHARED = rule(
    613,
    "Items and collections of multi-instance activities have names of their own",
    reason="Items, outputs and nodes share one list of ids in the engine; the later one wins.",
    mend="Rename the item or the collection.",
)
CAP = rule(
    614,
    "A bounded number of instances",
    reason="More instances than the limit stop the step.",
    mend="Use a smaller number, or several activities.",
)

MOST_INSTANCES = 100


@subject
def multi_instance(material: Material) -> Iterator[Finding]:
    """Look at every multi-instance activity."""
    for file, diagram in material.diagrams.items():
        ids = {node.id for node in diagram.nodes()}
        seen: dict[str, str] = {}
        for node in diagram.nodes():
            yield from _one(file, node)
            yield from _names(file, node, ids, seen)


def _one(file: str, node: Node) -> Iterator[Finding]:
    instances = node.instances
    if instances is None:
        return
    collection = child_text(instances, "loopDataInputRef")
    number = child_text(instances, "loopCardinality")
    if not collection and not number:
        yield COLLECTION.at(file, node, "neither a collection nor a number is given")
    if instances.find(bpmn("loopDataInputRef")) is not None and not collection:
        yield COLLECTION.at(file, node, "the collection is empty")
    if number.isdigit() and int(number[:9]) > MOST_INSTANCES:
        yield CAP.at(file, node, f"{number[:9]} instances, more than {MOST_INSTANCES}")
    _, item, output = item_names(node)
    if in_loop(node) and not (item and output):
        yield OUTPUT.at(file, node, "the activity lies in a loop and has no output of its own")


def _names(file: str, node: Node, ids: set[str], seen: dict[str, str]) -> Iterator[Finding]:
    item, output_item, output = item_names(node)
    named = [name for name in (item, output_item, output) if name]
    if len(set(named)) < len(named):
        yield SHARED.at(file, node, "input item, output item and output collection share a name")
    for name in set(named) & ids:
        yield SHARED.at(file, node, f'"{name}" is the id of a node too')
    if output and seen.setdefault(output, node.id) != node.id:
        yield SHARED.at(file, node, f'the output "{output}" is that of "{seen[output]}" too')
