"""Rules about who does a task, in which stage, and what the company reads meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definitions.check.graph import Journey
from workflows.definitions.check.material import Material
from workflows.definitions.check.registry import Finding, rule, subject
from workflows.definitions.diagram import Node, Scope
from workflows.definitions.settings import nearest

UNKNOWN_LANE = rule(
    901,
    "Lanes are known in bundle.toml",
    reason="A lane without a role gives its tasks to nobody.",
    mend='Add a line such as "承办部门" = "handler" under [lanes] in bundle.toml.',
)
NO_LANE = rule(
    902,
    "Every user task lies in a lane",
    reason="Without a lane nobody is asked to do the task.",
    mend="Draw lanes and put the task into one of them.",
)
STAGE = rule(
    903,
    "Stages are known in bundle.toml",
    reason="A task in an unknown stage vanishes from the company's picture of its case.",
    mend="Use the key of a stage, or add the stage to bundle.toml.",
)
PROPERTY = rule(
    904,
    "Properties of a task are known",
    reason="A misspelt property is not read, and the deadline or unit is missing.",
    mend="Use form, unit, assignee, about, due, warn, stage, public, name_en, sentence,"
    " sentence_en, notify or pauses.",
)
SENTENCE = rule(
    905,
    "Tasks say in a sentence what the company is waiting for",
    reason="The status page would have nothing to say while the task is open.",
    mend="Write the property sentence, and sentence_en in English.",
    severity="warning",
)
FLAG = rule(
    906,
    "Switches are true or false",
    reason="Any other word is read as false.",
    mend="Write true, or delete the property.",
)

_PROPERTIES = frozenset((
    "form", "unit", "assignee", "about", "due", "warn", "stage", "public",
    "name_en", "sentence", "sentence_en", "notify", "pauses",
))  # fmt: skip
_FLAGS = ("public", "pauses")


@subject
def lanes(material: Material) -> Iterator[Finding]:
    """Look at the lanes of every process."""
    settings = material.settings
    # Work of the city itself has no company that would read a sentence.
    serves_company = settings is None or "enterprise" in settings.case_columns
    journey = Journey(material)
    for file, scope in material.scopes():
        for node in scope.nodes.values():
            if node.kind == "userTask":
                if (
                    material.whole
                    and not lane_of(scope, node)
                    and not _called_in_lane(scope, journey)
                ):
                    yield NO_LANE.at(file, node, "the user task lies in no lane")
                yield from _properties(file, node, serves_company)
        if settings is None:
            continue
        for lane in sorted(set(scope.lanes.values())):
            if lane not in settings.lanes:
                known = frozenset(settings.lanes)
                yield UNKNOWN_LANE.at(
                    file, scope, f'bundle.toml gives no role to the lane "{lane}".'
                    f"{nearest(lane, known)}"
                )  # fmt: skip
        stages = frozenset(stage.key for stage in settings.stages)
        for node in scope.nodes.values():
            stage = node.properties.get("stage", "")
            if stage and stage not in stages:
                yield STAGE.at(file, node, f'there is no stage "{stage}".{nearest(stage, stages)}')


def lane_of(scope: Scope, node: Node) -> str:
    """Return the lane around a node, that of a subprocess for what lies inside it."""
    while True:
        if scope.lanes.get(node.id):
            return scope.lanes[node.id]
        if scope.parent is None:
            return ""
        node, scope = scope.parent, scope.parent.scope


def _called_in_lane(scope: Scope, journey: Journey) -> bool:
    """Return whether a process without lanes is called from within lanes only."""
    callers = journey.callers.get(scope.process, [])
    return bool(callers) and all(lane_of(one.scope, one) for one in callers)


def _properties(file: str, node: Node, serves_company: bool) -> Iterator[Finding]:
    for name, value in node.properties.items():
        if name not in _PROPERTIES:
            yield PROPERTY.at(
                file, node, f'"{name}" is not a property of a task.{nearest(name, _PROPERTIES)}'
            )
        if name in _FLAGS and value not in ("true", "false"):
            yield FLAG.at(file, node, f'{name} is "{value[:40]}"')
    if serves_company and not node.properties.get("sentence"):
        yield SENTENCE.at(file, node, "the task has no sentence for the company")
