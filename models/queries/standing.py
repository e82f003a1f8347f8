"""Where open cases stand, as rows: tasks, messages on the way and timers on the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.cases import Case
from models.queries.visibility import Scope, visible_cases
from models.work import Deadline, Wait, WorkItem

Place = tuple[str, str]
"""(BPMN process id, element id)."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is looked at: a process as far as the reader may see it, narrowed if wanted.

    `units` narrows to the tasks of some units, `version_id` to the cases that run on a version.
    `catching` are the elements at which a case waits for a message or a time on its way.
    `within` says for a called process at which elements of other diagrams its cases stand too.
    """

    scope: Scope
    process_id: int
    now: datetime
    units: Collection[int] | None = None
    version_id: int | None = None
    catching: Collection[Place] = ()
    within: Collection[tuple[str, Place]] = ()


WORST = {"red": 3, "yellow": 2, "green": 1, "grey": 0}
"""A case with several tasks shows the most urgent one; grey only where all stand still."""


def standing_at(watched: Watched) -> CTE:
    """A row for each task, message or timer at which a case stands."""
    rows = [_tasks(watched)]
    if watched.units is None:
        rows += [_messages(watched), _timers(watched)]
    return union_all(*rows).cte("standing")


def _tasks(watched: Watched) -> Any:
    return (
        select(
            WorkItem.process,
            WorkItem.element,
            WorkItem.case_id,
            cast(WorkItem.id, Text).label("id"),
            WorkItem.name,
            WorkItem.name_en,
            WorkItem.role,
            WorkItem.unit_id,
            WorkItem.assignee_id,
            WorkItem.opened_at.label("since_at"),
            WorkItem.due_at,
            WorkItem.warn_at,
            WorkItem.paused_at,
            _urgency(WorkItem, watched.now).label("urgency"),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.state == literal_column("'open'"), *_of(watched))
        .where(of_units(WorkItem.unit_id, watched.units))
    )


def _messages(watched: Watched) -> Any:
    return (
        select(
            Wait.process,
            Wait.element,
            Wait.case_id,
            cast(Wait.id, Text),
            Wait.name,
            Wait.name_en,
            Wait.roles,
            Wait.unit_id,
            null().label("assignee_id"),
            Wait.opened_at,
            cast(null(), DateTime(timezone=True)),
            cast(null(), DateTime(timezone=True)),
            cast(null(), DateTime(timezone=True)),
            literal(WORST["green"]),
        )
        .join(Case, Case.id == Wait.case_id)
        .where(Wait.ended_at.is_(None), among(Wait.process, Wait.element, watched.catching))
        .where(*_of(watched))
    )


def _timers(watched: Watched) -> Any:
    return (
        select(
            Deadline.process,
            Deadline.element,
            Deadline.case_id,
            cast(Deadline.id, Text),
            literal(""),
            literal(""),
            literal(""),
            null().label("unit_id"),
            null().label("assignee_id"),
            Deadline.started_at,
            Deadline.due_at,
            cast(null(), DateTime(timezone=True)),
            Deadline.paused_at,
            case((Deadline.paused_at.is_not(None), WORST["grey"]), else_=WORST["green"]),
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.ended_at.is_(None), Deadline.kind == "timer", Deadline.guards.is_(None))
        .where(among(Deadline.process, Deadline.element, watched.catching), *_of(watched))
    )


def _urgency(of: Any, now: datetime) -> ColumnElement[int]:
    return case(
        (of.paused_at.is_not(None), WORST["grey"]),
        (of.due_at < now, WORST["red"]),
        (of.warn_at <= now, WORST["yellow"]),
        else_=WORST["green"],
    )


def _of(watched: Watched) -> tuple[ColumnElement[bool], ...]:
    return (
        Case.process_id == watched.process_id,
        Case.state == "open",
        Case.version_id == watched.version_id if watched.version_id else true(),
        visible_cases(watched.scope),
    )


def of_units(unit_id: Any, units: Collection[int] | None) -> ColumnElement[bool]:
    """Narrow to some units (None: to none); 0 among them stands for the companies."""
    if units is None:
        return true()
    return or_(unit_id.in_(units), unit_id.is_(None) if 0 in units else false())


def among(process: Any, element: Any, places: Collection[Place]) -> ColumnElement[bool]:
    """Tell whether an element is one of some; two arrays are bound, however many they are."""
    known = func.unnest(_texts(one for one, _ in places), _texts(one for _, one in places))
    table = known.table_valued("process", "element").render_derived()
    return and_(tuple_(process, element).in_(select(table.c.process, table.c.element)))


def called_in(watched: Watched) -> CTE:
    """A row for each called process and an element that it is called from."""
    rows = list(watched.within)
    return (
        select(
            func.unnest(_texts(inner for inner, _ in rows)).label("inner"),
            func.unnest(_texts(place[0] for _, place in rows)).label("process"),
            func.unnest(_texts(place[1] for _, place in rows)).label("element"),
        )
    ).cte("within")


def _texts(values: Any) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(Text), unique=True)
