"""The ways that ended cases took: the order of the tasks that people did, and how often.

The same task done several times in a row, by several units at once or again, counts as one
station. What was cancelled or taken back does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Text,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.queries.standing import Place
from models.queries.watching_times import Measured, Spread, days_of_case, ended, stands
from models.work import WorkItem

SAMPLE = 200
"""Cases of a way whose flows are looked at, the newest ones: a picture needs no more."""
_BETWEEN = "\x1f"
_INSIDE = "\x1e"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way that some cases took: its stations in order, how many took it, how long they took.

    `cases` are the newest of them, at most `SAMPLE`. `key` names the way in addresses.
    """

    key: str
    stations: tuple[Place, ...]
    spread: Spread
    cases: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The ways taken most, and what they are a share of: `cases` ended, in `ways` ways."""

    cases: int
    ways: int
    most: tuple[Way, ...]
    newest: tuple[int, ...]
    """The newest cases of all ways, at most `SAMPLE`."""


def ways(session: Session, wanted: Measured, *, by_stage: bool = False, limit: int = 12) -> Ways:
    """Return the ways that cases which ended in the time took, the one taken most first.

    With `by_stage` a station is a stage (with an empty process) instead of a task.
    """
    of = _way_of_each(wanted, by_stage).cte("ways").prefix_with("MATERIALIZED")
    newest = func.array_agg(aggregate_order_by(of.c.case_id, of.c.closed_at.desc()))
    shares = literal([0.5, 0.9], ARRAY(Float))
    rows = session.execute(
        select(
            of.c.way,
            func.md5(of.c.way).label("key"),
            func.count().label("count"),
            func.sum(of.c.days).label("total"),
            func.percentile_cont(shares).within_group(of.c.days).label("spread"),
            newest[1:SAMPLE].label("cases"),
            func.max(of.c.closed_at).label("last_at"),
            func.sum(func.count()).over().label("all_cases"),
            func.count().over().label("all_ways"),
        )
        .group_by(of.c.way)
        .order_by(func.count().desc(), of.c.way)
        .limit(limit)
    ).all()
    found = tuple(_read(row) for row in rows)
    newest_of_all = sorted({one for way in found for one in way.cases}, reverse=True)
    return Ways(
        cases=int(rows[0].all_cases) if rows else 0,
        ways=rows[0].all_ways if rows else 0,
        most=found,
        newest=tuple(newest_of_all[:SAMPLE]),
    )


def flows_of(session: Session, case_ids: Collection[int]) -> dict[tuple[str, str], int]:
    """Return by (process, flow) how many of some cases took it, steps taken back left out."""
    ids = bindparam("case_ids", list(case_ids), type_=ARRAY(BigInteger))
    case = func.unnest(ids).table_valued("id").render_derived("wanted")
    # Fenced off, so that each case's steps are found by its id however many steps there are.
    step = (
        select(Step.case_id, Step.effects["flows"].label("flows"))
        .where(Step.case_id == case.c.id, Step.recalled_by.is_(None))
        .where(Step.effects.has_key("flows"))
        .offset(0)
        .lateral("step")
    )
    pairs = func.jsonb_array_elements(step.c.flows, type_=JSONB).table_valued("value")
    pair = cast(pairs.c.value, JSONB)
    process, flow = pair[0].astext.label("process"), pair[1].astext.label("flow")
    rows = session.execute(
        select(process, flow, func.count(step.c.case_id.distinct()))
        .select_from(case.join(step, true()).join(pairs, true()))
        .group_by(process, flow)
    )
    return {(process, flow): count for process, flow, count in rows}


def _read(row: Any) -> Way:
    median, p90 = row.spread
    return Way(
        key=row.key[:12],
        stations=_stations(row.way),
        spread=Spread(count=row.count, total=float(row.total), median=median, p90=p90),
        cases=tuple(row.cases),
    )


def _stations(text: str) -> tuple[Place, ...]:
    parts = (one.split(_INSIDE, 1) for one in text.split(_BETWEEN) if one)
    return tuple((process, element) for process, element in parts)


def _way_of_each(wanted: Measured, by_stage: bool) -> Any:
    """A row for each ended case with its way written as one text."""
    station = _station(by_stage)
    done = (
        select(
            WorkItem.case_id,
            station.label("station"),
            WorkItem.closed_step.label("step"),
            WorkItem.id,
            func.lag(station)
            .over(partition_by=WorkItem.case_id, order_by=(WorkItem.closed_step, WorkItem.id))
            .label("before"),
        )
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.state == "done", stands(), *ended(wanted))
        .where(WorkItem.stage != "" if by_stage else true())
        .subquery()
    )
    ordered = aggregate_order_by(literal(_BETWEEN, Text), done.c.step, done.c.id)
    way = (
        select(done.c.case_id, func.string_agg(done.c.station, ordered).label("way"))
        .where(or_(done.c.before.is_(None), done.c.before != done.c.station))
        .group_by(done.c.case_id)
        .subquery()
    )
    return (
        select(
            Case.id.label("case_id"),
            Case.closed_at,
            func.coalesce(way.c.way, "").label("way"),
            days_of_case(wanted.workdays).label("days"),
        )
        .outerjoin(way, way.c.case_id == Case.id)
        .where(*ended(wanted))
    )


def _station(by_stage: bool) -> ColumnElement[str]:
    if by_stage:
        return literal(_INSIDE, Text) + WorkItem.stage
    return WorkItem.process + literal(_INSIDE, Text) + WorkItem.element
