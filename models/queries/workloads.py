"""How much work is open in the city, by unit and light, from what is kept of it by time.

Tasks whose light is sure are summed up: all but those that are due, or to be warned of, within
the six hours that run. Only these are looked at one by one, along the index of open work, so that
a page costs the same however much is open.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.pipeline import rows_of


@dataclass(frozen=True, kw_only=True)
class UnitLoad:
    """How much open work a unit has, by light; `unit_id` None: what the companies owe."""

    unit_id: int | None
    unit: str | None
    red: int
    yellow: int
    green: int
    grey: int
    oldest_due_at: datetime | None

    @property
    def counts(self) -> dict[str, int]:
        """How much shows each light, by colour."""
        return {"red": self.red, "yellow": self.yellow, "green": self.green, "grey": self.grey}

    @property
    def total(self) -> int:
        """All open work."""
        return self.red + self.yellow + self.green + self.grey


_NEVER = "coalesce(due_at, 'infinity'::timestamptz)"


def _running_tasks(condition: str, tail: str = "") -> str:
    """Return a place's open tasks whose clock runs: its unit, its role, from its time on."""
    tasks = f"""
        select {_NEVER} as due_at, warn_at from work_items
        where state = 'open' and role = place.role and paused_at is null
            and {_NEVER} >= place.due_from and {condition}"""
    # The companies' work has no unit: a walk of its own along the same index.
    return (
        f"({tasks} and unit_id = place.unit_id {tail}) union all"
        f" ({tasks} and place.unit_id = 0 and unit_id is null {tail})"
    )


_WITHIN = _running_tasks(f"{_NEVER} < place.due_from + interval '6 hours'")
_FIRST_LATE = _running_tasks(f"{_NEVER} < :now", tail=f"order by {_NEVER} limit 1")
_LOADS = text(
    f"""
    with clock as (
        select date_bin('6 hours', :now, '2000-01-01Z') as hours
    ), open_work as materialized (
        select coalesce(unit_id, 0) as unit_id, role, due_from, warn_from, paused,
            sum(change)::integer as tasks
        from workloads
        where :everywhere or coalesce(unit_id, 0) = any(:units)
        group by 1, role, due_from, warn_from, paused
        having sum(change) <> 0
    ), summed_up as (
        select unit_id,
            sum(tasks) filter (where not paused and due_from < hours) as red,
            sum(tasks) filter (
                where not paused and due_from > hours and warn_from < hours
            ) as yellow,
            sum(tasks) filter (where paused) as grey,
            sum(tasks) as everything
        from open_work, clock group by unit_id
    ), looked_at as (
        select place.unit_id, sum(tasks.red)::bigint as red, sum(tasks.yellow)::bigint as yellow
        from (
            select distinct unit_id, role, due_from, hours from open_work, clock
            where not paused and (due_from = hours or due_from > hours and warn_from = hours)
        ) place
        cross join lateral (
            select count(*) filter (where due_at < :now) as red,
                count(*) filter (where due_at >= :now and warn_at <= :now) as yellow
            from ({_WITHIN}) task
            where place.due_from = hours or warn_at >= hours and warn_at <= :now
        ) tasks
        group by place.unit_id
    ), oldest as (
        select place.unit_id, min(task.due_at) as due_at
        from (
            select unit_id, role, min(due_from) as due_from from open_work, clock
            where not paused and due_from <= hours group by unit_id, role
        ) place
        cross join lateral ({_FIRST_LATE}) task
        group by place.unit_id
    ), loads as (
        select unit_id, everything, coalesce(grey, 0) as grey,
            (coalesce(summed_up.red, 0) + coalesce(looked_at.red, 0)) as red,
            (coalesce(summed_up.yellow, 0) + coalesce(looked_at.yellow, 0)) as yellow
        from summed_up left join looked_at using (unit_id)
    )
    select nullif(loads.unit_id, 0), units.name, red, yellow, everything - red - yellow - grey,
        grey, oldest.due_at
    from loads left join oldest using (unit_id) left join units on units.id = loads.unit_id
    order by red desc, yellow desc, everything desc, units.name
    """
).bindparams(
    bindparam("everywhere", type_=Boolean),
    bindparam("units", type_=ARRAY(BigInteger)),
    bindparam("now", type_=DateTime(timezone=True)),
)
MISCOUNTED = text(
    """
    with kept_and_counted as (
        select unit_id, role, due_from, warn_from, paused, change as kept, 0 as counted
        from workloads
        union all
        select unit_id, role, date_bin('6 hours', due_at, '2000-01-01Z'),
            date_bin('6 hours', warn_at, '2000-01-01Z'), paused_at is not null, 0, 1
        from work_items where state = 'open'
    )
    select unit_id, role, due_from, warn_from, paused, sum(kept) as kept, sum(counted) as counted
    from kept_and_counted
    group by unit_id, role, due_from, warn_from, paused
    having sum(kept) <> sum(counted)
    order by unit_id, role, due_from, warn_from, paused
    """
)
"""Where what is kept and a recount differ."""


def city_loads(
    session: Session, *, now: datetime, units: Collection[int] | None = None
) -> list[UnitLoad]:
    """Return the open work of the whole city by unit, worst first.

    `units` narrows to some units; 0 among them stands for the companies.
    """
    values = {
        "everywhere": units is None,
        "units": list(units or ()),
        "now": now,
    }
    rows = rows_of(session, _LOADS, values)
    names = ("unit_id", "unit", "red", "yellow", "green", "grey", "oldest_due_at")
    return [UnitLoad(**dict(zip(names, row, strict=True))) for row in rows]
