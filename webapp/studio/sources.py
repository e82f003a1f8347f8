"""What a page of the studio looks at: a deployed version, by its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.queries.studio import ProcessRow, VersionRow, files_of, read_process
from webapp.context import reading
from webapp.language import gettext
from workflows.definitions.bundle import checksum_of
from workflows.errors import NotFound

_REF = re.compile(r"v(\d{1,6})")


@dataclass(frozen=True, kw_only=True)
class Source:
    """The files of a version; `ref` is its part of the address."""

    key: str
    ref: str
    label: str
    files: Mapping[str, bytes] = field(repr=False)
    checksum: str
    version: VersionRow | None = None


def process_of(session: Session, key: str) -> ProcessRow:
    """Return a process; NotFound if there is none of that key."""
    found = read_process(session, key)
    if found is None:
        raise NotFound
    return found


def source_of(key: str, ref: str) -> Source:
    """Return what an address names; NotFound if there is nothing of that kind."""
    with reading() as session:
        return _version(session, key, ref)


def _version(session: Session, key: str, ref: str) -> Source:
    named = _REF.fullmatch(ref)
    if named is None:
        raise NotFound
    process = process_of(session, key)
    for version in process.versions:
        if version.number == int(named[1]):
            files = files_of(session, version.id)
            return Source(
                key=key,
                ref=ref,
                label=gettext("version %(number)d", number=version.number),
                files=files,
                checksum=checksum_of(files),
                version=version,
            )
    raise NotFound
