"""What a process promises: the days that each of its tasks may take, read from its diagrams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.definitions.definition import Definition
from workflows.definitions.diagram import Diagram, Node
from workflows.expressions import compiled
from workflows.feel import FeelError

WORKDAYS, CALENDAR_DAYS = "workdays", "calendar_days"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A task and the days it may take; `unit` is `workdays` or `calendar_days`."""

    stage: str
    element: str
    name: str
    name_en: str
    role: str
    days: int
    unit: str
    sentence: str
    sentence_en: str


def promises_of(definition: Definition) -> tuple[Promise, ...]:
    """Return the limits that hold for every case, in the order of stages and diagrams.

    A limit that depends on the case (on a session's date, on what leaders decide) is left out:
    no single number would be true of it.
    """
    scope = _constants(definition)
    order = {stage.key: place for place, stage in enumerate(definition.bundle.stages)}
    found = [
        promise
        for path, data in definition.bundle.diagrams.items()
        for node, lane in _tasks(path, data)
        if (promise := _promise(definition, node, lane, scope)) is not None
    ]
    return tuple(sorted(found, key=lambda promise: order.get(promise.stage, len(order))))


def _constants(definition: Definition) -> dict[str, Any]:
    """Return the decisions that read nothing of the case: tables of limits and the like."""
    found: dict[str, Any] = {}
    for decision in definition.decisions.ids:
        try:
            if not definition.decisions.names(decision):
                found[decision] = definition.decisions.evaluate(decision, {}, {}).value
        except FeelError:
            continue  # it needs a case after all
    return found


def _tasks(path: str, data: bytes) -> Iterator[tuple[Node, str]]:
    for scope in Diagram.parse(path, data).scopes():
        for node in scope.nodes.values():
            if node.kind == "userTask" and node.properties.get("due"):
                yield node, scope.lanes.get(node.id, "")


def _promise(
    definition: Definition, node: Node, lane: str, scope: Mapping[str, Any]
) -> Promise | None:
    try:
        due = compiled(node.properties["due"])
        # What only a case knows is null here: a limit counted from it is still a number of days.
        found = due({**dict.fromkeys(due.names), **scope}, _COUNTING)
    except FeelError:
        return None
    unit, _, days = found.partition(":") if isinstance(found, str) else ("", "", "")
    if unit not in (WORKDAYS, CALENDAR_DAYS) or not days.isdigit():
        return None
    return Promise(
        stage=node.properties.get("stage", ""),
        element=node.id,
        name=node.name,
        name_en=node.properties.get("name_en", ""),
        role=definition.role_of_lane(lane) or "",
        days=int(days),
        unit=unit,
        sentence=node.properties.get("sentence", ""),
        sentence_en=node.properties.get("sentence_en", ""),
    )


def _counted(unit: str, days: Any) -> str | None:
    """Return how many days were asked for; None where only a case knows."""
    return f"{unit}:{int(days)}" if isinstance(days, Decimal) else None


_COUNTING: Mapping[str, Callable[..., Any]] = {
    "workdays": lambda n: _counted(WORKDAYS, n),
    "workdays_after": lambda start, n: _counted(WORKDAYS, n),
    "calendar_days": lambda n: _counted(CALENDAR_DAYS, n),
}
"""Stands in for the domain's functions: it tells how many days were asked for."""
