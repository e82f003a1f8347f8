"""Moves are carried out: case by case, in whatever process, again after a kill."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from models.moves import Move, MovedCase
from workflows.actions.migrating import Task, give_up, move_case
from workflows.city import City
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.definitions.messages import Message
from workflows.errors import Busy, NotFound, ThroughTrainError
from workflows.impact import look_into
from workflows.passage import mapping_of

log = logging.getLogger(__name__)

LOST = timedelta(seconds=30)
"""A move that has stood still for this long has lost its process; the worker goes on with it."""
SAID_EVERY = timedelta(seconds=0.5)
ROUNDS = 3
"""How often a case is tried that somebody is working on."""
AT_ONCE = 100
"""Cases that a tick of the worker moves before it looks at its other work again."""

BUSY = Message("Somebody was working on it all the time.")
NOBODY = Message("The case is not there any more.")
FAILED = Message("Something went wrong on our side; the incident of this case says more.")

Clock = Callable[[], datetime]


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
    return _move(city, Task.of(move), now, limit)


def resume(city: City, now: datetime, clock: Clock) -> bool:
    """Go on with a move whose process is lost; return whether there was one. For the worker."""
    with city.database.reading() as session:
        lost = session.execute(
            select(Move.id, Move.kind)
            .where(Move.finished_at.is_(None), Move.beat_at < now - LOST)
            .order_by(Move.id)
            .limit(1)
        ).one_or_none()
    if lost is None:
        return False
    if lost.kind == "preview":
        # Nobody may be waiting any more; who is can begin again.
        _say(city, lost.id, now, finished_at=now, archive=b"", report={"lost": True})
        return True
    if not run(city, lost.id, clock, limit=AT_ONCE):
        # Found again with the next tick.
        with city.database.transaction() as session:
            session.execute(update(Move).where(Move.id == lost.id).values(beat_at=now - 2 * LOST))
    return True


def _move(city: City, task: Task, now: Clock, limit: int | None) -> bool:
    said_at, done = now(), 0
    _say(city, task.id, said_at)
    for _ in range(ROUNDS):
        for case_id in _waiting(city, task.id):
            if limit is not None and done == limit:
                return False
            at = now()
            _try(city, task, case_id, at)
            done += 1
            if at - said_at >= SAID_EVERY:
                _say(city, task.id, at)
                said_at = at
    at = now()
    with city.database.transaction() as session:
        give_up(session, task.id, BUSY, at)
    _say(city, task.id, at, finished_at=at)
    return True


def _try(city: City, task: Task, case_id: int, at: datetime) -> None:
    try:
        move_case(city, task, case_id, now=at)
    except Busy:
        log.info("case is busy", extra={"action": "migrate", "case_id": case_id})
    except DBAPIError:
        raise
    except NotFound:
        with city.database.transaction() as session:
            give_up(session, task.id, NOBODY, at, case_id=case_id)
    except Exception:
        # An incident names the case, and the others go on.
        log.exception("case not moved", extra={"action": "migrate", "case_id": case_id})
        with city.database.transaction() as session:
            give_up(session, task.id, FAILED, at, case_id=case_id)


def _waiting(city: City, move_id: int) -> list[int]:
    with city.database.reading() as session:
        return list(
            session.scalars(
                select(MovedCase.case_id)
                .where(MovedCase.move_id == move_id, MovedCase.state == "waiting")
                .order_by(MovedCase.case_id)
            )
        )


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
