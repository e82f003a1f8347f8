"""A play kept to oneself: whose it is, where it stands; nobody else goes on with it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.database import Database
from models.plays import Play, PlayAct
from workflows.actor import PROCESS_ADMIN, Actor
from workflows.city import City
from workflows.errors import NotAllowed, NotFound, ThroughTrainError
from workflows.plays.stage import stage_name

TURNS = 5
"""How often a window waits for another one, `LOCK_TIMEOUT_MS` each, before it says so."""


class PlayMoved(ThroughTrainError):
    """The play has gone on in another window since the page was read."""

    sentence = "This play has gone on in another window."
    mend = "Nothing was done. Here is where it stands now."


class PlayBusy(ThroughTrainError):
    """Another window is making the play's stage again, or is doing a long jump of its clock."""

    sentence = "This play is being worked on in another window."
    mend = "Nothing was done. Wait until that window is ready, then try again."


@contextmanager
def alone(database: Database, play_id: int, *, patient: bool = True) -> Iterator[None]:
    """Keep a play to oneself; PlayBusy where somebody else does.

    The lock is the connection's, not a transaction's: to make a stage again takes seconds, and no
    row stays locked for it. A process that dies lets go of it.
    """
    name = {"name": stage_name(database, play_id)}
    with database.reading() as session:
        if not _lock(session, name, TURNS if patient else 0):
            raise PlayBusy
        try:
            yield
        finally:
            session.execute(_UNLOCK, name)


_TRY = text("select pg_try_advisory_lock(hashtext(:name))")
_WAIT = text("select pg_advisory_lock(hashtext(:name))")
_UNLOCK = text("select pg_advisory_unlock(hashtext(:name))")


def _lock(session: Session, name: dict[str, str], turns: int) -> bool:
    if session.scalar(_TRY, name):
        return True
    for _ in range(turns):
        try:
            session.execute(_WAIT, name)
        except OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
        else:
            return True
    return False


@contextmanager
def in_hand(
    city: City, actor: Actor, play_id: int, *, now: datetime, seen: int | None = None
) -> Iterator[tuple[Play, list[PlayAct]]]:
    """Give a person's own play, kept to oneself, with its acts; no transaction stays open.

    NotFound for anybody else's; PlayMoved where it has other than `seen` acts.
    """
    with city.database.reading() as session:
        own_play(session, actor, play_id)
    with alone(city.database, play_id):
        with city.database.transaction() as session:
            play = own_play(session, actor, play_id)
            acts = acts_of(session, play_id)
            if seen is not None and seen != len(acts):
                raise PlayMoved
            play.used_at = now
        yield play, acts


def own_play(session: Session, actor: Actor, play_id: int) -> Play:
    """Return a person's own play; NotFound for anybody else's."""
    query = select(Play).where(Play.id == play_id, Play.person_id == require_person(actor))
    play = session.scalars(query).one_or_none()
    if play is None:
        raise NotFound
    return play


def require_person(actor: Actor) -> int:
    """Return who plays; NotAllowed for whoever may not deploy what they play."""
    if actor.person_id is None or PROCESS_ADMIN not in actor.roles:
        raise NotAllowed
    return actor.person_id


def acts_of(session: Session, play_id: int) -> list[PlayAct]:
    """Return the acts of a play in their order."""
    rows = select(PlayAct).where(PlayAct.play_id == play_id).order_by(PlayAct.number)
    return list(session.scalars(rows))
