"""Moves are carried out: case by case, in whatever process, again after a kill."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from models.moves import Move, MovedCase
from workflows.actions.migrating import Task, give_up, move_case
from workflows.case_by_case import AT_ONCE, LOST, Clock, go_through, leave, lost
from workflows.city import City
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.definitions.messages import Message
from workflows.errors import Busy, NotFound, ThroughTrainError
from workflows.impact import look_into
from workflows.passage import mapping_of

__all__ = ["LOST", "resume", "run"]

log = logging.getLogger(__name__)

BUSY = Message("Somebody was working on it all the time.")
NOBODY = Message("The case is not there any more.")
FAILED = Message("Something went wrong on our side; the incident of this case says more.")


def run(city: City, move_id: int, now: Clock, *, limit: int | None = None) -> bool:
    """Carry out a move or a preview as far as `limit` cases; return whether it is finished.

    Two processes may do this at once: each case moves exactly once.
    """
    with city.database.reading() as session:
        move = session.get(Move, move_id)
    if move is None or move.finished_at is not None:
        return True
    if move.kind == "preview":
        _preview(city, move_id, now)
        return True
    return go_through(_Moving(city, Task.of(move)), now, limit)


def resume(city: City, now: datetime, clock: Clock) -> bool:
    """Go on with a move whose process is lost; return whether there was one. For the worker."""
    move_id = lost(city, Move, now)
    if move_id is None:
        return False
    with city.database.reading() as session:
        kind = session.scalar(select(Move.kind).where(Move.id == move_id))
    if kind == "preview":
        # Nobody may be waiting any more; who is can begin again.
        _say(city, move_id, now, finished_at=now, archive=b"", report={"lost": True})
    elif not run(city, move_id, clock, limit=AT_ONCE):
        leave(city, Move, move_id, now)
    return True


@dataclass(frozen=True)
class _Moving:
    """A move, as work on many cases."""

    city: City
    task: Task

    def waiting(self) -> list[int]:
        with self.city.database.reading() as session:
            return list(
                session.scalars(
                    select(MovedCase.case_id)
                    .where(MovedCase.move_id == self.task.id, MovedCase.state == "waiting")
                    .order_by(MovedCase.case_id)
                )
            )

    def take(self, case_id: int, at: datetime) -> None:
        try:
            move_case(self.city, self.task, case_id, now=at)
        except Busy:
            log.info("case is busy", extra={"action": "migrate", "case_id": case_id})
        except DBAPIError:
            raise
        except NotFound:
            self._give_up(NOBODY, at, case_id)
        except Exception:
            # An incident names the case, and the others go on.
            log.exception("case not moved", extra={"action": "migrate", "case_id": case_id})
            self._give_up(FAILED, at, case_id)

    def beat(self, at: datetime) -> None:
        _say(self.city, self.task.id, at)

    def end(self, at: datetime) -> None:
        self._give_up(BUSY, at)
        _say(self.city, self.task.id, at, finished_at=at)

    def _give_up(self, message: Message, at: datetime, case_id: int | None = None) -> None:
        with self.city.database.transaction() as session:
            give_up(session, self.task.id, message, at, case_id=case_id)


def _say(city: City, move_id: int, at: datetime, **values: Any) -> None:
    """Write down how far a move is, and that somebody is still at it."""
    waiting = MovedCase.state == "waiting"
    left = select(func.count()).where(MovedCase.move_id == move_id, waiting)
    with city.database.transaction() as session:
        total = session.scalar(select(Move.total).where(Move.id == move_id)) or 0
        if "done" not in values and total:
            values["done"] = total - (session.scalar(left) or 0)
        session.execute(
            update(Move)
            .where(Move.id == move_id, Move.finished_at.is_(None))
            .values(beat_at=at, **values)
        )


def _preview(city: City, move_id: int, now: Clock) -> None:
    with city.database.reading() as session:
        move = session.get_one(Move, move_id)
        archive = move.archive

    def progress(done: int, total: int) -> None:
        _say(city, move_id, now(), done=done, total=total)

    try:
        target = _target(city, move, archive)
        mapping = mapping_of(move.mapping)
        report = look_into(
            city, move.process_id, target, mapping, now=move.started_at, progress=progress
        )
    except ThroughTrainError as error:
        report = {"problem": error.text()}
    except Exception:
        # Whatever it was, the row must not stand still: who waits for it is told.
        log.exception("impact not computed", extra={"action": "preview", "move": move_id})
        report = {"problem": "The impact could not be computed; the log says more."}
    at = now()
    _say(city, move_id, at, finished_at=at, archive=b"", report=report)


def _target(city: City, move: Move, archive: bytes) -> Definition:
    if move.version_id is not None:
        return city.library.version(move.version_id)
    return Definition.compile(Bundle.from_files(unpack(archive)), process_id=move.process_id)
