"""What each view is given: the city, the time of this request, and who is asking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from webapp.identity import SignedIn
from workflows.city import City


def city() -> City:
    """Return the city that this application serves."""
    return cast("City", current_app.extensions["city"])


def now() -> datetime:
    """Return the time of this request, aware UTC, the same wherever it is asked for.

    `NOW` in the application's configuration is the clock; a test hands in its own.
    """
    if "now" not in g:
        clock = cast("Callable[[], datetime]", current_app.config["NOW"])
        g.now = clock()
    return cast("datetime", g.now)


def wall_clock() -> datetime:
    """Return the machine's time, aware UTC: the default for `NOW`."""
    return datetime.now(UTC)


@contextmanager
def reading() -> Iterator[Session]:
    """Give the session for reads of this request; views never write through it."""
    with city().database.reading() as session:
        yield session


def viewer() -> SignedIn | None:
    """Return who is signed in, None for a visitor."""
    return cast("SignedIn | None", g.get("viewer"))


def person() -> SignedIn:
    """Return who is signed in; only for views that are not public."""
    found = viewer()
    if found is None:
        raise TypeError("This view is public: nobody needs to be signed in.")
    return found
