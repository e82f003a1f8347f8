"""Acts on notices: somebody has read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from models.notices import Notice
from models.queries.notices import unread_until
from workflows.actor import Actor
from workflows.city import City


def mark_read(city: City, actor: Actor, until: int, *, now: datetime) -> int:
    """Note that the actor has read their notices up to the one with this id; return how many."""
    with city.database.transaction() as session:
        marked = session.execute(
            update(Notice).where(unread_until(actor.scope, until)).values(read_at=now)
        )
        return marked.rowcount  # type: ignore[attr-defined, no-any-return]
