"""A case and another version of its process: whether it fits there, and what changes for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from workflows.definitions.definition import Definition
from workflows.engine.drawing import Element
from workflows.engine.migrate import Moved, NodeMapping, migrate
from workflows.engine.passage import timer_texts
from workflows.engine.snapshot import OpenTask, Outcome
from workflows.errors import Place, StepFailed
from workflows.expressions import evaluate
from workflows.host import StepHost
from workflows.locked import LockedCase

MAPPINGS = 200
"""Most elements that an admin may name others for in one move."""


def mapping_of(rows: list[Any]) -> dict[tuple[str, str], str]:
    """Return a mapping of elements as the engine takes it, from [process, element, new] rows."""
    return {(str(one[0]), str(one[1])): str(one[2]) for one in rows[:MAPPINGS]}


def rows_of(mapping: NodeMapping) -> list[list[str]]:
    """Return a mapping of elements as it is kept."""
    return [[process, element, new] for (process, element), new in sorted(mapping.items())]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The way from one version to another; `mapping` names what takes the place of what."""

    old: Definition
    new: Definition
    mapping: NodeMapping = field(default_factory=dict)

    def back(self) -> Passage:
        """Return the way back."""
        mapping = {(process, new): element for (process, element), new in self.mapping.items()}
        return Passage(old=self.new, new=self.old, mapping=mapping)

    @cached_property
    def learned(self) -> frozenset[str]:
        """Names of values that the new version routes by and the old one did not."""
        return self.new.routing_names - self.old.routing_names

    def known(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the case's values of those names, so that the new version finds them."""
        return {name: facts[name] for name in sorted(self.learned & facts.keys())}

    def take(self, case: LockedCase, host: StepHost | None) -> Moved:
        """Take a case over; nothing is written. Raises StepFailed for a state nobody can read."""
        return migrate(
            self.old.specification,
            self.new.specification,
            case.engine_state,
            self.mapping,
            host,
            {} if host is None else self.known(host.facts),
        )

    def counterpart(self, process: str, element: str) -> str:
        """Return the id of the element that takes the place of one of the old version."""
        return self.mapping.get((process, element), element)

    def changes(self, was: tuple[str, str], now: tuple[str, str]) -> bool:
        """Whether what is open at an element looks otherwise at its counterpart."""
        before, after = self._element(self.old, was), self._element(self.new, now)
        if before is None or after is None:
            return True
        return replace(before, lane=None) != replace(after, lane=None)

    @staticmethod
    def _element(definition: Definition, key: tuple[str, str]) -> Element | None:
        return definition.specification.elements.get(key)


@dataclass(frozen=True, kw_only=True)
class OtherDue:
    """A due time that the new version would have counted otherwise; the open task keeps its own."""

    task_id: UUID
    kept: datetime | None
    would: datetime | None
    """As the new version counts it from when the task was opened; None: it would have none."""


def other_dues(
    passage: Passage, case: LockedCase, outcome: Outcome, host: StepHost
) -> Iterator[OtherDue]:
    """Yield the open tasks of a case whose due time is counted otherwise in the new version.

    Raises StepFailed where the new version's time cannot be computed.
    """
    items = {item.id: item for item in case.items}
    begun = {one.task_id: one.started_at for one in case.deadlines if one.kind == "due"}
    for task in outcome.tasks:
        item = items[task.id]
        was = passage.old.specification.elements.get((item.process, item.element))
        before = was.properties.get("due", "") if was is not None else ""
        after = task.properties.get("due", "")
        if before == after:
            continue
        at = replace(host, now=begun.get(task.id, host.now))
        would = _counted(task, after, at) if after else None
        yield OtherDue(task_id=task.id, kept=item.due_at, would=would)


def _counted(task: OpenTask, text: str, host: StepHost) -> datetime | None:
    place = Place(process=task.process, element=task.element, name=task.name)
    value = evaluate(text, task.data, host.functions, place)
    try:
        return None if value is None else host.due(value, text).at
    except (ArithmeticError, ValueError) as error:
        raise StepFailed(place=place, reason=str(error), advice="Mend it in the draft.") from error


def other_rules(passage: Passage) -> Iterator[dict[str, str]]:
    """Yield by what due times, warnings and timers yet to come are counted: before and after."""
    after = passage.new.specification.elements
    for key, was in passage.old.specification.elements.items():
        now = after.get((key[0], passage.counterpart(*key)))
        for what in ("due", "warn") if now is not None else ():
            pair = was.properties.get(what, ""), now.properties.get(what, "") if now else ""
            if pair[0] != pair[1]:
                yield _rule(was.name or was.id, what, pair)
    timers = timer_texts(passage.new.specification)
    for key, (name, text) in timer_texts(passage.old.specification).items():
        found = timers.get((key[0], passage.counterpart(*key)))
        if found is not None and found[1] != text:
            yield _rule(name, "timer", (text, found[1]))


def _rule(name: str, what: str, pair: tuple[str, str]) -> dict[str, str]:
    return {"name": name, "what": what, "before": pair[0], "after": pair[1]}


def other_tables(passage: Passage) -> list[str]:
    """Return the files of decisions that are not the same in both versions."""
    before, after = passage.old.bundle.decisions, passage.new.bundle.decisions
    return sorted(
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    )
