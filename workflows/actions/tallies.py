"""Limits on how often one sender may do a thing: counted in the database for all processes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, DateTime, Text, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.tallies import Tally
from workflows.city import City
from workflows.errors import ThroughTrainError

KEPT = timedelta(days=2)
"""How long a tally is kept that nobody has added to; longer than any window."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So much of something within a window; what comes after waits until the window has passed.

    The window begins with the first and, once the limit is reached, again with the last that was
    let through.
    """

    what: str
    most: int
    window: timedelta


class TooMany(ThroughTrainError):
    """Too much of one thing came from one sender."""

    sentence = "Too much was tried or sent from here in a short time."
    mend = "Please try again in {minutes} minutes, or call the hotline."


_MOST, _ADDED = bindparam("most", type_=BigInteger), bindparam("added", type_=BigInteger)
_NOW, _SINCE = (bindparam(name, type_=DateTime(timezone=True)) for name in ("now", "since"))
_PASSED = Tally.since_at <= _SINCE
_SUM = Tally.count + _ADDED
_TAKE = (
    upsert(Tally)
    .values(
        what=bindparam("what", type_=Text),
        who=bindparam("who", type_=Text),
        since_at=_NOW,
        count=_ADDED,
    )
    .on_conflict_do_update(
        index_elements=[Tally.what, Tally.who],
        set_={
            "count": case((_PASSED, _ADDED), else_=_SUM),
            "since_at": case((or_(_PASSED, _SUM >= _MOST), _NOW), else_=Tally.since_at),
        },
        where=or_(_PASSED, _SUM <= _MOST),
    )
    .returning(Tally.count)
)


def take(
    session: Session, limit: Limit, who: str, *, now: datetime, amount: int = 1
) -> timedelta | None:
    """Count what `who` is about to do; return how long they have to wait, None if they may.

    One statement as long as the limit is not reached. What came to nothing is given back with
    `give_back`, so that only what counts is left. An `amount` above the whole limit is let
    through once in a window.
    """
    values = {
        "what": limit.what,
        "who": who,
        "now": now,
        "since": now - limit.window,
        "most": limit.most,
        "added": min(amount, limit.most),
    }
    if session.execute(_TAKE, values).scalar_one_or_none() is not None:
        return None
    since_at = session.scalar(
        select(Tally.since_at).where(Tally.what == limit.what, Tally.who == who)
    )
    return (since_at or now) + limit.window - now


def require(city: City, limit: Limit, who: str, *, now: datetime, amount: int = 1) -> None:
    """Count what `who` is about to do; raise TooMany when it is too much."""
    with city.database.transaction() as session:
        wait = take(session, limit, who, now=now, amount=amount)
    if wait is not None:
        raise TooMany(minutes=minutes(wait))


def give_back(city: City, limit: Limit, who: str) -> None:
    """Take one off again: what was counted did no harm."""
    with city.database.transaction() as session:
        put_back(session, limit, who)


def put_back(session: Session, limit: Limit, who: str) -> None:
    """Take one off again, in a transaction that goes on."""
    session.execute(
        update(Tally)
        .where(Tally.what == limit.what, Tally.who == who, Tally.count > 0)
        .values(count=Tally.count - 1)
    )


def count_of(session: Session, limit: Limit, who: str) -> int:
    """Return what has been counted, in the window that runs or was the last."""
    counted = select(Tally.count).where(Tally.what == limit.what, Tally.who == who)
    return session.scalar(counted) or 0


def forget(session: Session, limit: Limit, who: str) -> None:
    """Begin again from nothing."""
    session.execute(delete(Tally).where(Tally.what == limit.what, Tally.who == who))


def prune(city: City, *, now: datetime) -> int:
    """Delete the tallies whose windows have passed long ago; return how many."""
    with city.database.transaction() as session:
        gone = session.execute(
            delete(Tally).where(Tally.since_at < now - KEPT).returning(Tally.what)
        )
        return len(gone.all())


def minutes(wait: timedelta) -> int:
    """Return a time to wait in whole minutes, at least one."""
    return max(1, -(-int(wait.total_seconds()) // 60))


def hashed(name: str) -> str:
    """Return what a tally keeps of a typed name: it may be a slip, or a password."""
    return hashlib.sha256(name.strip().casefold().encode()).hexdigest()
