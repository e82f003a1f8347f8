"""What a trial found is taken for right; trials are forgotten when nobody looks at them again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, union

from models.bundle_drafts import BundleDraft, BundleTrial
from models.processes import ProcessVersion
from workflows.actions.bundle_drafts import LOST, newest_trial, rework
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.errors import ThroughTrainError
from workflows.simulate.adopting import adopted

KEPT = 3
"""Trials of the same files that are kept."""
AGE = timedelta(days=14)
"""How long a trial is kept of files that are neither a draft's nor a version's any more."""


class NothingToAdopt(ThroughTrainError):
    """The trial is gone, or nothing of it was chosen."""

    sentence = "Nothing was written into the scenarios."
    mend = "Tick what the change is meant to bring. If the draft was changed, play them again."


def adopt(
    city: City,
    actor: Actor,
    draft_id: int,
    *,
    revision: int,
    kinds: Collection[str],
    now: datetime,
) -> int:
    """Let the scenarios of a draft expect what its newest trial found; return the new revision.

    `kinds` are those of `kind_of` that the change is meant to bring. The scenarios have to be
    played again: what is written down here has been found once, and proves nothing yet. Raises
    DraftChanged, and NothingToAdopt.
    """
    require_process_admin(actor)
    with city.database.reading() as session:
        draft = session.get(BundleDraft, draft_id)
        trial = None if draft is None else newest_trial(session, draft.checksum)
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for one in [] if trial is None else trial.report.get("failed", []):
        if one.get("true") and kind_of(one) in kinds:
            by_file.setdefault(f"scenarios/{one['scenario']}.toml", []).append(one)
    if not by_file:
        raise NothingToAdopt

    def work(files: dict[str, bytes]) -> dict[str, bytes]:
        return files | {path: adopted(files[path], found) for path, found in by_file.items()}

    return rework(city, actor, draft_id, work, now=now, revision=revision)


def kind_of(failed: Mapping[str, Any]) -> str:
    """Return what a finding of a trial is about: the same word for the same thing."""
    return f"{failed['true']['key']}:{failed['true']['row']}"


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
