"""Drafts of bundles: begun, changed by several people without overwriting, tried, deployed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from models.bundle_drafts import BundleDraft, BundleTrial
from workflows import audit
from workflows.actions.deployment import Deployed, said_reason, upload
from workflows.actions.draft_editors import last_saved, wrote
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.definitions.archive import ARCHIVE_BYTES, ArchiveRefused, pack, unpack
from workflows.definitions.bundle import (
    BUNDLE_BYTES,
    BUNDLE_FILES,
    SETTINGS,
    Bundle,
    checksum_of,
    largest,
    read_toml,
)
from workflows.definitions.messages import Message
from workflows.errors import DefinitionRefused, NotFound, ThroughTrainError

Files = dict[str, bytes]
"""Path -> bytes of a bundle."""
NAME_LENGTH = 100
DRAFTS = 200
"""Most drafts that a city keeps at once."""
LOST = timedelta(minutes=3)
"""A trial that has not moved for this long has lost its process."""

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_STEM = r"[\w-]+(?:\.[\w-]+)*"
_PLACES = (
    (re.compile(r"(?:bundle|takeover)\.toml"), ""),
    (re.compile(rf"{_STEM}\.(?:bpmn|dmn)"), ""),
    (re.compile(rf"{_STEM}\.form"), "forms/"),
    (re.compile(rf"{_STEM}\.txt"), "texts/"),
    (re.compile(rf"{_STEM}\.toml"), "scenarios/"),
)


class DraftChanged(ThroughTrainError):
    """Somebody else has changed the draft since the page was read."""

    sentence = "{person} has changed this draft in the meantime."
    mend = "Nothing of theirs was overwritten. Open the draft again and look at what is new."


class NotGreen(ThroughTrainError):
    """The scenarios of exactly these files have not been played, or one does not hold."""

    sentence = "The draft was not deployed: its scenarios have not all held."
    mend = "Play them on the draft's page; deploy when all of them hold."


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A file as it was kept: its digest, and the draft's revision and checksum with it."""

    base: str
    revision: int
    checksum: str


def place_of(name: str) -> str:
    """Return where a single file belongs in a bundle; refused where it has no place."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    for pattern, folder in _PLACES:
        if len(bare) <= NAME_LENGTH and pattern.fullmatch(bare):
            return folder + bare
    raise ArchiveRefused(Message("“%(name)s” has no place in a bundle", name=bare[:60]))


def begin(
    city: City,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    name: str,
    now: datetime,
    based_on_id: int | None = None,
) -> int:
    """Keep files as a new draft and return its id; the process is the one bundle.toml names."""
    require_process_admin(actor)
    with city.database.transaction() as session:
        return begun(session, actor, files, name=name, now=now, based_on_id=based_on_id)


def begun(
    session: Session,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    name: str,
    now: datetime,
    based_on_id: int | None = None,
) -> int:
    """Do what `begin` does within the caller's transaction."""
    key = _key_of(files)
    if len(session.scalars(select(BundleDraft.id).limit(DRAFTS)).all()) == DRAFTS:
        raise ArchiveRefused(Message("there are too many drafts already; discard some"))
    row = {
        "process_key": key,
        "name": name.strip()[:NAME_LENGTH] or key,
        "based_on_id": based_on_id,
        "archive": _packed(files),
        "checksum": checksum_of(files),
        "owner": actor.name,
        "created_at": now,
        "changed_at": now,
        "changed_by": actor.name,
    }
    draft_id = session.scalars(insert(BundleDraft).returning(BundleDraft.id), [row]).one()
    _note(session, "draft_begun", actor, now, draft=draft_id, process=key)
    return draft_id


def change(
    city: City,
    actor: Actor,
    draft_id: int,
    *,
    revision: int,
    put: Mapping[str, bytes],
    now: datetime,
    remove: Collection[str] = (),
) -> int:
    """Put files into a draft and take others out; return its new revision."""

    def work(files: Files) -> Files:
        kept = {path: data for path, data in files.items() if path not in remove}
        return kept | {path: data for path, data in put.items() if path not in remove}

    return rework(city, actor, draft_id, work, now=now, revision=revision)


def rework(
    city: City,
    actor: Actor,
    draft_id: int,
    work: Callable[[Files], Files],
    *,
    now: datetime,
    revision: int | None = None,
) -> int:
    """Make other files of a draft's files; return its new revision.

    `work` gets the newest files under the lock. With a `revision` DraftChanged is raised where
    somebody has changed the draft since.
    """
    require_process_admin(actor)
    with city.database.transaction() as session:
        draft = _locked(session, draft_id, revision)
        before = unpack(draft.archive)
        files = work(dict(before))
        if _key_of(files) != draft.process_key:
            raise ArchiveRefused(Message("its key in bundle.toml is that of another process"))
        draft.archive, draft.checksum = _packed(files), checksum_of(files)
        draft.revision += 1
        draft.changed_at, draft.changed_by = now, actor.name
        put = sorted(path for path, data in files.items() if before.get(path) != data)
        for path in put:
            wrote(session, actor, draft_id, path, "", digest=digest(files[path]), now=now)
        _note(
            session, "draft_changed", actor, now,
            draft=draft_id, process=draft.process_key,
            put=put, removed=sorted(before.keys() - files.keys()),
        )  # fmt: skip
        session.flush()  # the row is written before the session closes
        return draft.revision


def save(
    city: City,
    actor: Actor,
    draft_id: int,
    path: str,
    content: bytes,
    *,
    base: str,
    now: datetime,
    sitting: str = "",
) -> Saved:
    """Keep one file of a draft as an editor has it; several people may save several files.

    `base` is the `digest` of the file as the editor read it ('' for a new one). Raises
    DraftChanged when somebody else has saved the same file since. `sitting` names the page:
    the audit trail says once for each page that a person changed a file, not at each save.
    """
    require_process_admin(actor)
    if place_of(path) != path:
        raise ArchiveRefused(Message("“%(name)s” has no place in a bundle", name=path[:60]))
    with city.database.transaction() as session:
        draft = session.get(BundleDraft, draft_id, with_for_update=True)
        if draft is None:
            raise NotFound
        files = dict(unpack(draft.archive))
        there = digest(files[path]) if path in files else ""
        kept = digest(content)
        if there not in (base, kept):
            last = last_saved(session, draft_id, path)
            raise DraftChanged(person=draft.changed_by if last is None else last.name)
        if there != kept:
            files[path] = content
            if _key_of(files) != draft.process_key:
                raise ArchiveRefused(Message("its key in bundle.toml is that of another process"))
            draft.archive, draft.checksum = _packed(files), checksum_of(files)
            draft.revision += 1
            draft.changed_at, draft.changed_by = now, actor.name
            if not wrote(session, actor, draft_id, path, sitting, digest=kept, now=now):
                _note(
                    session, "draft_changed", actor, now,
                    draft=draft_id, process=draft.process_key, put=[path], removed=[],
                )  # fmt: skip
            session.flush()  # the row is written before the session closes
        return Saved(base=kept, revision=draft.revision, checksum=draft.checksum)


def digest(content: bytes) -> str:
    """Return what names the content of one file."""
    return hashlib.sha256(content).hexdigest()


def discard(city: City, actor: Actor, draft_id: int, *, revision: int, now: datetime) -> None:
    """Throw a draft away."""
    require_process_admin(actor)
    with city.database.transaction() as session:
        draft = _locked(session, draft_id, revision)
        _note(session, "draft_discarded", actor, now, draft=draft_id, process=draft.process_key)
        session.execute(delete(BundleDraft).where(BundleDraft.id == draft_id))


def begin_trial(city: City, actor: Actor, draft_id: int, *, now: datetime) -> int | None:
    """Write down a trial of a draft's files and return its id; None while one is running."""
    require_process_admin(actor)
    with city.database.transaction() as session:
        draft = session.get(BundleDraft, draft_id, with_for_update=True)
        if draft is None:
            raise NotFound
        newest = newest_trial(session, draft.checksum)
        if newest is not None and newest.finished_at is None and newest.beat_at > now - LOST:
            return None
        row = {
            "checksum": draft.checksum,
            "archive": draft.archive,
            "started_at": now,
            "started_by": actor.name,
            "beat_at": now,
        }
        trial_id = session.scalars(insert(BundleTrial).returning(BundleTrial.id), [row]).one()
        _note(session, "trial_begun", actor, now, draft=draft_id, checksum=draft.checksum)
    return trial_id


def newest_trial(session: Session, checksum: str) -> BundleTrial | None:
    """Return the newest trial of the same files, None if there was none."""
    return session.scalars(
        select(BundleTrial)
        .where(BundleTrial.checksum == checksum)
        .order_by(BundleTrial.id.desc())
        .limit(1)
    ).one_or_none()


def ship(
    city: City,
    actor: Actor,
    draft_id: int,
    *,
    revision: int,
    reason: str,
    over: int,
    now: datetime,
    takes_effect_at: datetime | None = None,
    approved_by: str = "",
    along: Callable[[Session], None] | None = None,
) -> Deployed:
    """Deploy a draft whose scenarios all hold, at once or from a time on; the draft is gone then.

    The check is made beforehand; that the draft goes, what `along` does and the new version are
    one transaction. Raises NotGreen, DraftChanged, Overtaken, and what `deploy` raises.
    """
    require_process_admin(actor)
    said_reason(reason)
    with city.database.transaction() as session:
        files = proved(session, _locked(session, draft_id, revision))

    def leave(session: Session) -> None:
        _locked(session, draft_id, revision)
        if along is not None:
            along(session)
        session.execute(delete(BundleDraft).where(BundleDraft.id == draft_id))

    return upload(
        city,
        actor,
        files,
        now=now,
        reason=reason,
        over=over,
        takes_effect_at=takes_effect_at,
        approved_by=approved_by,
        along=leave,
    )


def proved(session: Session, draft: BundleDraft) -> Files:
    """Return the files of a draft whose scenarios all hold; NotGreen for any other."""
    trial = newest_trial(session, draft.checksum)
    if trial is None or not trial.green:
        raise NotGreen
    files = unpack(draft.archive)
    if Bundle.from_files(files).key != draft.process_key:
        raise NotGreen
    return files


def _locked(session: Session, draft_id: int, revision: int | None) -> BundleDraft:
    draft = session.get(BundleDraft, draft_id, with_for_update=True)
    if draft is None:
        raise NotFound
    if revision is not None and draft.revision != revision:
        raise DraftChanged(person=draft.changed_by)
    return draft


def _key_of(files: Mapping[str, bytes]) -> str:
    if SETTINGS not in files:
        raise ArchiveRefused(Message("bundle.toml is missing in it"))
    try:
        key = read_toml(SETTINGS, files[SETTINGS]).get("key")
    except DefinitionRefused as error:
        raise ArchiveRefused(Message("its bundle.toml cannot be read")) from error
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ArchiveRefused(Message("its bundle.toml names no key of a process"))
    return key


def _packed(files: Mapping[str, bytes]) -> bytes:
    total = sum(map(len, files.values()))
    too_large = any(len(data) > largest(path) for path, data in files.items())
    if len(files) > BUNDLE_FILES or total > BUNDLE_BYTES or too_large:
        raise ArchiveRefused(Message("it unpacks to more than a bundle may hold"))
    packed = pack(files)
    if len(packed) > ARCHIVE_BYTES:
        raise ArchiveRefused(Message("it has more than %(bytes)d bytes", bytes=ARCHIVE_BYTES))
    return packed


def _note(session: Session, action: str, actor: Actor, now: datetime, **detail: object) -> None:
    audit.note(session, action, now=now, actor=actor.name, person_id=actor.person_id, detail=detail)
