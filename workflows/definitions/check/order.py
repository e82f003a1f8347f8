"""The rule about order: a name is set on some way that leads to the place that reads it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import Journey
from workflows.definitions.check.material import Material
from workflows.definitions.check.names import ENGINE_NAMES, declared, writes
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node, Scope
from workflows.definitions.places import Use, assignments, item_names, names_of

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
    known = declared(material)
    arriving = _arriving(material, known)
    for file, use in material.uses:
        if use.node is None or use.node not in arriving:
            continue
        at_hand = _at_hand(material, use, use.node, arriving[use.node])
        for name in sorted((names_of(use.text) & known) - at_hand):
            yield TOO_EARLY.found(
                file,
                f'{use.place}: "{name}" is read, but no step on the way here sets it',
                element=use.element,
                name=use.name,
            )


def _arriving(material: Material, known: frozenset[str]) -> dict[Node, frozenset[str]]:
    """Return for every node the names that can have been set before a token enters it."""
    journey = Journey(material)
    found: dict[Node, frozenset[str]] = {}
    waiting: list[Node] = []
    for _, scope in material.scopes():
        if scope.parent is None and not journey.callers.get(scope.id):
            first = _at_start(material, scope, known)
            for start in scope.starts():
                found[start] = first
                waiting.append(start)
    while waiting:
        node = waiting.pop()
        leaving = found[node] | writes(material, node)
        for following in journey.after(node):
            before = found.get(following)
            if before is None or not leaving <= before:
                found[following] = leaving | (before or frozenset())
                waiting.append(following)
    return found


def _at_start(material: Material, scope: Scope, known: frozenset[str]) -> frozenset[str]:
    """Return what a process begins with; one that nothing here starts may get anything."""
    settings = material.settings
    if settings is None or scope.id != settings.main or not settings.start_form:
        return known
    form = material.forms.get(settings.start_form)
    start = form.keys if form is not None else known
    return start | material.surroundings.names | ENGINE_NAMES


def _at_hand(material: Material, use: Use, node: Node, arriving: frozenset[str]) -> frozenset[str]:
    """Return the names that a place can read: those arriving, and what its node has set by then."""
    if use.element != node.id:  # a condition on a flow out of the node
        return arriving | writes(material, node)
    item, output_item, output = item_names(node)
    at_hand = arriving | {item}
    if use.place == "completion condition":
        at_hand |= writes(material, node) | {output_item, output}
    if node.kind == "scriptTask":
        for one in assignments(node.script):
            if f"script line {one.line}" == use.place:
                break
            at_hand |= {one.target}
    return at_hand
