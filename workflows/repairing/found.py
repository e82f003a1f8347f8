"""What a repair brings about, told before it is made and after: the same function looks at both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.host import StepHost
from workflows.ledger import Standing, project
from workflows.locked import LockedCase
from workflows.rows import Effects, Row


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task that opens or closes."""

    process: str
    element: str
    name: str
    name_en: str
    role: str
    unit_id: int | None
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Time:
    """A deadline that begins (`before` is None), ends (`after` is None) or moves.

    kind `due`: the due time of a task; `timer`: when a timer fires.
    """

    kind: str
    element: str
    before: datetime | None
    after: datetime | None
    paused: bool


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A value of the case, as it was and as it will be."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class Undone:
    """A step that loses its effect when the case goes back; what it called is not undone."""

    number: int
    kind: str
    at: datetime
    name: str
    actor: str
    operations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """A repair, or what it would be: `revision` is the case's step before it."""

    case_id: int
    number: str
    revision: int
    opened: tuple[Task, ...]
    closed: tuple[Task, ...]
    times: tuple[Time, ...]
    waits_begun: tuple[str, ...]
    waits_ended: tuple[str, ...]
    values: tuple[Changed, ...]
    operations: tuple[str, ...]
    """Operations of the process that this step calls."""
    undone: tuple[Undone, ...]
    told: int
    """Messages to other cases that this step sends, or cases that it begins."""
    notices: tuple[Mapping[str, Any], ...]
    """What the company is told."""
    state: tuple[str, str]
    """State of the case before and after."""
    stage: tuple[str, str]


def found(
    case: LockedCase,
    host: StepHost,
    effects: Effects,
    standing: Standing,
    *,
    values: tuple[Changed, ...] = (),
    undone: tuple[Undone, ...] = (),
) -> Repaired:
    """Return what a step of these effects brings about."""
    after = project(standing, effects, host.changes, host.now)
    waits = {wait.id: wait.name or wait.element for wait in case.waits}
    return Repaired(
        case_id=case.id,
        number=case.number,
        revision=case.revision,
        opened=tuple(_task(row) for row in effects.opened),
        closed=tuple(
            _task({name: getattr(item, name) for name in Task.__annotations__})
            for item in case.items
            if item.id in set(effects.closed)
        ),
        times=tuple(_times(case, effects)),
        waits_begun=tuple(row["name"] or row["element"] for row in effects.new_waits),
        waits_ended=tuple(waits[one] for one in effects.ended_waits),
        values=values,
        operations=tuple(host.called),
        undone=undone,
        told=len(host.changes.deliveries),
        notices=tuple(row["values"] for row in effects.notices),
        state=(case.state, after["state"]),
        stage=(case.stage, after["stage"]),
    )


def _task(row: Row) -> Task:
    return Task(**{name: row[name] for name in Task.__annotations__})


def _times(case: LockedCase, effects: Effects) -> list[Time]:
    moved = {row["deadline_id"]: row for row in effects.moved_deadlines}
    times = [
        Time(
            kind=row["kind"],
            element=row["element"],
            before=None,
            after=row["due_at"],
            paused=row["paused_at"] is not None,
        )
        for row in effects.new_deadlines
    ]
    for one in case.deadlines:
        row = moved.get(one.id)
        ended = one.id in effects.ended_deadlines
        if row is None and not ended:
            continue
        times.append(
            Time(
                kind=one.kind,
                element=one.element,
                before=one.due_at,
                after=None if row is None or ended else row["due_at"],
                paused=row is not None and row["paused_at"] is not None,
            )
        )
    return times
