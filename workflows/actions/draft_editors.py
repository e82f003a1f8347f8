"""Who has a file of a draft open, and who saved it last: seen by everybody else who has it open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.bundle_drafts import BundleDraft, DraftEditor
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.errors import NotFound

AWAY = timedelta(seconds=90)
"""A page that has not been heard of for this long is closed; browsers slow hidden pages down."""
SITTING = re.compile(r"[A-Za-z0-9-]{8,40}")
"""What names a page that has a file open: the page itself makes it up."""

PATH_LENGTH = 200

_KEY = (DraftEditor.draft_id, DraftEditor.path, DraftEditor.sitting)


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Somebody else's page; `own` when it is the same person's, in another window."""

    name: str
    since: datetime
    saved_at: datetime | None
    own: bool


@dataclass(frozen=True, kw_only=True)
class Presence:
    """The others who have a file open, and who saved it last; `digest` is '' if nobody has."""

    others: tuple[Editor, ...]
    name: str
    saved_at: datetime | None
    digest: str


def present(
    city: City, actor: Actor, draft_id: int, path: str, sitting: str, *, now: datetime
) -> Presence:
    """Keep it known that a page has a file open, and return who else has; NotFound for no draft."""
    _require(actor, sitting)
    with city.database.transaction() as session:
        if len(path) > PATH_LENGTH or session.get(BundleDraft, draft_id) is None:
            raise NotFound
        _put(session, actor, draft_id, path, sitting, now=now, beat_at=now)
        last = last_saved(session, draft_id, path)
        rows = session.scalars(
            select(DraftEditor)
            .where(
                DraftEditor.draft_id == draft_id,
                DraftEditor.path == path,
                DraftEditor.sitting != sitting,
                DraftEditor.beat_at > now - AWAY,
            )
            .order_by(DraftEditor.since)
        ).all()
        return Presence(
            others=tuple(_seen(row, actor) for row in rows),
            name=last.name if last is not None else "",
            saved_at=last.saved_at if last is not None else None,
            digest=last.digest if last is not None else "",
        )


def leave(city: City, actor: Actor, draft_id: int, path: str, sitting: str) -> None:
    """Note that a page was closed; who saved the file last stays known."""
    _require(actor, sitting)
    with city.database.transaction() as session:
        here = (
            DraftEditor.draft_id == draft_id,
            DraftEditor.path == path,
            DraftEditor.sitting == sitting,
        )
        session.execute(delete(DraftEditor).where(*here, DraftEditor.saved_at.is_(None)))
        for row in session.scalars(select(DraftEditor).where(*here)):
            row.beat_at = None
        session.flush()  # the rows are written before the session closes


def wrote(
    session: Session,
    actor: Actor,
    draft_id: int,
    path: str,
    sitting: str,
    *,
    digest: str,
    now: datetime,
) -> bool:
    """Note who saved a file, from which page; return whether that page saved it before.

    Without a `sitting` (uploads, commands) it never did.
    """
    before = session.scalar(
        select(DraftEditor.saved_at).where(
            DraftEditor.draft_id == draft_id,
            DraftEditor.path == path,
            DraftEditor.sitting == sitting,
        )
    )
    _put(session, actor, draft_id, path, sitting, now=now, saved_at=now, digest=digest)
    session.execute(
        delete(DraftEditor).where(
            DraftEditor.draft_id == draft_id,
            DraftEditor.path == path,
            DraftEditor.sitting != sitting,
            or_(DraftEditor.beat_at.is_(None), DraftEditor.beat_at <= now - AWAY),
        )
    )
    return bool(sitting) and before is not None


def at_work(session: Session, draft_id: int, now: datetime) -> list[tuple[str, str]]:
    """Return who has which file of a draft open: names and paths, in the order they came."""
    rows = session.execute(
        select(DraftEditor.name, DraftEditor.path)
        .where(DraftEditor.draft_id == draft_id, DraftEditor.beat_at > now - AWAY)
        .order_by(DraftEditor.since)
    )
    return list(dict.fromkeys((name, path) for name, path in rows))


def last_saved(session: Session, draft_id: int, path: str) -> DraftEditor | None:
    """Return who saved a file of a draft last, None when nobody has since it was begun."""
    return session.scalars(
        select(DraftEditor)
        .where(
            DraftEditor.draft_id == draft_id,
            DraftEditor.path == path,
            DraftEditor.saved_at.is_not(None),
        )
        .order_by(DraftEditor.saved_at.desc(), DraftEditor.id.desc())
        .limit(1)
    ).one_or_none()


def _put(
    session: Session,
    actor: Actor,
    draft_id: int,
    path: str,
    sitting: str,
    *,
    now: datetime,
    **known: object,
) -> None:
    row = {
        "draft_id": draft_id,
        "path": path,
        "sitting": sitting,
        "person_id": actor.person_id,
        "name": actor.name,
        "since": now,
        "digest": "",
        **known,
    }
    mine = {"person_id": actor.person_id, "name": actor.name}
    session.execute(
        insert(DraftEditor)
        .values(**row)
        .on_conflict_do_update(index_elements=list(_KEY), set_={**mine, **known})
    )


def _seen(row: DraftEditor, actor: Actor) -> Editor:
    own = actor.person_id is not None and row.person_id == actor.person_id
    return Editor(name=row.name, since=row.since, saved_at=row.saved_at, own=own)


def _require(actor: Actor, sitting: str) -> None:
    require_process_admin(actor)
    if not SITTING.fullmatch(sitting):
        raise NotFound
