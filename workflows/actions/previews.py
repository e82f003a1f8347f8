"""Old looks at what a version would do to running cases are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from models.moves import Move
from workflows.city import City

KEPT = 20
"""Newest previews of each process that stay in any case, until they are old."""
AGE = timedelta(days=30)


def prune(city: City, *, now: datetime) -> int:
    """Forget previews and return how many; for the worker. One under way is left alone.

    Of each process the newest `KEPT` stay, and none that is older than `AGE`. Moves are history
    and stay for good.
    """
    rank = func.row_number().over(partition_by=Move.process_id, order_by=Move.id.desc())
    ranked = select(Move.id, rank.label("rank")).where(Move.kind == "preview").subquery()
    many = Move.id.in_(select(ranked.c.id).where(ranked.c.rank > KEPT))
    with city.database.transaction() as session:
        gone = session.execute(
            delete(Move)
            .where(
                Move.kind == "preview",
                Move.finished_at.is_not(None),
                or_(many, Move.started_at < now - AGE),
            )
            .returning(Move.id)
        )
        return len(gone.all())
