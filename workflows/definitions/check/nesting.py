"""The rule about nesting: every element stands where BPMN gives it a meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import ACTIVITIES, EVENTS, NODES, SUBPROCESSES
from workflows.definitions.reading import BPMN, local, namespace

MISPLACED = rule(
    312,
    "Elements stand where they belong",
    reason="An element inside the wrong one is read by some programs and ignored by others.",
    mend="Draw it again; editors put elements where they belong.",
)

_LEVELS = SUBPROCESSES | {"process"}
_PARENTS: Mapping[str, frozenset[str]] = {
    "process": frozenset(("definitions",)),
    **dict.fromkeys(NODES | {"sequenceFlow"}, frozenset(_LEVELS)),
    "laneSet": frozenset(("process",)),
    "lane": frozenset(("laneSet", "childLaneSet")),
    "childLaneSet": frozenset(("lane",)),
    "flowNodeRef": frozenset(("lane",)),
    "conditionExpression": frozenset(("sequenceFlow",)),
    **dict.fromkeys(
        ("timeDate", "timeDuration", "timeCycle"), frozenset(("timerEventDefinition",))
    ),
    "condition": frozenset(("conditionalEventDefinition",)),
    "script": frozenset(("scriptTask",)),
    "multiInstanceLoopCharacteristics": frozenset(ACTIVITIES),
    **dict.fromkeys(
        (
            "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem",
            "loopCardinality", "completionCondition",
        ),
        frozenset(("multiInstanceLoopCharacteristics",)),
    ),
}  # fmt: skip


@subject
def nesting(material: Material) -> Iterator[Finding]:
    """Compare every element with the one around it."""
    for file, diagram in material.diagrams.items():
        for element in diagram.root.iter():
            around = element.getparent()
            if namespace(element) != BPMN or around is None:
                continue
            if not _belongs(local(element), around):
                yield MISPLACED.found(
                    file,
                    f"<{local(element)}> does not belong into <{local(around)}>",
                    element=element.get("id") or around.get("id") or "",
                    name=element.get("name", ""),
                )


def _belongs(kind: str, around: etree._Element) -> bool:
    if namespace(around) != BPMN or local(around) == "extensionElements":
        return False
    if kind.endswith("EventDefinition"):
        return local(around) in EVENTS
    return kind not in _PARENTS or local(around) in _PARENTS[kind]
