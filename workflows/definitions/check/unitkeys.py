"""The rule about units: one that is named outright is one that the city has."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.fault import Fault
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.settings import nearest
from workflows.feel.answers import written_answers

UNIT = rule(
    709,
    "Units that are named exist",
    reason="Nobody would be asked to do the task in a unit that there is not.",
    mend="Use the key of a unit in the directory, or an expression that gives one.",
)


@subject
def units(material: Material) -> Iterator[Finding]:
    """Look at the units that tasks and messages name as texts."""
    known = material.surroundings.units
    if known is None:
        return
    for file, node in material.nodes():
        for fault in unit_faults(node.properties.get("unit", ""), known):
            yield fault.rule.at(file, node, fault.sentence)


def unit_faults(text: str, known: frozenset[str]) -> Iterator[Fault]:
    """Return the units that an expression names as texts and the city does not have."""
    for key in sorted(written_answers(text)):
        if key not in known:
            said = f'there is no unit "{key[:60]}".{nearest(key, known)}'
            yield Fault(rule=UNIT, sentence=said)
