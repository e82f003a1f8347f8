"""Where a case stands after a step of a scenario, read from the tables as any page reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cases import Case
from models.units import Unit
from models.work import WorkItem
from workflows.lights import colour
from workflows.worktime import local_day


@dataclass(frozen=True)
class Standing:
    """Where a case stands at a time, as far as expectations ask.

    `names` is what `@name` stands for; `cases` the known cases' names by their ids.
    """

    session: Session
    case: Case
    items: tuple[WorkItem, ...]
    units: Mapping[int, str]
    now: datetime
    names: Mapping[str, str]
    cases: Mapping[int, str]


def standing_of(
    session: Session,
    case_id: int,
    now: datetime,
    names: Mapping[str, str],
    cases: Mapping[int, str],
) -> Standing:
    """Read where a case stands at `now`."""
    items = session.scalars(
        select(WorkItem)
        .where(WorkItem.case_id == case_id, WorkItem.state == "open")
        .order_by(WorkItem.opened_at, WorkItem.id)
    )
    return Standing(
        session=session,
        case=session.get_one(Case, case_id),
        items=tuple(items),
        units=dict(session.execute(select(Unit.id, Unit.key)).all()),
        now=now,
        names=names,
        cases=cases,
    )


def holder(standing: Standing, item: WorkItem) -> str:
    """Return who has a task, as scenarios write it: role@unit, or the role alone."""
    if item.unit_id is None:
        return item.role
    return f"{item.role}@{standing.units[item.unit_id]}"


def day(moment: datetime | None) -> date | None:
    """Return the local day of a time."""
    return local_day(moment) if moment else None


def light(standing: Standing, item: WorkItem) -> str | None:
    """Return the light of a task; None if it has no due time."""
    if item.due_at is None:
        return None
    return colour(item.due_at, item.warn_at, item.paused_at, standing.now)
