"""How long the tasks of a process took, by element: waiting, in hand and in all, in working days.

A task counts in the time in which it was done. A day of work has 24 hours, a day off none: from
Friday 18:00 to Monday 06:00 half a working day goes by. Time in which the clock of a case stood
still counts as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import Grouping

from models.cases import Case, Step
from models.moves import MovedCase
from models.queries.visibility import Scope, visible_cases
from models.queries.watching import of_units
from models.work import WorkItem

ZONE = "Asia/Shanghai"
PART = "part"


@dataclass(frozen=True, kw_only=True)
class Workdays:
    """A calendar for a statement: the working days before each day from `first_on` on.

    `before` has one number more than there are days: day n is at work when the next number is
    greater. Times outside are counted as its first or last day.
    """

    first_on: date
    before: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What is measured: the time from `start` until before `end`, as far as may be seen."""

    scope: Scope
    process_id: int
    start: datetime
    end: datetime
    workdays: Workdays
    units: Collection[int] | None = None
    version_ids: Collection[int] = ()


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Durations in working days: how many there are, their sum, the middle one, the 90% one."""

    count: int
    total: float
    median: float
    p90: float


NOTHING = Spread(count=0, total=0.0, median=0.0, p90=0.0)


@dataclass(frozen=True, kw_only=True)
class Times:
    """The tasks of an element that were done in the time.

    `whole` is from opened to done; `waiting` until somebody took it up (all of it where nobody
    did before it was done), `in_hand` from then on (only tasks that were taken up). `limited` had
    a time limit, `late` of these were done after it. `version_id` is that of the step which did
    them, None where versions are counted together.
    """

    process: str
    element: str
    version_id: int | None
    cases: int
    whole: Spread
    waiting: Spread
    in_hand: Spread
    limited: int
    late: int


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The cases that ended in the time on a version: from submitted to ended."""

    version_id: int
    whole: Spread


def times(session: Session, wanted: Measured, *, by_version: bool = False) -> list[Times]:
    """Measure the tasks by element, those that took most time first, in one statement."""
    task = _tasks(wanted)
    taken = func.coalesce(task.c.taken, task.c.closed)
    key = [task.c.process, task.c.element] + ([task.c.version_id] if by_version else [])
    rows = session.execute(
        select(
            *key,
            func.count(task.c.case_id.distinct()).label("cases"),
            *_spread(task.c.closed - task.c.opened, "whole"),
            *_spread(taken - task.c.opened, "waiting"),
            *_spread(task.c.closed - task.c.taken, "in_hand"),
            func.count().filter(task.c.due_at.is_not(None)).label("limited"),
            func.count().filter(task.c.stopped_at > task.c.due_at).label("late"),
        ).group_by(*key)
    ).mappings()
    found = [
        Times(
            process=row["process"],
            element=row["element"],
            version_id=row.get("version_id"),
            cases=row["cases"],
            whole=_read(row, "whole"),
            waiting=_read(row, "waiting"),
            in_hand=_read(row, "in_hand"),
            limited=row["limited"],
            late=row["late"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.whole.total, one.process, one.element))


def ended_cases(session: Session, wanted: Measured) -> list[Ended]:
    """Measure whole cases by the version on which they ended; parts of cases count as well."""
    whole = days_of_case(wanted.workdays)
    whole_of = select(Case.version_id, whole.label("whole")).where(*ended(wanted))
    of = whole_of.cte("ended").prefix_with("MATERIALIZED")
    rows = session.execute(
        select(of.c.version_id, *_spread(of.c.whole, "whole")).group_by(of.c.version_id)
    ).mappings()
    return [Ended(version_id=row["version_id"], whole=_read(row, "whole")) for row in rows]


def ended(wanted: Measured) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on cases that ended in the time; of units, on which they worked."""
    return (
        Case.process_id == wanted.process_id,
        Case.closed_at >= wanted.start,
        Case.closed_at < wanted.end,
        Case.version_id.in_(wanted.version_ids) if wanted.version_ids else true(),
        visible_cases(wanted.scope),
        _touched(wanted.units) if wanted.units is not None else true(),
    )


def days_of_case(clock: Workdays) -> ColumnElement[float]:
    """Return how many working days a case took, from submitted to ended."""
    return _workdays(clock, Case.submitted_at, Case.closed_at)


def _touched(units: Collection[int]) -> ColumnElement[bool]:
    own = aliased(WorkItem)
    return exists().where(own.case_id == Case.id, of_units(own.unit_id, units), own.state == "done")


def _tasks(wanted: Measured) -> Any:
    """A row for each task done in the time: when, in working days gone by since some day.

    Materialized: else each of the figures would count the days of each task again.
    """
    clock = wanted.workdays
    version = _version()
    return (
        select(
            WorkItem.process,
            WorkItem.element,
            WorkItem.case_id,
            version.label("version_id"),
            _gone_by(clock, WorkItem.opened_at).label("opened"),
            # `greatest` passes over nothing: what was never taken up would have been at once.
            case((WorkItem.taken_at.is_not(None), _gone_by(clock, WorkItem.taken_at))).label(
                "taken"
            ),
            _gone_by(clock, WorkItem.closed_at).label("closed"),
            WorkItem.due_at,
            func.coalesce(WorkItem.paused_at, WorkItem.closed_at).label("stopped_at"),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(
            WorkItem.state == literal("done", literal_execute=True),
            WorkItem.closed_at >= wanted.start,
            WorkItem.closed_at < wanted.end,
            stands(),
            Case.process_id == wanted.process_id,
            visible_cases(wanted.scope),
            of_units(WorkItem.unit_id, wanted.units),
            version.in_(wanted.version_ids) if wanted.version_ids else true(),
        )
        .cte("done")
        .prefix_with("MATERIALIZED")
    )


def stands() -> ColumnElement[bool]:
    """Tell of a task that was done that it was not taken back."""
    recalled = select(Step.case_id, Step.number).where(Step.recalled_by.is_not(None))
    return tuple_(WorkItem.case_id, WorkItem.closed_step).not_in(recalled)


def _version() -> ColumnElement[int]:
    """The version on which a task was done: the case's, unless the case was ever moved."""
    moved = select(MovedCase.case_id).where(MovedCase.state.in_(("moved", "undone")))
    of_step = (
        select(Step.version_id)
        .where(Step.case_id == WorkItem.case_id, Step.number == WorkItem.closed_step)
        .scalar_subquery()
    )
    return case((WorkItem.case_id.in_(moved), of_step), else_=Case.version_id)


def _spread(days: Any, name: str) -> tuple[ColumnElement[Any], ...]:
    shares = literal([0.5, 0.9], ARRAY(Float))
    return (
        func.count(days).label(f"{name}_count"),
        func.coalesce(func.sum(days), 0.0).label(f"{name}_total"),
        func.percentile_cont(shares).within_group(days).label(f"{name}_spread"),
    )


def _read(row: Any, name: str) -> Spread:
    if not row[f"{name}_count"]:
        return NOTHING
    median, p90 = row[f"{name}_spread"]
    return Spread(
        count=row[f"{name}_count"], total=float(row[f"{name}_total"]), median=median, p90=p90
    )


# ------------------------------------------------------------------------- working days


def _workdays(clock: Workdays, start: Any, end: Any) -> ColumnElement[float]:
    """The working days between two times, with their fractions."""
    return cast(_gone_by(clock, end) - _gone_by(clock, start), Float)


def _gone_by(clock: Workdays, moment: Any) -> ColumnElement[float]:
    """The working days that had gone by at a time, counted from the calendar's first day.

    Shanghai keeps one offset to UTC, so that plain arithmetic finds the day: some statements ask
    this of a hundred thousand rows.
    """
    before: Any = Grouping(bindparam("workdays_before", list(clock.before), type_=ARRAY(Integer)))
    first_at = bindparam("workdays_first", _epoch(clock.first_on), type_=Float)
    last = literal(float(len(clock.before) - 2), Float)
    day = (func.date_part("epoch", moment, type_=Float) - first_at) / literal(86_400.0, Float)
    within = func.least(func.greatest(day, literal(0.0, Float)), last)
    whole = func.floor(within, type_=Float)
    number = cast(whole, Integer)
    here, after = before[number + 1], before[number + 2]
    return cast(here, Float) + cast(after - here, Float) * (within - whole)


def _epoch(day: date) -> float:
    """Return when a day begins in the city, in seconds since 1970."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).timestamp()
