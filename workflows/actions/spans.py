"""Past months and years of a process are counted once, so that no page has to count them again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import psycopg.errors
from sqlalchemy import BigInteger, delete, func, insert, literal, or_, select, text, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.processes import Process
from models.queries.spans import Measured, counted_parts, kept_parts
from models.queries.visibility import Scope
from models.spans import Span, SpanTimes
from models.work import WorkItem
from workflows.city import City
from workflows.watching import MARGIN, workdays
from workflows.worktime import ZONE, local_day

SETTLED = timedelta(days=1)
"""How long after its end a span is counted; until then tasks of it may still be written down."""
ROUNDING = 1e-6
AT_ONCE = 12
"""Spans that are counted in one go."""
Days = tuple[date, date]


def count_spans(city: City, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Count spans that are not counted yet, or by another calendar; return how many.

    At most `limit` of them. What two workers want to count at once is counted by one of them.
    Where somebody is changing what was done long ago, the rest waits for the next time.
    """
    done = 0
    try:
        for process_id, days in _missing(city, now):
            if done == limit:
                break
            done += _count(city, process_id, days)
    except OperationalError as error:
        # To wait for the same lock with each span would keep the worker from its clock.
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
    return done


def _missing(city: City, now: datetime) -> Iterator[tuple[int, Days]]:
    """Yield the months and then the years of each process that are not counted."""
    with city.database.reading() as session:
        first_at = session.scalar(_FIRST)
        processes = session.scalars(select(Process.id).order_by(Process.id)).all()
        known = session.execute(
            select(Span.process_id, Span.start_at, Span.end_at).where(
                Span.calendar == city.calendar(None).version
            )
        )
        counted = {(row.process_id, row.start_at, row.end_at) for row in known}
    if first_at is None:
        return
    for days in _spans(local_day(first_at), local_day(now - SETTLED)):
        for process_id in processes:
            if (process_id, *map(_midnight, days)) not in counted:
                yield process_id, days


_FIRST = (
    select(WorkItem.closed_at)
    .where(WorkItem.state == literal("done", literal_execute=True))
    .order_by(WorkItem.closed_at)
    .limit(1)
)


def _spans(first_on: date, last_on: date) -> Iterator[Days]:
    """Yield (first day, first day after) of whole months and years until a day."""
    month = first_on.replace(day=1)
    while (after := (month + timedelta(days=32)).replace(day=1)) <= last_on:
        yield month, after
        month = after
    for year in range(first_on.year, last_on.year):
        yield date(year, 1, 1), date(year + 1, 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def _count(city: City, process_id: int, days: Days) -> bool:
    calendar = city.calendar(None)
    wanted = _wanted(city, process_id, days)
    start_at, end_at = wanted.start, wanted.end
    with city.database.transaction() as session:
        # Who changes what is being counted waits, and then forgets it.
        session.execute(text("lock table spans in share row exclusive mode"))
        mine = (Span.process_id == process_id, Span.start_at == start_at, Span.end_at == end_at)
        session.execute(delete(Span).where(*mine, Span.calendar != calendar.version))
        if session.scalar(select(Span.id).where(*mine)) is not None:
            return False
        row = {"process_id": process_id, "start_at": start_at, "end_at": end_at}
        added = insert(Span).values(**row, calendar=calendar.version).returning(Span.id)
        _write(session, session.scalars(added).one(), wanted)
    return True


def _write(session: Session, span_id: int, wanted: Measured) -> None:
    parts = counted_parts(wanted, [(wanted.start, wanted.end)]).subquery("parts")
    key = (parts.c.version_id, parts.c.process, parts.c.element, parts.c.figure)
    arrays = [
        func.array_agg(aggregate_order_by(column, parts.c.bin))
        for column in (parts.c.bin, parts.c.n, parts.c.total)
    ]
    names = ("span_id", "version_id", "process", "element", "figure", "bins", "counts", "totals")
    rows = select(literal(span_id, BigInteger), *key, *arrays).group_by(*key)
    session.execute(insert(SpanTimes).from_select(names, rows))


def _wanted(city: City, process_id: int, days: Days) -> Measured:
    start_at, end_at = map(_midnight, days)
    return Measured(
        scope=Scope(everything=True),
        process_id=process_id,
        start=start_at,
        end=end_at,
        workdays=workdays(city.calendar(None), days[0] - MARGIN, days[1]),
    )


def miscounted(city: City) -> Iterator[str]:
    """Yield the spans of which what is kept is not what a recount gives, each in one snapshot."""
    calendar = city.calendar(None).version
    with city.database.reading() as session:
        spans = session.scalars(select(Span).where(Span.calendar == calendar)).all()
    for span in spans:
        days = local_day(span.start_at), local_day(span.end_at)
        wanted = _wanted(city, span.process_id, days)
        kept, *_ = kept_parts(wanted, [span.id])
        both = union_all(
            kept.add_columns(literal(1).label("sign")),
            counted_parts(wanted, [(wanted.start, wanted.end)]).add_columns(literal(-1)),
        ).subquery("both")
        n, total = func.sum(both.c.n * both.c.sign), func.sum(both.c.total * both.c.sign)
        key = [column for column in both.c if column.name not in ("n", "total", "sign")]
        differing = select(*key).group_by(*key).having(or_(n != 0, func.abs(total) > ROUNDING))
        with city.database.reading() as session:
            still = select(Span.id).where(Span.id == span.id).exists()
            found = session.execute(differing.where(still)).all()
        if found:
            yield f"{days[0]} to {days[1]}: {len(found)} figures, {found[0]}"
