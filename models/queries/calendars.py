"""Versions of the working-day calendar, as the page about it lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendars import CalendarVersion


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A published version; `last_on` is the last day that the state has published."""

    number: int
    published_at: datetime
    published_by: str
    source: str
    first_on: date
    last_on: date


def versions(session: Session, place_id: int | None, *, limit: int = 10) -> list[VersionRow]:
    """Return the versions of the city's calendar (None) or of a county's own days, newest first."""
    rows = session.execute(
        select(
            CalendarVersion.number,
            CalendarVersion.published_at,
            CalendarVersion.published_by,
            CalendarVersion.source,
            CalendarVersion.first_on,
            CalendarVersion.last_on,
        )
        .where(CalendarVersion.place_id.is_not_distinct_from(place_id))
        .order_by(CalendarVersion.number.desc())
        .limit(limit)
    ).mappings()
    return [VersionRow(**row) for row in rows]
