"""The rule about order: a name is set on some way that leads to the place that reads it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.dataflow import Dataflow
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node
from workflows.definitions.places import Use, item_names, names_of

TOO_EARLY = rule(
    708,
    "Names are set before they are read",
    reason="A name that no earlier step sets is null here in every case, and null sends a"
    " company's case down the default flow.",
    mend="Read it after the step that sets it, or set it in a script task before.",
)


@subject
def order(material: Material) -> Iterator[Finding]:
    """Compare what every place reads with what can have been set on the way there."""
    if not material.whole or material.settings is None:
        return
    flow = Dataflow(material)
    arriving = flow.arriving()
    for file, use in material.uses:
        node = use.node
        if node is None or node not in arriving or (use.element == node.id and node.assignments):
            continue
        early = flow.bits(names_of(use.text)) & ~_at_hand(flow, use, node, arriving[node])
        yield from _findings(flow, file, use.element, use.name, use.place, early)
    for file, node in material.nodes():
        at_hand = arriving.get(node, flow.all)
        for one in node.assignments:
            early = flow.bits(names_of(one.text)) & ~at_hand
            place = f"script line {one.line}"
            yield from _findings(flow, file, node.id, node.name, place, early)
            at_hand |= flow.bits((one.target,))


def _findings(
    flow: Dataflow, file: str, element: str, name: str, place: str, early: int
) -> Iterator[Finding]:
    for read in flow.named(early) if early else ():
        yield TOO_EARLY.found(
            file,
            f'{place}: "{read}" is read, but no step on the way here sets it',
            element=element,
            name=name,
        )


def _at_hand(flow: Dataflow, use: Use, node: Node, arriving: int) -> int:
    """Return what a place can read: what arrives, and what its node has set by then."""
    if use.element != node.id or use.place == "completion condition":
        return arriving | flow.sets[node]  # a condition on a flow out of it, or after each item
    return arriving | flow.bits(item_names(node)[:1])
