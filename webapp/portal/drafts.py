"""The booking that a visitor is typing: found again by session, by account or by its token."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import request, session
from sqlalchemy.orm import Session

from models.queries.drafts import DraftRow, read_draft, read_sent, read_uploads
from webapp.context import city, now, reading, viewer
from webapp.portal.limits import DRAFTS, require_room
from webapp.sender import sender
from workflows import files
from workflows.actions import drafts
from workflows.actions.tallies import require
from workflows.definitions.messages import Message
from workflows.errors import FileRefused

TOKEN = "_draft"
"""Hidden entry of the form: it finds the draft again when the session is gone."""
CHANNEL = "_channel"
SIGNED = "_signed"
"""Hidden entry of a form that was opened by somebody who had signed in."""
OWN_ENTRIES = (TOKEN, CHANNEL, SIGNED, "_then")
SESSION = "bookings"
MOST = 4
"""Bookings that one session keeps at hand."""
MOST_UPLOADS = 30
"""Files that wait with one booking; everybody may book, so there has to be an end."""
TOO_MANY = Message("30 files wait with this booking already")


@dataclass(kw_only=True)
class Booking:
    """Entries for a process's start form, not yet sent."""

    key: str
    id: UUID
    raw: dict[str, list[str]] = field(default_factory=dict)
    channel: str = ""
    kept: bool = False
    """It has been saved at least once."""

    @property
    def owner(self) -> str:
        """The token under which its uploads are kept."""
        return f"booking:{self.id}"

    def upload(self, filename: str, content: bytes) -> UUID:
        """Keep an upload for this booking; FileRefused, also when there are too many."""
        if len(self.uploads()) >= MOST_UPLOADS:
            raise FileRefused(name=filename, reason=TOO_MANY)
        require_room(filename, content)
        name = found.name if (found := viewer()) is not None else ""
        return files.store(
            city(),
            owner=self.owner,
            name=filename,
            content=content,
            now=now(),
            uploaded_by=name,
        )

    def keep(self) -> None:
        """Save the entries as they are; TooMany where one address begins too many."""
        if not self.kept and viewer() is None:
            require(city(), DRAFTS, sender(), now=now())
        before = self.id
        self.id = drafts.keep_draft(
            city(),
            before,
            _purpose(self.key),
            {"entries": self.raw, "channel": self.channel},
            person_id=_person_id(),
            now=now(),
        )
        self.kept = True
        tokens = {**_tokens(), self.key: str(self.id)}
        session[SESSION] = dict(list(tokens.items())[-MOST:])

    def drop(self) -> None:
        """Forget the entries."""
        drafts.drop_draft(city(), self.id)
        put_away(self.id)

    def uploads(self) -> dict[str, object]:
        """Return the uploads kept for this booking, by id."""
        with reading() as database:
            return {str(row.id): row for row in read_uploads(database, self.owner)}


def find(key: str) -> Booking | None:
    """Return the visitor's booking of this process, None when nothing was typed yet."""
    person_id, token = _person_id(), _token(key)
    with reading() as database:
        row = None
        if token is not None:
            row = read_draft(database, _purpose(key), draft_id=token)
        if row is None and person_id is not None:
            row = read_draft(database, _purpose(key), person_id=person_id)
    if row is None or row.person_id not in (None, person_id):
        return None
    return _booking(key, row)


def fresh(key: str) -> Booking:
    """Return a booking in which nothing was typed yet."""
    return Booking(key=key, id=_token(key) or uuid4())


def put_away(token: UUID) -> None:
    """Let this session begin anew where it had this booking at hand."""
    kept = {key: one for key, one in _tokens().items() if one != str(token)}
    if kept != _tokens():
        session[SESSION] = kept


def sent(database: Session, key: str) -> DraftRow | None:
    """Return what became of the booking that this browser has at hand, None if it was not sent.

    Somebody who has signed in may also have sent it at another screen.
    """
    token, person_id = _token(key), _person_id()
    if token is not None:
        return sent_as(database, token)
    if person_id is None or request.method != "POST":
        return None
    return read_draft(database, drafts.SENT + key, person_id=person_id)


def sent_as(database: Session, token: UUID) -> DraftRow | None:
    """Return what became of a booking; None for a browser that has not typed it."""
    row = read_sent(database, drafts.SENT, token)
    if row is None:
        return None
    own = row.person_id is not None and row.person_id == _person_id()
    return row if own or str(token) in _tokens().values() else None


def lost_its_person(key: str) -> bool:
    """True when somebody signed in opened the form, and nobody is signed in any more.

    Sent as it is, the case would go astray from the company's account.
    """
    if viewer() is not None:
        return False
    token = _token(key)
    if SIGNED in request.form or token is None:
        return SIGNED in request.form
    with reading() as database:
        row = read_draft(database, _purpose(key), draft_id=token)
    return row is not None and row.person_id is not None


def _booking(key: str, row: DraftRow) -> Booking:
    entries = row.values.get("entries", {})
    return Booking(
        key=key,
        id=row.id,
        raw={name: list(values) for name, values in entries.items()},
        channel=str(row.values.get("channel", "")),
        kept=True,
    )


def _purpose(key: str) -> str:
    return f"booking:{key}"


def _person_id() -> int | None:
    found = viewer()
    return found.id if found is not None else None


def _token(key: str) -> UUID | None:
    text = request.form.get(TOKEN, "") or _tokens().get(key, "")
    try:
        return UUID(text)
    except ValueError:
        return None


def _tokens() -> dict[str, str]:
    found = session.get(SESSION)
    return found if isinstance(found, dict) else {}
