"""How long the tasks of a process took, by element: waiting, in hand and in all, in working days.

A task counts in the time in which it was done. A day of work has 24 hours, a day off none: from
Friday 18:00 to Monday 06:00 half a working day goes by. Time in which the clock of a case stood
still counts as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    Subquery,
    exists,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.cases import Case
from models.queries.counted_days import Workdays, days_between
from models.queries.spans import (
    Measured,
    are_kept,
    bin_of,
    counted_parts,
    covered,
    kept_parts,
    stands,
)
from models.queries.standing import of_units
from models.queries.visibility import visible_cases
from models.spans import FIGURES
from models.work import WorkItem

__all__ = [
    "Ended",
    "Measured",
    "Spread",
    "Times",
    "Workdays",
    "ended_cases",
    "first_submitted",
    "stands",
    "times",
]

SHARES = {"median": 0.5, "p90": 0.9}
"""Of the tasks, ordered by how long they took, where these figures lie."""


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
    """Measure the tasks by element, those that took most time first.

    Past months and years that are counted already are read as counted, where the reader sees
    everything; the rest is counted now. Either gives the same figures.
    """
    spans, rest = covered(session, wanted)
    parts = union_all(*kept_parts(wanted, spans), counted_parts(wanted, rest)).subquery("parts")
    key = [parts.c.process, parts.c.element] + ([parts.c.version_id] if by_version else [])
    rows = session.execute(_merged(parts, [*key, parts.c.figure])).mappings().all()
    if not are_kept(session, spans):
        # One was forgotten after it was looked for: its tasks would be missing.
        return times(session, replace(wanted, calendar=""), by_version=by_version)
    found: dict[tuple[str, str, int | None], dict[str, Spread]] = {}
    for row in rows:
        place = (row["process"], row["element"], row.get("version_id"))
        found.setdefault(place, {})[row["figure"]] = _read(row)
    measured = [_times(place, figures) for place, figures in found.items()]
    return sorted(measured, key=lambda one: (-one.whole.total, one.process, one.element))


def _merged(parts: Subquery, key: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Add bins up by key, with the two values between which the median and the p90 lie."""
    n, total = func.sum(parts.c.n), func.sum(parts.c.total)
    bins = select(*key, parts.c.bin, n.label("n"), total.label("total"))
    bins_of = bins.group_by(*key, parts.c.bin).subquery("bins")
    own = [bins_of.c[column.name] for column in key]
    up_to = func.sum(bins_of.c.n).over(partition_by=own, order_by=bins_of.c.bin)
    ranked = select(
        bins_of,
        up_to.label("up_to"),
        func.sum(bins_of.c.n).over(partition_by=own).label("of"),
    ).subquery("ranked")
    mean = ranked.c.total / ranked.c.n
    at = {
        f"{name}_{side}": func.min(mean).filter(
            ranked.c.up_to > rounded(literal(share, Float) * (ranked.c.of - 1))
        )
        for name, share in SHARES.items()
        for side, rounded in (("low", func.floor), ("high", func.ceil))
    }
    own = [ranked.c[column.name] for column in key]
    return select(
        *own,
        func.sum(ranked.c.n).label("count"),
        func.sum(ranked.c.total).label("total"),
        *(value.label(name) for name, value in at.items()),
    ).group_by(*own)


def _times(place: tuple[str, str, int | None], figures: Mapping[str, Spread]) -> Times:
    spread = {name: figures.get(name, NOTHING) for name in FIGURES}
    return Times(
        process=place[0],
        element=place[1],
        version_id=place[2],
        whole=spread["whole"],
        waiting=spread["waiting"],
        in_hand=spread["in_hand"],
        limited=spread["limited"].count,
        late=spread["late"].count,
    )


def ended_cases(session: Session, wanted: Measured) -> list[Ended]:
    """Measure whole cases by the version on which they ended; parts of cases count as well."""
    whole = days_of_case(wanted.workdays)
    each = (
        select(
            Case.version_id,
            bin_of(whole).label("bin"),
            literal(1).label("n"),
            whole.label("total"),
        )
        .where(*ended(wanted))
        .subquery("parts")
    )
    rows = session.execute(_merged(each, [each.c.version_id])).mappings()
    return [Ended(version_id=row["version_id"], whole=_read(row)) for row in rows]


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


def first_submitted(session: Session, process_id: int) -> datetime | None:
    """Return when the first case of a process was submitted: one taken over is older than it."""
    return session.scalar(select(func.min(Case.submitted_at)).where(Case.process_id == process_id))


def days_of_case(clock: Workdays) -> ColumnElement[float]:
    """Return how many working days a case took, from submitted to ended."""
    return days_between(clock, Case.submitted_at, Case.closed_at)


def _touched(units: Collection[int]) -> ColumnElement[bool]:
    own = aliased(WorkItem)
    return exists().where(own.case_id == Case.id, of_units(own.unit_id, units), own.state == "done")


def _read(row: Any) -> Spread:
    """Return a spread; between two values the median and the p90 lie as far as their share says."""
    count = int(row["count"])
    if not count:
        return NOTHING
    found = {
        name: float(row[f"{name}_low"])
        + (float(row[f"{name}_high"]) - float(row[f"{name}_low"])) * (share * (count - 1) % 1)
        for name, share in SHARES.items()
    }
    return Spread(count=count, total=float(row["total"]), median=found["median"], p90=found["p90"])
