"""The worker process: ticks the clock, tidies up, and goes on when the database was away."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

from sqlalchemy.exc import DBAPIError

from workflows import clock, files, migrating, repairing_many
from workflows.actions import (
    accounts,
    deliveries,
    drafts,
    effective,
    plays,
    previews,
    spans,
    tallies,
    trials,
    workloads,
)
from workflows.actions.calendars import recount_left
from workflows.city import City

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
"""How often the clock looks for what is due; with a backlog it looks again at once."""
LONGEST_PAUSE_SECONDS = 15.0
TIDIES_EVERY = timedelta(hours=1)
ADDS_UP_EVERY = timedelta(seconds=10)
"""How often it looks whether the counters of open work have become many rows."""
LOOKS_BACK_EVERY = timedelta(minutes=1)
"""How often it looks for deadlines that a new calendar has not reached, and months to count."""


def wall_clock() -> datetime:
    """Return the time, aware UTC: the only place where the worker asks the machine for it."""
    return datetime.now(UTC)


def work(city: City, stop: threading.Event, now: Callable[[], datetime] = wall_clock) -> None:
    """Tick until `stop` is set; a database that is away is waited for, longer each time."""
    pause = EVERY_SECONDS
    done_at: dict[timedelta, datetime] = {}
    while not stop.is_set():
        try:
            at = now()
            effective.take_effect(city, now=at)
            tick = clock.tick(city, at)
            handed = deliveries.hand_out(city, at)
            moving = migrating.resume(city, at, now)
            repairing = repairing_many.resume(city, at, now)
            for every, chore in CHORES.items():
                if every not in done_at or at - done_at[every] >= every:
                    chore(city, at)
                    done_at[every] = at
        except DBAPIError:
            log.warning("the database is away", exc_info=True, extra={"action": "tick"})
            city.database.engine.dispose()
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            continue
        pause = EVERY_SECONDS
        going_on = moving or repairing
        if tick.tried < clock.BATCH and handed.done < deliveries.BATCH and not going_on:
            stop.wait(EVERY_SECONDS)


def tidy(city: City, now: datetime) -> None:
    """Delete what was typed and uploaded long ago and never sent, and counts that have passed."""
    uploads, bookings = files.forget_waiting(city, now=now), drafts.forget_old(city, now=now)
    tallies.prune(city, now=now)
    trials.prune(city, now=now)
    plays.prune(city, now=now)
    previews.prune(city, now=now)
    accounts.forget_sessions(city, now=now)
    if uploads or bookings:
        log.info("tidied", extra={"action": "tidy", "uploads": uploads, "bookings": bookings})


def _add_up(city: City, _now: datetime) -> None:
    workloads.add_up(city)


def _look_back(city: City, now: datetime) -> None:
    recount_left(city, now=now)
    spans.count_spans(city, now=now)


def _tidy(city: City, now: datetime) -> None:
    tidy(city, now)


CHORES: dict[timedelta, Callable[[City, datetime], None]] = {
    ADDS_UP_EVERY: _add_up,
    LOOKS_BACK_EVERY: _look_back,
    TIDIES_EVERY: _tidy,
}
"""What is done now and then, the first time at once, by how often."""


def run_worker(city: City) -> None:
    """Work until the process is asked to stop; the step under way is finished first."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    work(city, stop)
