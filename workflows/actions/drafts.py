"""Drafts: what somebody types into a booking is kept before it is sent, and sent only once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.people import Draft
from workflows.city import City
from workflows.errors import NotFound, ThroughTrainError
from workflows.files import KEPT_WAITING

BOOKING = "booking:"
"""Before the process's key in the purpose of a booking."""
MESSAGE = "message:"
"""Before the id of the event that waits for a message that is being written."""
SENT = "sent:"
"""The same once it was sent; then the row holds the case's id and number, and no entries."""


class AlreadySent(ThroughTrainError):
    """This booking has become a case before; `case_id` and `number` say which."""

    sentence = "This booking was sent already: it is the case {number}."
    mend = "Nothing was sent twice."

    def __init__(self, *, case_id: int, number: str) -> None:
        self.case_id = case_id
        self.number = number
        super().__init__(number=number)


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


def lock_unsent(session: Session, draft_id: UUID) -> None:
    """Hold a draft until the transaction ends that makes a case of it.

    Whoever sends it at the same time waits here, then gets AlreadySent. NotFound when it is gone.
    """
    row = session.execute(
        select(Draft.purpose, Draft.values).where(Draft.id == draft_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound()
    if row.purpose.startswith(SENT):
        raise AlreadySent(case_id=row.values["case_id"], number=row.values["number"])


def end_draft(
    session: Session, draft_id: UUID, key: str, *, case_id: int, number: str, now: datetime
) -> None:
    """Put the case in the place of the entries, in the transaction that makes the case."""
    session.execute(
        update(Draft)
        .where(Draft.id == draft_id)
        .values(purpose=SENT + key, values={"case_id": case_id, "number": number}, updated_at=now)
    )


def drop_draft(city: City, draft_id: UUID) -> None:
    """Forget a draft that its owner does not want any more; what was sent stays known."""
    with city.database.transaction() as session:
        session.execute(delete(Draft).where(Draft.id == draft_id, ~Draft.purpose.startswith(SENT)))


def forget_old(city: City, *, now: datetime) -> int:
    """Delete bookings and messages that nobody has touched or sent for `KEPT_WAITING`.

    Returns how many. What a company said of itself, for its next booking, stays.
    """
    with city.database.transaction() as session:
        gone = session.execute(
            delete(Draft)
            .where(
                or_(*(Draft.purpose.startswith(begins) for begins in (BOOKING, MESSAGE, SENT))),
                Draft.updated_at < now - KEPT_WAITING,
            )
            .returning(Draft.id)
        )
        return len(gone.all())
