"""Accounts: signing in within limits, signing out, a new password, a preferred language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.people import EndedSession, Person
from models.queries.accounts import Credentials, read_credentials
from workflows import audit
from workflows.actions.tallies import (
    Limit,
    TooMany,
    count_of,
    forget,
    hashed,
    minutes,
    put_back,
    take,
)
from workflows.actor import Actor
from workflows.city import City
from workflows.errors import InvalidEntries, NotAllowed, ThroughTrainError

TRIES = 5
"""Wrong passwords for one account name before it has to wait, whether it exists or not."""
TRIES_FROM_AN_ADDRESS = 100
"""Wrong passwords from one address, which a whole authority may share, before it has to wait."""
LOCKED_FOR = timedelta(minutes=15)
BY_NAME = Limit(what="sign-in by name", most=TRIES, window=LOCKED_FOR)
BY_ADDRESS = Limit(what="sign-in by address", most=TRIES_FROM_AN_ADDRESS, window=LOCKED_FOR)
SHORTEST_PASSWORD = 10

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")
"""Checked when the login is unknown, so that the answer takes as long as for a known one."""


class SignInRefused(ThroughTrainError):
    """Login and password do not fit, or the account is switched off."""

    sentence = "Account name and password do not match."
    mend = "Check both and try again. After five wrong tries the account is locked for a while."


class AccountLocked(ThroughTrainError):
    """Too many wrong passwords for this name; whether there is such an account is not said."""

    sentence = "Too many wrong passwords were typed for this account name."
    mend = "Try again in {minutes} minutes, or ask your system administrator."


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who came in: the account and the epoch that the session is tied to."""

    person_id: int
    epoch: int


def hash_password(password: str) -> str:
    """Return the argon2 hash of a password, as `people.password_hash` keeps it."""
    return _hasher.hash(password)


def sign_in(city: City, login: str, password: str, *, now: datetime, address: str = "") -> SignedIn:
    """Check a login and password; wrong ones are counted by name and by sender's address.

    Raises SignInRefused, AccountLocked or TooMany. An unknown name is counted, checked and
    written down like a known one: neither the answer nor its time tells them apart. The check
    itself (slow on purpose) holds no lock.
    """
    login = login.strip()
    with city.database.transaction() as session:
        found = read_credentials(session, login)
        waits = take(session, BY_NAME, hashed(login), now=now)
        waits_here = take(session, BY_ADDRESS, address, now=now) if address else None
    if waits is not None:
        raise AccountLocked(minutes=minutes(waits))
    if waits_here is not None:
        raise TooMany(minutes=minutes(waits_here))
    fits = _fits(found.password_hash if found else "", password)
    came_in = found if fits and found is not None and found.active else None
    with city.database.transaction() as session:
        left = _record(session, login, found, came_in is not None, now, address)
    if came_in is None:
        raise SignInRefused() if left else AccountLocked(minutes=minutes(LOCKED_FOR))
    return SignedIn(person_id=came_in.id, epoch=came_in.epoch)


def sign_out(city: City, actor: Actor, session_id: str, *, now: datetime, until: datetime) -> None:
    """End one session for good, also for whoever holds a copy of its cookie.

    `until` is when it would have ended by itself. The person's other sessions go on.
    """
    with city.database.transaction() as session:
        session.execute(
            upsert(EndedSession).values(id=session_id, until_at=until).on_conflict_do_nothing()
        )
        audit.note(session, "signed_out", now=now, actor=actor.name, person_id=actor.person_id)


def forget_sessions(city: City, *, now: datetime) -> int:
    """Forget the signed-out sessions that would have ended by themselves; return how many."""
    with city.database.transaction() as session:
        gone = session.execute(
            delete(EndedSession).where(EndedSession.until_at < now).returning(EndedSession.id)
        )
        return len(gone.all())


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
        audit.note(
            session, "password_changed", now=now, actor=actor.name, person_id=actor.person_id
        )
        return person.epoch


def prefer_language(city: City, actor: Actor, locale: str) -> None:
    """Keep the language that this person wants to read."""
    with city.database.transaction() as session:
        session.execute(update(Person).where(Person.id == actor.person_id).values(locale=locale))


def _fits(password_hash: str, password: str) -> bool:
    """Tell whether a password fits; an account without one takes as long to refuse."""
    try:
        fits = _hasher.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and bool(password_hash)


def _record(
    session: Session,
    login: str,
    found: Credentials | None,
    fits: bool,
    now: datetime,
    address: str,
) -> bool:
    """Write down how a sign-in went; return whether this name may try again at once."""
    detail: dict[str, object] = {"login": login if found else "", "address": address}
    actor, person_id = (found.name, found.id) if found else ("", None)
    if fits:
        session.execute(update(Person).where(Person.login == login).values(last_sign_in_at=now))
        forget(session, BY_NAME, hashed(login))
        put_back(session, BY_ADDRESS, address)
        audit.note(session, "signed_in", now=now, actor=actor, person_id=person_id, detail=detail)
        return True
    tries = count_of(session, BY_NAME, hashed(login))
    locked = {"locked": True} if tries >= TRIES else {}
    detail |= locked
    audit.note(session, "sign_in_failed", now=now, actor=actor, person_id=person_id, detail=detail)
    return not locked
