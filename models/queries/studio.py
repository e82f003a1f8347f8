"""What the studio reads: processes, their versions and files, and how many cases run on which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, defer

from models.bundle_drafts import BundleDraft
from models.cases import Case
from models.processes import Process, ProcessFile, ProcessVersion
from models.work import Incident


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A deployed version: who, when, why, and how many of its cases are open."""

    id: int
    number: int
    checksum: str
    deployed_at: datetime
    deployed_by: str
    reason: str
    approved_by: str
    takes_effect_at: datetime | None
    settled_at: datetime | None
    called_off_by: str
    running: int
    in_force: bool

    @property
    def planned(self) -> bool:
        """It waits for its day."""
        return self.takes_effect_at is not None and self.settled_at is None

    @property
    def was_in_force(self) -> bool:
        """New cases have begun with it, or could have."""
        return not self.planned and not self.called_off_by


@dataclass(frozen=True, kw_only=True)
class ProcessRow:
    """A process with its versions, the newest first, and its open incidents."""

    id: int
    key: str
    title: str
    title_en: str
    versions: tuple[VersionRow, ...]
    incidents: int

    @property
    def in_force(self) -> VersionRow:
        """The version that new cases start with."""
        return next(one for one in self.versions if one.in_force)

    @property
    def running(self) -> tuple[VersionRow, ...]:
        """The versions that open cases run on."""
        return tuple(one for one in self.versions if one.running)


def list_processes(session: Session) -> list[ProcessRow]:
    """Return all deployed processes, in the order in which they came."""
    keys = session.scalars(
        select(Process.key).where(Process.version_id.is_not(None)).order_by(Process.id)
    ).all()
    found = (read_process(session, key) for key in keys)
    return [one for one in found if one is not None]


def read_process(session: Session, key: str) -> ProcessRow | None:
    """Return a deployed process by its key, None if there is none."""
    process = session.scalars(
        select(Process).where(Process.key == key, Process.version_id.is_not(None))
    ).one_or_none()
    if process is None:
        return None
    incidents = session.scalar(
        select(func.count())
        .select_from(Incident)
        .outerjoin(Case, Case.id == Incident.case_id)
        .where(
            or_(Case.process_id == process.id, Incident.process_key == key),
            Incident.resolved_at.is_(None),
        )
    )
    return ProcessRow(
        id=process.id,
        key=process.key,
        title=process.title,
        title_en=process.title_en,
        versions=_versions(session, process),
        incidents=incidents or 0,
    )


def _versions(session: Session, process: Process) -> tuple[VersionRow, ...]:
    running = (
        select(Case.version_id, func.count().label("count"))
        .where(Case.process_id == process.id, Case.state == "open")
        .group_by(Case.version_id)
        .subquery()
    )
    rows = session.execute(
        select(ProcessVersion, func.coalesce(running.c.count, 0))
        .outerjoin(running, running.c.version_id == ProcessVersion.id)
        .where(ProcessVersion.process_id == process.id)
        .order_by(ProcessVersion.number.desc())
    )
    return tuple(
        VersionRow(
            id=version.id,
            number=version.number,
            checksum=version.checksum,
            deployed_at=version.deployed_at,
            deployed_by=version.deployed_by,
            reason=version.reason,
            approved_by=version.approved_by,
            takes_effect_at=version.takes_effect_at,
            settled_at=version.settled_at,
            called_off_by=version.called_off_by,
            running=count,
            in_force=version.id == process.version_id,
        )
        for version, count in rows
    )


def list_drafts(session: Session, key: str = "") -> list[BundleDraft]:
    """Return the drafts of a process (of all without a key), the newest change first."""
    query = select(BundleDraft).options(defer(BundleDraft.archive))
    if key:
        query = query.where(BundleDraft.process_key == key)
    return list(session.scalars(query.order_by(BundleDraft.changed_at.desc())))


def files_of(session: Session, version_id: int) -> Mapping[str, bytes]:
    """Return the files of a deployed version, path -> bytes."""
    rows = session.execute(
        select(ProcessFile.path, ProcessFile.content)
        .where(ProcessFile.version_id == version_id)
        .order_by(ProcessFile.path)
    )
    return {path: bytes(content) for path, content in rows}
