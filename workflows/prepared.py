"""Is a city ready for its first case: asked at each start, so it loads little."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from chinese_calendar.constants import holidays
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import bpmn
from models.calendars import CalendarVersion
from models.database import Database
from models.processes import Process
from models.schema_version import applied, latest
from models.units import Unit


def is_prepared(database: Database, *, with_units: bool) -> bool:
    """Tell whether tables, calendar and shipped processes (and units, if asked for) are there."""
    if applied(database) != latest():
        return False
    with database.reading() as session:
        return (
            _calendar_ends_in(session) >= max(holidays).year
            and {folder.name for folder in shipped_bundles()} <= deployed_keys(session)
            and (not with_units or session.scalar(select(Unit.id).limit(1)) is not None)
        )


def deployed_keys(session: Session) -> set[str]:
    """Return the keys of the processes that the city has a version of."""
    return set(session.scalars(select(Process.key).where(Process.version_id.is_not(None))))


def shipped_bundles() -> list[Path]:
    """Return the folders of the shipped processes, in the order of their names."""
    shipped = Path(str(files(bpmn)))
    return sorted(path.parent for path in shipped.glob("*/bundle.toml"))


def _calendar_ends_in(session: Session) -> int:
    """Return the last year that the city's own calendar covers, 0 without one."""
    newest = select(func.max(CalendarVersion.last_on)).where(CalendarVersion.place_id.is_(None))
    last_on = session.scalar(newest)
    return last_on.year if last_on else 0
