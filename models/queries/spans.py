"""The tasks done in a time as bins of durations: read where counted already, else counted.

A bin holds durations that differ by about two hundredths and three minutes at most; its mean
stands for each of them. So bins of any times add up, sums are exact, and a median is off by as
much at the very worst and by a fraction of that as a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    values,
)
from sqlalchemy import Text as SqlText
from sqlalchemy import column as sql_column
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.moves import MovedCase
from models.queries.counted_days import Workdays, gone_by
from models.queries.standing import of_units
from models.queries.visibility import Scope, visible_cases
from models.spans import Span, SpanTimes
from models.work import WorkItem

FINENESS = 50.0
"""Bins to one power of e."""
SMALLEST = 0.1
"""Working days below which bins are of equal width."""
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What is measured: the time from `start` until before `end`, as far as may be seen.

    `calendar` is the version of `workdays`; without it nothing is taken as counted already.
    """

    scope: Scope
    process_id: int
    start: datetime
    end: datetime
    workdays: Workdays
    calendar: str = ""
    units: Collection[int] | None = None
    version_ids: Collection[int] = ()


def covered(session: Session, wanted: Measured) -> tuple[list[int], list[Interval]]:
    """Return the spans that cover a time as far as they are counted, and what is left of it."""
    if not (wanted.calendar and wanted.scope.everything and wanted.units is None):
        return [], [(wanted.start, wanted.end)]
    rows = session.execute(
        select(Span.id, Span.start_at, Span.end_at)
        .where(Span.process_id == wanted.process_id, Span.calendar == wanted.calendar)
        .where(Span.start_at >= wanted.start, Span.end_at <= wanted.end)
        .order_by(Span.start_at, Span.end_at.desc())
    )
    spans, rest, until = [], [], wanted.start
    for row in rows:
        if row.start_at < until:
            continue  # a month within a year
        if row.start_at > until:
            rest.append((until, row.start_at))
        spans.append(row.id)
        until = row.end_at
    if until < wanted.end or not spans:
        rest.append((until, wanted.end))
    return spans, rest


def are_kept(session: Session, spans: Sequence[int]) -> bool:
    """Tell whether all of these spans are still counted: none was forgotten until now."""
    if not spans:
        return True
    return session.scalar(select(func.count()).where(Span.id.in_(spans))) == len(spans)


def kept_parts(wanted: Measured, spans: Sequence[int]) -> Iterable[Select[Any]]:
    """Yield the bins of spans that are counted: no statement where there are none."""
    if not spans:
        return
    bins = (
        func.unnest(SpanTimes.bins, SpanTimes.counts, SpanTimes.totals)
        .table_valued("bin", "n", "total", joins_implicitly=True)
        .render_derived("each")
    )
    yield (
        select(
            SpanTimes.process,
            SpanTimes.element,
            SpanTimes.version_id,
            SpanTimes.figure,
            bins.c.bin,
            bins.c.n,
            bins.c.total,
        )
        .where(SpanTimes.span_id.in_(spans))
        .where(_version_in(SpanTimes.version_id, wanted))
    )


def counted_parts(wanted: Measured, intervals: Sequence[Interval]) -> Select[Any]:
    """Count the tasks that were done in some times into bins."""
    task = _tasks(wanted, intervals)
    taken = func.coalesce(task.c.taken, task.c.closed)
    nothing = literal(0.0, Float)
    figures = (
        ("whole", task.c.closed - task.c.opened),
        ("waiting", taken - task.c.opened),
        ("in_hand", task.c.closed - task.c.taken),
        ("limited", case((task.c.due_at.is_not(None), nothing))),
        ("late", case((task.c.stopped_at > task.c.due_at, nothing))),
    )
    each = (
        values(sql_column("figure", SqlText), sql_column("days", Float), name="figures")
        .data([(literal(name, SqlText), days) for name, days in figures])
        .lateral()
    )
    key = (task.c.process, task.c.element, task.c.version_id, each.c.figure)
    number = bin_of(each.c.days)
    return (
        select(
            *key, number.label("bin"), func.count().label("n"), func.sum(each.c.days).label("total")
        )
        .select_from(task.join(each, true()))
        .where(each.c.days.is_not(None))
        .group_by(*key, number)
    )


def bin_of(days: Any) -> ColumnElement[int]:
    """Return the number of the bin in which a duration lies."""
    scaled = func.greatest(days, literal(0.0, Float)) / literal(SMALLEST, Float)
    return cast(
        func.floor(literal(FINENESS, Float) * func.ln(literal(1.0, Float) + scaled)), Integer
    )


def stands() -> ColumnElement[bool]:
    """Tell of a task that was done that it was not taken back."""
    recalled = select(Step.case_id, Step.number).where(Step.recalled_by.is_not(None))
    return tuple_(WorkItem.case_id, WorkItem.closed_step).not_in(recalled)


def _tasks(wanted: Measured, intervals: Sequence[Interval]) -> Any:
    """A row for each task done in some times: when, in working days gone by since some day.

    Materialized: else each of the figures would count the days of each task again.
    """
    clock = wanted.workdays
    version = _version()
    during = [
        and_(WorkItem.closed_at >= start, WorkItem.closed_at < end) for start, end in intervals
    ]
    return (
        select(
            WorkItem.process,
            WorkItem.element,
            version.label("version_id"),
            gone_by(clock, WorkItem.opened_at).label("opened"),
            # `greatest` passes over nothing: what was never taken up would have been at once.
            case((WorkItem.taken_at.is_not(None), gone_by(clock, WorkItem.taken_at))).label(
                "taken"
            ),
            gone_by(clock, WorkItem.closed_at).label("closed"),
            WorkItem.due_at,
            func.coalesce(WorkItem.paused_at, WorkItem.closed_at).label("stopped_at"),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(
            WorkItem.state == literal("done", literal_execute=True),
            or_(false(), *during),
            stands(),
            Case.process_id == wanted.process_id,
            visible_cases(wanted.scope),
            of_units(WorkItem.unit_id, wanted.units),
            _version_in(version, wanted),
        )
        .cte("done")
        .prefix_with("MATERIALIZED")
    )


def _version_in(version: Any, wanted: Measured) -> ColumnElement[bool]:
    return version.in_(wanted.version_ids) if wanted.version_ids else true()


def _version() -> ColumnElement[int]:
    """The version on which a task was done: the case's, unless the case was ever moved."""
    moved = select(MovedCase.case_id).where(MovedCase.state.in_(("moved", "undone")))
    of_step = (
        select(Step.version_id)
        .where(Step.case_id == WorkItem.case_id, Step.number == WorkItem.closed_step)
        .scalar_subquery()
    )
    return case((WorkItem.case_id.in_(moved), of_step), else_=Case.version_id)
