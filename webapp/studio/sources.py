"""What a page of the studio looks at: a deployed version or a draft, by its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy.orm import Session

from models.bundle_drafts import BundleDraft
from models.queries.studio import ProcessRow, VersionRow, files_of, read_process
from webapp.context import reading
from webapp.language import gettext
from workflows.definitions.archive import unpack
from workflows.definitions.bundle import checksum_of
from workflows.errors import NotFound

_REF = re.compile(r"([vd])(\d{1,9})")


@dataclass(frozen=True, kw_only=True)
class Source:
    """The files of a version or a draft; `ref` is its part of the address."""

    key: str
    ref: str
    label: str
    files: Mapping[str, bytes] = field(repr=False)
    checksum: str
    process: ProcessRow | None
    """None for a draft of a process that was never deployed."""
    version: VersionRow | None = None
    draft: BundleDraft | None = None

    @property
    def in_force(self) -> int:
        """Number of the version that new cases begin with; 0 where there is none yet."""
        return self.process.in_force.number if self.process is not None else 0


def process_of(session: Session, key: str) -> ProcessRow:
    """Return a process; NotFound if there is none of that key."""
    found = read_process(session, key)
    if found is None:
        raise NotFound
    return found


def source_of(key: str, ref: str) -> Source:
    """Return what an address names; NotFound if there is nothing of that kind."""
    named = _REF.fullmatch(ref)
    if named is None:
        raise NotFound
    with reading() as session:
        if named[1] == "d":
            return _draft(session, key, ref, int(named[2]))
        return _version(session, key, ref, int(named[2]))


def draft_of(key: str, ref: str) -> BundleDraft:
    """Return the draft that an address names, its files still packed; NotFound for else."""
    named = _REF.fullmatch(ref)
    if named is None or named[1] != "d":
        raise NotFound
    with reading() as session:
        draft = session.get(BundleDraft, int(named[2]))
    if draft is None or draft.process_key != key:
        raise NotFound
    return draft


def draft_label(draft: BundleDraft) -> str:
    """Return what a draft is called."""
    return gettext("draft “%(name)s”", name=draft.name)


def _draft(session: Session, key: str, ref: str, draft_id: int) -> Source:
    draft = session.get(BundleDraft, draft_id)
    if draft is None or draft.process_key != key:
        raise NotFound
    return Source(
        key=key,
        ref=ref,
        label=draft_label(draft),
        files=_unpacked(draft.checksum, draft.archive),
        checksum=draft.checksum,
        process=read_process(session, key),
        draft=draft,
    )


@lru_cache(maxsize=4)
def _unpacked(checksum: str, archive: bytes) -> Mapping[str, bytes]:
    """Return the files of a draft; an editor asks for the same ones with every key."""
    return MappingProxyType(unpack(archive))


def _version(session: Session, key: str, ref: str, number: int) -> Source:
    process = process_of(session, key)
    for version in process.versions:
        if version.number == number:
            files = files_of(session, version.id)
            return Source(
                key=key,
                ref=ref,
                label=gettext("version %(number)d", number=version.number),
                files=files,
                checksum=checksum_of(files),
                process=process,
                version=version,
            )
    raise NotFound
