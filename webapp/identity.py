"""Who is signed in: read anew on each request; time, a new password, switching off end it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

from flask import Flask, current_app, g, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from models.queries.accounts import Account, read_account
from workflows.actions.accounts import sign_out
from workflows.actor import Actor, Post
from workflows.city import City
from workflows.directory import UnitRow

IDLE = timedelta(hours=4)
"""A session ends when nothing was asked for so long."""
LONGEST = timedelta(hours=12)
"""A session ends so long after signing in, whatever was asked."""
SESSION_ID = "id"
"""Key of the session under which its own name stands; signing out ends the session of that name."""
NOTED_EVERY = timedelta(minutes=5)
"""How often the time of the last request is written into the session again."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person of this request."""

    def __init__(self, account: Account, city: City) -> None:
        self.account = account
        self._city = city

    def get_id(self) -> str:
        """Return what the session keeps: the account and its epoch."""
        return f"{self.account.id}:{self.account.epoch}"

    @property
    def id(self) -> int:
        """The person's key."""
        return self.account.id

    @property
    def name(self) -> str:
        """The person's name."""
        return self.account.name

    @property
    def locale(self) -> str:
        """The language that the person prefers, '' for the default."""
        return self.account.locale

    @cached_property
    def actor(self) -> Actor:
        """On whose behalf actions and reads happen."""
        return Actor(
            name=self.account.name,
            person_id=self.account.id,
            login=self.account.login,
            posts=tuple(Post.of(held) for held in self.account.posts),
            enterprise_id=self.account.enterprise_id,
        )

    @cached_property
    def roles(self) -> frozenset[str]:
        """Role keys held anywhere."""
        return self.actor.roles

    @property
    def is_staff(self) -> bool:
        """True for people with a position in a unit."""
        return self.actor.is_staff

    @cached_property
    def units(self) -> tuple[UnitRow, ...]:
        """The units in which this person holds a position."""
        ids = dict.fromkeys(post.unit_id for post in self.actor.posts)
        return tuple(self._city.unit_of(unit_id) for unit_id in ids)


def use_identity(app: Flask) -> None:
    """Install the user loader."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)


def start_session(person_id: int, city: City, now: datetime) -> SignedIn | None:
    """Sign a person in on this browser; what the old session held (but the language) is dropped."""
    with city.database.reading() as reading:
        account = read_account(reading, person_id)
    if account is None or not account.active:
        return None
    language = account.locale or session.get("language")
    session.clear()
    if language:
        session["language"] = language
    user = SignedIn(account, city)
    login_user(user)
    g.viewer = user
    session["signed_in_at"] = session["seen_at"] = int(now.timestamp())
    session[SESSION_ID] = secrets.token_urlsafe(16)
    return user


def end_session(city: City, now: datetime) -> None:
    """Sign out on this browser; no copy of its cookie opens anything any more."""
    language = session.get("language")
    user, session_id = g.get("viewer"), session.get(SESSION_ID)
    if isinstance(user, SignedIn) and session_id:
        sign_out(city, user.actor, session_id, now=now, until=now + LONGEST)
    logout_user()
    session.clear()
    g.viewer = None
    if language:
        session["language"] = language


def _load(key: str) -> SignedIn | None:
    """Return the person of a session, or None when it has ended on the server's side."""
    session_id = session.get(SESSION_ID)
    if not session_id or not _lasts():
        return None
    person_id, _, epoch = key.partition(":")
    city = cast("City", current_app.extensions["city"])
    with city.database.reading() as reading:
        account = read_account(reading, int(person_id), session_id)
    if account is None or not account.active or str(account.epoch) != epoch:
        return None
    if account.signed_out:
        return None
    return SignedIn(account, city)


def _lasts() -> bool:
    now = cast("datetime", current_app.config["NOW"]()).timestamp()
    signed_in_at, seen_at = session.get("signed_in_at", 0), session.get("seen_at", 0)
    if now - signed_in_at > LONGEST.total_seconds() or now - seen_at > IDLE.total_seconds():
        return False
    if now - seen_at > NOTED_EVERY.total_seconds():
        session["seen_at"] = int(now)
    return True
