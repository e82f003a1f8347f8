"""Playing the demo city's year, which ends today, after the pages are usable."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select, text

from models.enterprises import Enterprise
from models.processes import Process
from workflows.city import City
from workflows.demo import plan
from workflows.demo.names import credit_code
from workflows.replay import rows
from workflows.replay.playing import Progress, close_sessions, play
from workflows.replay.rows import Year

log = logging.getLogger(__name__)

YEAR = "demo-year"
"""The recorded year that the demo city lives through."""
_PLAYING = 7_341_903
"""The advisory lock that lets one process at a time play the demo of a database."""


def play_cases(city: City, now: datetime, progress: Progress | None = None) -> int:
    """Play the demo cases that are not played yet; return how many this call finished.

    Safe to call at each start: see `replay.playing.play`. Does nothing in a city that is not the
    demo's, without the demo's process, or while another process plays.
    """
    year = rows.read(YEAR)
    with _alone(city) as alone:
        laid_at = _laid_at(city, year) if alone else None
        if laid_at is None:
            return 0
        played = play(city, year, now=now, laid_at=laid_at, progress=progress)
        for one in played.refused:
            log.error("demo case stands still", extra={"action": "demo", "refused": str(one)})
        if played.cases:
            close_sessions(city, now)
    return played.cases


def is_demo(city: City) -> bool:
    """Tell whether this city is the demo's."""
    return _laid_at(city, rows.read(YEAR)) is not None


def _laid_at(city: City, year: Year) -> datetime | None:
    """Return when the demo city was laid; None if it is no demo city or lacks the process."""
    last = len(plan.enterprises()) - 1
    with city.database.reading() as session:
        deployed = session.scalar(select(Process.version_id).where(Process.key == year.process))
        if deployed is None:
            return None
        return session.scalar(
            select(Enterprise.created_at).where(Enterprise.credit_code == credit_code(last))
        )


@contextmanager
def _alone(city: City) -> Iterator[bool]:
    """Tell whether this process is the only one that plays; it stays so until the end."""
    key = {"key": _PLAYING, "schema": city.database.schema}
    with city.database.reading() as session:
        took = session.scalar(text("select pg_try_advisory_lock(:key, hashtext(:schema))"), key)
        try:
            yield bool(took)
        finally:
            if took:
                session.execute(text("select pg_advisory_unlock(:key, hashtext(:schema))"), key)
