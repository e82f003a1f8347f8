"""Accounts: signing in with a lockout, a new password, the language that somebody prefers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.people import Person
from models.queries.accounts import Credentials, read_credentials
from workflows.actor import Actor
from workflows.city import City
from workflows.errors import InvalidEntries, NotAllowed, ThroughTrainError

TRIES = 5
"""Wrong passwords in a row before an account is locked."""
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")
"""Checked when the login is unknown, so that the answer takes as long as for a known one."""


class SignInRefused(ThroughTrainError):
    """Login and password do not fit, or the account is switched off."""

    sentence = "Account name and password do not match."
    mend = "Check both and try again. After five wrong tries the account is locked for a while."


class AccountLocked(ThroughTrainError):
    """Too many wrong passwords in a row."""

    sentence = "This account is locked after too many wrong passwords."
    mend = "Try again in {minutes} minutes, or ask your system administrator."


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who came in: the account and the epoch that the session is tied to."""

    person_id: int
    epoch: int


def hash_password(password: str) -> str:
    """Return the argon2 hash of a password, as `people.password_hash` keeps it."""
    return _hasher.hash(password)


def sign_in(city: City, login: str, password: str, *, now: datetime) -> SignedIn:
    """Check a login and password; count wrong tries and lock the account after `TRIES`.

    Raises SignInRefused or AccountLocked. The check itself (slow on purpose) holds no lock.
    """
    with city.database.reading() as session:
        found = read_credentials(session, login.strip())
    _refuse_if_locked(found, now)
    fits = _fits(found.password_hash if found else _NOBODY, password)
    if found is None or not found.active:
        raise SignInRefused
    with city.database.transaction() as session:
        locked_until = _record(session, login.strip(), fits, now)
    if not fits:
        if locked_until is not None:
            raise AccountLocked(minutes=_minutes(locked_until - now))
        raise SignInRefused
    return SignedIn(person_id=found.id, epoch=found.epoch)


def change_password(city: City, actor: Actor, old: str, new: str, *, now: datetime) -> int:
    """Set a new password after checking the old one; all other sessions end.

    Returns the account's new epoch. Raises InvalidEntries for `old` or `new`.
    """
    if len(new) < SHORTEST_PASSWORD:
        raise InvalidEntries({"new": "The new password needs at least 10 characters."})
    if new == old:
        raise InvalidEntries({"new": "The new password is the same as the old one."})
    with city.database.transaction() as session:
        person = session.get(Person, actor.person_id, with_for_update=True)
        if person is None:
            raise NotAllowed
        if not _fits(person.password_hash, old):
            raise InvalidEntries({"old": "The old password is not right."})
        person.password_hash = hash_password(new)
        person.epoch += 1
        return person.epoch


def prefer_language(city: City, actor: Actor, locale: str) -> None:
    """Keep the language that this person wants to read."""
    with city.database.transaction() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(locale=locale))


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _refuse_if_locked(found: Credentials | None, now: datetime) -> None:
    if found is not None and found.locked_until is not None and found.locked_until > now:
        raise AccountLocked(minutes=_minutes(found.locked_until - now))


def _minutes(left: timedelta) -> int:
    return max(1, -(-int(left.total_seconds()) // 60))


def _record(session: Session, login: str, fits: bool, now: datetime) -> datetime | None:
    """Count or clear the wrong tries; return until when the account is locked, if it is now."""
    found = read_credentials(session, login, lock=True)
    if found is None:
        return None
    tries = 0 if fits else found.failed_sign_ins + 1
    locked_until = now + LOCKED_FOR if tries >= TRIES else None
    values: dict[str, object] = {
        "failed_sign_ins": 0 if locked_until else tries,
        "locked_until": locked_until,
    }
    if fits:
        values["last_sign_in_at"] = now
    session.execute(update(Person).where(Person.id == found.id).values(**values))
    return locked_until
