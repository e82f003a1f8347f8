"""Work on many cases, one after the other: in whatever process, and again after a kill.

A row in the city says what is asked for, and one for each case what came of it. `beat_at` of the
first moves with the work: one that stands still has lost its process, and the worker goes on.
That each case is taken exactly once is for the step that takes it: it settles the case's row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update

from models.moves import Move
from models.repairs import RepairRun
from workflows.city import City

LOST = timedelta(seconds=30)
"""Work that has stood still for this long has lost its process; the worker goes on with it."""
SAID_EVERY = timedelta(seconds=0.5)
ROUNDS = 3
"""How often a case is tried that somebody is working on."""
AT_ONCE = 100
"""Cases that a tick of the worker takes before it looks at its other work again."""

Clock = Callable[[], datetime]
Kept = type[Move] | type[RepairRun]


class Work(Protocol):
    """What is to be done with some cases."""

    def waiting(self) -> list[int]:
        """Return the ids of the cases that nobody has taken yet."""

    def take(self, case_id: int, at: datetime) -> None:
        """Take a case; what keeps it as it is is written down, a busy one goes on waiting."""

    def beat(self, at: datetime) -> None:
        """Write down that somebody is at it."""

    def end(self, at: datetime) -> None:
        """Write down that it is finished; cases that still wait were busy all the time."""


def go_through(work: Work, now: Clock, limit: int | None = None) -> bool:
    """Take the cases that wait, `limit` of them at most; return whether it is finished.

    Two processes may do this at once.
    """
    beat_at, done = now(), 0
    work.beat(beat_at)
    for _ in range(ROUNDS):
        for case_id in work.waiting():
            if done == limit:
                return False
            at = now()
            work.take(case_id, at)
            done += 1
            if at - beat_at >= SAID_EVERY:
                work.beat(at)
                beat_at = at
    work.end(now())
    return True


def lost(city: City, kept: Kept, now: datetime) -> int | None:
    """Return the id of the oldest work whose process is lost."""
    statement = (
        select(kept.id)
        .where(kept.finished_at.is_(None), kept.beat_at < now - LOST)
        .order_by(kept.id)
        .limit(1)
    )
    with city.database.reading() as session:
        return session.scalar(statement)


def leave(city: City, kept: Kept, work_id: int, now: datetime) -> None:
    """Let work that is not finished be found again with the next tick."""
    with city.database.transaction() as session:
        session.execute(update(kept).where(kept.id == work_id).values(beat_at=now - 2 * LOST))
