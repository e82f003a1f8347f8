"""What a repair brings about, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webapp.context import city
from webapp.language import ENGLISH, gettext, language
from webapp.rendering.words import named, role_name, unit_name
from webapp.repair.words import KINDS, cause_name, element_name
from webapp.stages import stage_name
from workflows.definitions.definition import Definition
from workflows.errors import StepFailed
from workflows.operations import registry
from workflows.repairing import Repaired
from workflows.repairing.found import Task
from workflows.repairing.literals import written


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task that opens or closes."""

    name: str
    who: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TimeLine:
    """A time that begins, ends or moves."""

    name: str
    is_due: bool
    before: datetime | None
    after: datetime | None
    paused: bool


@dataclass(frozen=True, kw_only=True)
class ValueLine:
    """A value, as it was and as it will be; personal data stay covered."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """A step that loses its effect, with what it did that stays."""

    number: int
    at: datetime
    name: str
    actor: str
    operations: list[str]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Everything that a preview shows."""

    revision: int
    opened: list[TaskLine]
    closed: list[TaskLine]
    times: list[TimeLine]
    waits_begun: list[str]
    waits_ended: list[str]
    values: list[ValueLine]
    operations: list[str]
    undone: list[StepLine]
    told: int
    notices: list[str]
    state: tuple[str, str]
    stage: tuple[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing opens, closes or moves."""
        moves = (self.opened, self.closed, self.times, self.waits_begun, self.waits_ended)
        return not any((*moves, self.values, self.operations, self.undone, self.notices))


def shown(found: Repaired, definition: Definition) -> Shown:
    """Return a repair in the reader's language."""
    elements = definition.specification.elements
    version = definition.version_id
    return Shown(
        revision=found.revision,
        opened=[_task(one) for one in found.opened],
        closed=[_task(one) for one in found.closed],
        times=[
            TimeLine(
                name=element_name(elements, "", one.element),
                is_due=one.kind == "due",
                before=one.before,
                after=one.after,
                paused=one.paused,
            )
            for one in found.times
            if one.kind == "timer" or (one.before and one.after)  # else the task says it
        ],
        waits_begun=[one for one in found.waits_begun if one not in found.waits_ended],
        waits_ended=[one for one in found.waits_ended if one not in found.waits_begun],
        values=_values(found, definition),
        operations=[_operation(one) for one in found.operations],
        undone=[
            StepLine(
                number=one.number,
                at=one.at,
                name=one.name or str(KINDS.get(one.kind, "")),
                actor=one.actor,
                operations=[_operation(name) for name in one.operations],
            )
            for one in found.undone
        ],
        told=found.told,
        notices=[_notice(dict(one)) for one in found.notices],
        state=found.state,
        stage=(stage_name(version, found.stage[0]), stage_name(version, found.stage[1])),
    )


def _task(task: Task) -> TaskLine:
    unit = city().unit_of(task.unit_id).name if task.unit_id else ""
    parts = [unit_name(task.unit_id, unit) if task.unit_id else "", role_name(task.role)]
    who = " · ".join(part for part in parts if part)
    return TaskLine(name=named(task), who=who, due_at=task.due_at)


def _values(found: Repaired, definition: Definition) -> list[ValueLine]:
    labels = {
        field.key: field.label for form in definition.forms.values() for field in form.everything()
    }
    covered = definition.personal_keys

    def said(name: str, value: Any) -> str:
        if value is None:
            return "—"
        if name in covered:
            return "•••"
        return written(definition.typed({name: value})[name])

    return [
        ValueLine(
            name=one.name,
            label=labels.get(one.name, ""),
            before=said(one.name, one.before),
            after=said(one.name, one.after),
        )
        for one in found.values
    ]


def _operation(name: str) -> str:
    return registry[name].title if name in registry else name


def _notice(values: dict[str, Any]) -> str:
    english = language() == ENGLISH
    for key in ("body", "subject", "sentence", "name"):
        text = (values.get(f"{key}_en") if english else "") or values.get(key)
        if text:
            return str(text)
    return gettext("a message")


def failed_words(error: StepFailed) -> tuple[str, str]:
    """Return what an admin reads of a step that the process could not make."""
    place = error.place.name or error.place.element or gettext("this step")
    sentence = gettext(
        "The process could not go on at “%(name)s”: %(cause)s.",
        name=place,
        cause=cause_name(error.cause),
    )
    return sentence, gettext("Nothing was changed. Details: %(reason)s", reason=error.reason)
