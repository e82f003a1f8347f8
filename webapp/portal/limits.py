"""How much one sender may do on the public pages; counted by `workflows/actions/tallies.py`."""

from __future__ import annotations

from datetime import timedelta

from webapp.context import city, now, viewer
from webapp.sender import sender
from workflows.actions.tallies import Limit, TooMany, require
from workflows.definitions.messages import Message
from workflows.errors import FileRefused

MEGABYTE = 1024 * 1024

WRONG_CODES = Limit(what="wrong lookup codes", most=10, window=timedelta(minutes=15))
REGISTRATIONS = Limit(what="registrations", most=20, window=timedelta(minutes=15))
"""Also those that came to nothing: a taken name is told apart from a free one there."""
BOOKINGS = Limit(what="bookings", most=60, window=timedelta(hours=1))
"""Cases sent without an account; one address may be a whole industrial park."""
DRAFTS = Limit(what="drafts", most=300, window=timedelta(hours=1))
"""Bookings begun without an account; typing on in one counts no more."""
UPLOADS = Limit(what="uploads", most=600, window=timedelta(hours=1))
UPLOADED = Limit(what="uploaded bytes", most=1024 * MEGABYTE, window=timedelta(hours=1))
"""Files sent without an account: whoever begins ever new bookings fills the disk with none."""
FILES_TOO_FAST = Message("too many files came from here in a short time")


def require_room(filename: str, content: bytes) -> None:
    """Count an upload of somebody without an account; raise FileRefused when it is too much."""
    if viewer() is not None:
        return
    try:
        require(city(), UPLOADS, sender(), now=now())
        require(city(), UPLOADED, sender(), now=now(), amount=len(content))
    except TooMany as refused:
        raise FileRefused(name=filename, reason=FILES_TOO_FAST) from refused
