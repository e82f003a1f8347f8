"""The counters of open work: their rows are added up, so that there are few to read."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select

from models.workloads import Workload
from workflows.city import City

MOST_LOOSE = 1000
"""So many rows may wait to be added up; reading them costs less than a millisecond."""

_KEY = (Workload.unit_id, Workload.role, Workload.due_from, Workload.warn_from, Workload.paused)
_GROUPS = select(*_KEY).distinct().subquery()
_LOOSE = select(
    select(func.count()).select_from(Workload).scalar_subquery()
    - select(func.count()).select_from(_GROUPS).scalar_subquery()
)


def add_up(city: City, *, most_loose: int = MOST_LOOSE) -> bool:
    """Make one row of all that count the same, where more than `most_loose` are too many.

    Return whether anything was done. What another worker adds up at the moment is left to it, and
    what comes in meanwhile stays as it is: each row goes into one sum, which is written with it.
    """
    with city.database.transaction() as session:
        if session.scalars(_LOOSE).one() <= most_loose:
            return False
        free = select(Workload.id).with_for_update(skip_locked=True)
        taken = delete(Workload).where(Workload.id.in_(free)).returning(*_KEY, Workload.change)
        rows = taken.cte("rows")
        key = [rows.c[column.key] for column in _KEY]
        change = func.sum(rows.c.change)
        sums = select(*key, change).group_by(*key).having(change != 0)
        session.execute(insert(Workload).from_select([*(c.key for c in _KEY), "change"], sums))
    return True
