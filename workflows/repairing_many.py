"""Repairs of many cases are carried out: case by case, in whatever process, again after a kill."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from models.repairs import RepairedCase, RepairRun
from workflows.actions.repairing_many import Taken, give_up, repair_one
from workflows.case_by_case import AT_ONCE, Clock, go_through, leave, lost
from workflows.city import City
from workflows.definitions.messages import Message
from workflows.errors import Busy

log = logging.getLogger(__name__)

BUSY = Message("Somebody was working on it all the time.")
FAILED = Message("Something went wrong on our side; the log says more.")


def run(city: City, run_id: int, now: Clock, *, limit: int | None = None) -> bool:
    """Repair the cases of a run, `limit` of them at most; return whether it is finished.

    Two processes may do this at once: each case is repaired exactly once.
    """
    with city.database.reading() as session:
        found = session.get(RepairRun, run_id)
    if found is None or found.finished_at is not None:
        return True
    return go_through(_Repairing(city, found), now, limit)


def resume(city: City, now: datetime, clock: Clock) -> bool:
    """Go on with a run whose process is lost; return whether there was one. For the worker."""
    run_id = lost(city, RepairRun, now)
    if run_id is None:
        return False
    if not run(city, run_id, clock, limit=AT_ONCE):
        leave(city, RepairRun, run_id, now)
    return True


@dataclass(frozen=True)
class _Repairing:
    """A run, as work on many cases."""

    city: City
    run: RepairRun

    def waiting(self) -> list[int]:
        with self.city.database.reading() as session:
            return list(
                session.scalars(
                    select(RepairedCase.case_id)
                    .where(RepairedCase.run_id == self.run.id, RepairedCase.state == "waiting")
                    .order_by(RepairedCase.case_id)
                )
            )

    def take(self, case_id: int, at: datetime) -> None:
        try:
            repair_one(self.city, self.run, case_id, now=at)
        except (Busy, Taken):
            log.info("case is busy", extra={"action": "repair", "case_id": case_id})
        except DBAPIError:
            raise
        except Exception:
            # It stays as it was, and the others go on.
            log.exception("case not repaired", extra={"action": "repair", "case_id": case_id})
            give_up(self.city, self.run.id, [FAILED], at, case_id=case_id)

    def beat(self, at: datetime) -> None:
        self._say(beat_at=at)

    def end(self, at: datetime) -> None:
        give_up(self.city, self.run.id, [BUSY], at)
        self._say(beat_at=at, finished_at=at)

    def _say(self, **values: Any) -> None:
        with self.city.database.transaction() as session:
            session.execute(
                update(RepairRun)
                .where(RepairRun.id == self.run.id, RepairRun.finished_at.is_(None))
                .values(**values)
            )
