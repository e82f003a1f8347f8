"""Calendars in the tables: seeded from the state's published years, replaced, read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import Boolean, Date, Text, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.calendars import CalendarDay, CalendarVersion
from models.work import Deadline
from workflows.worktime import Calendar, DifferingDay

STATE = "chinesecalendar"
"""The source of seeded versions: the State Council's yearly notices, as that package holds them."""

_NAMES = {holiday.value: holiday.chinese for holiday in Holiday} | {
    "Tomb-sweeping Day": "清明节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
}


def published_days() -> tuple[DifferingDay, ...]:
    """Return the weekdays off and weekend days at work of all years that the state published."""
    days = [DifferingDay(on, False, _NAMES[name]) for on, name in holidays.items()]
    days += [DifferingDay(on, True, _NAMES[name]) for on, name in workdays.items()]
    return tuple(sorted(day for day in days if day.working == (day.on.weekday() >= 5)))


def seed(session: Session, now: datetime) -> int | None:
    """Publish the state's calendar for the whole city, unless it is known that far already.

    Returns the id of the new version, or None when there was nothing new.
    """
    first_on, last_on = date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)
    known = select(func.max(CalendarVersion.last_on)).where(CalendarVersion.place_id.is_(None))
    known_to = session.scalar(known)
    if known_to is not None and known_to >= last_on:
        return None
    return publish(
        session,
        published_days(),
        first_on=first_on,
        last_on=last_on,
        source=STATE,
        by="系统",
        now=now,
    )


def publish(
    session: Session,
    days: Iterable[DifferingDay],
    *,
    first_on: date,
    last_on: date,
    source: str,
    by: str,
    now: datetime,
    place_id: int | None = None,
) -> int:
    """Write a new version of the city's calendar, or of a county's own days; return its id.

    A city's version holds all differing days from `first_on` to `last_on`. A county's holds only
    the days on which it differs from the city; they are laid over the city's newest version.
    The version remembers whose running deadlines have to be counted again by it.
    """
    number = session.scalar(
        select(func.coalesce(func.max(CalendarVersion.number), 0) + 1).where(
            CalendarVersion.place_id.is_not_distinct_from(place_id)
        )
    )
    version_id = session.scalars(
        insert(CalendarVersion).returning(CalendarVersion.id),
        [
            {
                "place_id": place_id,
                "number": number,
                "published_at": now,
                "published_by": by,
                "source": source,
                "first_on": first_on,
                "last_on": last_on,
                "uncounted": counted_cases(session),
            }
        ],
    ).one()
    written = list(days)
    listed = (
        func.unnest(
            literal([day.on for day in written], ARRAY(Date)),
            literal([day.working for day in written], ARRAY(Boolean)),
            literal([day.name for day in written], ARRAY(Text)),
        )
        .table_valued("day", "working", "name")
        .render_derived()
    )
    session.execute(
        insert(CalendarDay).from_select(
            [CalendarDay.version_id, CalendarDay.on, CalendarDay.working, CalendarDay.name],
            select(literal(version_id), listed.c.day, listed.c.working, listed.c.name),
        )
    )
    return version_id


def counted_cases(session: Session) -> list[int]:
    """Return the cases with a running deadline that a calendar has counted."""
    counted = Deadline.how.has_key("calendar")
    rows = select(Deadline.case_id).where(Deadline.ended_at.is_(None), counted).distinct()
    return sorted(session.scalars(rows))


def load(session: Session, place_id: int | None) -> Calendar:
    """Return the newest calendar of a county, or the city's (`None`, or a place without its own).

    A city without any version works by the plain week, all of it provisional.
    """
    city = _newest(session, None)
    county = _newest(session, place_id) if place_id is not None else None
    versions = [version for version in (city, county) if version is not None]
    days: dict[date, DifferingDay] = {}
    for version in versions:
        days |= _days(session, version.id)
    return Calendar(
        version="+".join(str(version.id) for version in versions) or "0",
        last_on=city.last_on if city else date.min,
        days=tuple(sorted(days.values())),
    )


def _newest(session: Session, place_id: int | None) -> CalendarVersion | None:
    return session.scalar(
        select(CalendarVersion)
        .where(CalendarVersion.place_id.is_not_distinct_from(place_id))
        .order_by(CalendarVersion.number.desc())
        .limit(1)
    )


def _days(session: Session, version_id: int) -> dict[date, DifferingDay]:
    rows = session.execute(
        select(CalendarDay.on, CalendarDay.working, CalendarDay.name).where(
            CalendarDay.version_id == version_id
        )
    )
    return {on: DifferingDay(on, working, name) for on, working, name in rows}
