"""The path of one case, step by step: what was done, what was known, which times were running."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.orm import Session, aliased

from models.cases import Case, Step, TimelineEntry
from models.people import Person
from models.queries.cases import Line
from models.queries.papers import STEP_COLUMNS
from models.queries.visibility import Scope, visible_cases
from models.units import Unit
from models.work import Deadline, DeadlineChange, WorkItem


@dataclass(frozen=True, kw_only=True)
class StepAt:
    """A step of a case, with the engine's state after it; `of` steps there are in all."""

    number: int
    of: int
    kind: str
    at: datetime
    actor: str
    process: str
    element: str
    form: str
    values: dict[str, Any]
    version_id: int
    recalled_by: int | None
    effects: dict[str, Any]
    state: bytes


@dataclass(frozen=True, kw_only=True)
class Known:
    """A value that the case had after a step: since which step, and what it was before this one.

    `changed`: this step gave it, and it was not the same before. `before` is None without one.
    `form` and `form_before` are the forms that they were typed into, '' for what a table found.
    """

    key: str
    value: Any
    form: str
    since: int
    changed: bool
    before: Any
    form_before: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """A task as it was given to people: who had it, whatever became of it."""

    id: UUID
    name: str
    name_en: str
    role: str
    unit_id: int | None
    unit: str | None
    done_by: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class DueThen:
    """A deadline as it stood at a time: when it was due, and whether its clock stood still."""

    task_id: UUID
    kind: str
    process: str
    element: str
    started_at: datetime
    due_at: datetime
    expression: str
    stood_still: bool


def read_step(session: Session, scope: Scope, case_id: int, number: int) -> StepAt | None:
    """Return a step of a case that the reader may see; its newest one for a number too large."""
    newest = select(func.max(Step.number)).where(Step.case_id == case_id).scalar_subquery()
    columns = (
        *STEP_COLUMNS,
        Step.effects,
        Step.state,
    )
    row = (
        session.execute(
            select(*columns, newest.label("of"))
            .join(Case, Case.id == Step.case_id)
            .where(Step.case_id == case_id, Step.number == func.least(number, newest))
            .where(visible_cases(scope))
        )
        .mappings()
        .first()
    )
    return StepAt(**{**row, "state": bytes(row["state"])}) if row else None


def flows_until(session: Session, case_id: int, number: int) -> dict[tuple[str, str], int]:
    """Return by (process, flow) the last step until a step that took it.

    What had been taken back by then does not count.
    """
    pairs = func.jsonb_array_elements(Step.effects["flows"], type_=JSONB).table_valued("value")
    pair = cast(pairs.c.value, JSONB)
    process, flow = pair[0].astext.label("process"), pair[1].astext.label("flow")
    rows = session.execute(
        select(process, flow, func.max(Step.number))
        .select_from(Step)
        .join(pairs, true())
        .where(*_standing(Step, case_id, number), Step.effects.has_key("flows"))
        .group_by(process, flow)
    )
    return {(process, flow): last for process, flow, last in rows}


def known_at(session: Session, case_id: int, number: int) -> list[Known]:
    """Return what the case knew after a step: the newest value of each key, in their order."""
    now, before = _newest(case_id, number, "now"), _newest(case_id, number - 1, "before")
    rows = session.execute(
        select(
            *(now.c.key, now.c.value, now.c.form, now.c.number),
            *(before.c.value, func.coalesce(before.c.form, "")),
        )
        .outerjoin_from(now, before, before.c.key == now.c.key)
        .order_by(now.c.key)
    )
    return [
        Known(
            key=key,
            value=value,
            form=form,
            since=since,
            changed=since == number and value != earlier,
            before=earlier,
            form_before=form_before,
        )
        for key, value, form, since, earlier, form_before in rows
    ]


def lines_of(session: Session, case_id: int, number: int) -> list[Line]:
    """Return the lines of the story that a step wrote, in their order."""
    rows = session.execute(
        select(
            TimelineEntry.id,
            TimelineEntry.step,
            TimelineEntry.at,
            TimelineEntry.kind,
            TimelineEntry.actor,
            TimelineEntry.unit,
            TimelineEntry.public,
            TimelineEntry.values,
        )
        .where(TimelineEntry.case_id == case_id, TimelineEntry.step == number)
        .order_by(TimelineEntry.id)
    )
    return [Line(**row) for row in rows.mappings()]


def held(session: Session, ids: Collection[UUID]) -> dict[UUID, Held]:
    """Return tasks by id, with the unit that they were given to."""
    rows = session.execute(
        select(
            WorkItem.id,
            WorkItem.name,
            WorkItem.name_en,
            WorkItem.role,
            WorkItem.unit_id,
            Unit.name.label("unit"),
            func.coalesce(func.nullif(WorkItem.done_by, ""), Person.name, "").label("done_by"),
            WorkItem.opened_at,
        )
        .outerjoin(Unit, Unit.id == WorkItem.unit_id)
        .outerjoin(Person, Person.id == WorkItem.assignee_id)
        .where(WorkItem.id.in_(ids))
    )
    return {row["id"]: Held(**row) for row in rows.mappings()}


def due_then(session: Session, case_id: int, ids: Collection[UUID], at: datetime) -> list[DueThen]:
    """Return the deadlines of some tasks and timers as they stood at a time, soonest first."""
    before, after = DeadlineChange.at <= at, DeadlineChange.at > at
    first, last = (
        (DeadlineChange.at, DeadlineChange.id),
        (
            DeadlineChange.at.desc(),
            DeadlineChange.id.desc(),
        ),
    )
    later = _change(DeadlineChange.due_before_at, after, first)
    # One that began while the case stood still has no change yet that says so.
    stood_still = func.coalesce(
        _change(DeadlineChange.kind, before, last) == PAUSED,
        _change(DeadlineChange.kind, after, first) == RESUMED,
        Deadline.paused_at <= at,
        literal(False),
    )
    due_at = func.coalesce(later, Deadline.due_at).label("due_at")
    rows = session.execute(
        select(
            Deadline.task_id,
            Deadline.kind,
            Deadline.process,
            Deadline.element,
            Deadline.started_at,
            due_at,
            Deadline.expression,
            stood_still.label("stood_still"),
        )
        .where(Deadline.case_id == case_id, Deadline.task_id.in_(ids), Deadline.started_at <= at)
        .where(or_(Deadline.ended_at.is_(None), Deadline.ended_at > at))
        .order_by(due_at, Deadline.id)
    )
    return [DueThen(**row) for row in rows.mappings()]


PAUSED, RESUMED = "pause", "resume"
"""What changes are called that let a clock stand still, and run on."""


def _change(column: Any, when: Any, order: tuple[Any, ...]) -> Any:
    return (
        select(column)
        .where(DeadlineChange.deadline_id == Deadline.id, when)
        .order_by(*order)
        .limit(1)
        .scalar_subquery()
    )


def _standing(step: Any, case_id: int, number: int) -> tuple[Any, ...]:
    """A case's steps until one, without those that had been taken back by then."""
    return (
        step.case_id == case_id,
        step.number <= number,
        or_(step.recalled_by.is_(None), step.recalled_by > number),
    )


def _newest(case_id: int, number: int, name: str) -> Any:
    step = aliased(Step, name=f"step_{name}")
    found = func.coalesce(step.effects["decided"], cast(literal("{}"), JSONB))
    pairs = func.jsonb_each(step.values.op("||")(found)).table_valued("key", "value")
    return (
        select(pairs.c.key, cast(pairs.c.value, JSONB).label("value"), step.number, step.form)
        .select_from(step)
        .join(pairs, true())
        .where(and_(*_standing(step, case_id, number)))
        .ext(distinct_on(pairs.c.key))
        .order_by(pairs.c.key, step.number.desc())
        .subquery(name)
    )
