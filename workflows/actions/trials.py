"""Trials of scenarios are forgotten when nobody will look at them again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select, union

from models.bundle_drafts import BundleDraft, BundleTrial
from models.processes import ProcessVersion
from workflows.actions.bundle_drafts import LOST
from workflows.city import City

KEPT = 3
"""Trials of the same files that are kept."""
AGE = timedelta(days=14)
"""How long a trial is kept of files that are neither a draft's nor a version's any more."""


def prune(city: City, *, now: datetime) -> int:
    """Forget old trials and return how many; for the worker. One under way is left alone.

    Of the same files the newest `KEPT` stay; of files that nobody has any more none that is
    older than `AGE`.
    """
    rank = func.row_number().over(partition_by=BundleTrial.checksum, order_by=BundleTrial.id.desc())
    ranked = select(
        BundleTrial.id, BundleTrial.checksum, BundleTrial.beat_at, rank.label("rank")
    ).subquery()
    known = union(select(BundleDraft.checksum), select(ProcessVersion.checksum))
    old = and_(ranked.c.beat_at < now - AGE, ranked.c.checksum.not_in(known))
    stale = select(ranked.c.id).where(or_(ranked.c.rank > KEPT, old))
    with city.database.transaction() as session:
        gone = session.execute(
            delete(BundleTrial)
            .where(BundleTrial.id.in_(stale), BundleTrial.beat_at < now - LOST)
            .returning(BundleTrial.id)
        )
        return len(gone.all())
