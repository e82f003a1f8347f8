"""Drafts: what somebody types into a booking is kept before it is sent, and sent only once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, DateTime, cast, delete, or_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from models.people import Draft
from workflows.city import City
from workflows.files import KEPT_WAITING

BOOKING = "booking:"
"""Before the process's key in the purpose of a booking."""
SENDING = "sending_at"
"""Key in a draft's values: since when it is being sent."""
GIVEN_UP_AFTER = timedelta(minutes=2)
"""A sending that has not ended by then died on the way and may be tried again."""


def keep_draft(
    city: City,
    draft_id: UUID | None,
    purpose: str,
    values: Mapping[str, Any],
    *,
    person_id: int | None,
    now: datetime,
) -> UUID:
    """Keep what was typed (JSON) under a draft's id, a new one if there is none, and return it.

    A draft that nobody had signed for becomes the person's. One of another person is never
    overwritten; what was typed then gets a new id.
    """
    with city.database.transaction() as session:
        row = {
            "id": draft_id or uuid4(),
            "person_id": person_id,
            "purpose": purpose,
            "values": dict(values),
            "updated_at": now,
        }
        statement = upsert(Draft).values(row)
        kept = session.scalar(
            statement.on_conflict_do_update(
                index_elements=[Draft.id],
                set_={
                    "person_id": statement.excluded.person_id,
                    "values": statement.excluded["values"],
                    "updated_at": now,
                },
                where=(Draft.purpose == purpose)
                & (Draft.person_id.is_(None) | (Draft.person_id == person_id)),
            ).returning(Draft.id)
        )
        if kept is None:
            kept = session.scalars(
                upsert(Draft).values({**row, "id": uuid4()}).returning(Draft.id)
            ).one()
        return kept


def begin_sending(city: City, draft_id: UUID, *, now: datetime) -> bool:
    """Mark a draft as being sent; False when it is being sent already or is gone.

    Two clicks on the same button must not make two cases.
    """
    with city.database.transaction() as session:
        marked = session.scalar(
            update(Draft)
            .where(Draft.id == draft_id, _free(now))
            .values(values=Draft.values.op("||")(_mark(now)))
            .returning(Draft.id)
        )
    return marked is not None


def end_sending(city: City, draft_id: UUID) -> None:
    """Take the mark off again: the draft could not be sent and may be mended."""
    with city.database.transaction() as session:
        session.execute(
            update(Draft).where(Draft.id == draft_id).values(values=Draft.values.op("-")(SENDING))
        )


def drop_draft(city: City, draft_id: UUID) -> None:
    """Forget a draft: it was sent, or its owner does not want it any more."""
    with city.database.transaction() as session:
        session.execute(delete(Draft).where(Draft.id == draft_id))


def forget_old(city: City, *, now: datetime) -> int:
    """Delete the bookings that nobody has touched for `KEPT_WAITING`; return how many.

    What a company said of itself, for its next booking, stays.
    """
    with city.database.transaction() as session:
        gone = session.execute(
            delete(Draft)
            .where(Draft.purpose.startswith(BOOKING), Draft.updated_at < now - KEPT_WAITING)
            .returning(Draft.id)
        )
        return len(gone.all())


def _mark(now: datetime) -> ColumnElement[Any]:
    return cast({SENDING: now.isoformat()}, JSONB)


def _free(now: datetime) -> ColumnElement[bool]:
    since = Draft.values.op("->>")(SENDING)
    return or_(since.is_(None), cast(since, DateTime(timezone=True)) < now - GIVEN_UP_AFTER)
