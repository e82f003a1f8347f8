"""What the studio reads: processes, their versions and files, and how many cases run on which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
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
    return _processes(session, true())


def read_process(session: Session, key: str) -> ProcessRow | None:
    """Return a deployed process by its key, None if there is none."""
    return next(iter(_processes(session, Process.key == key)), None)


def _processes(session: Session, which: ColumnElement[bool]) -> list[ProcessRow]:
    processes = session.scalars(
        select(Process).where(Process.version_id.is_not(None), which).order_by(Process.id)
    ).all()
    incidents = _incidents(session, processes)
    versions = _versions(session, processes)
    return [
        ProcessRow(
            id=process.id,
            key=process.key,
            title=process.title,
            title_en=process.title_en,
            versions=tuple(versions[process.id]),
            incidents=incidents.get(process.id, 0),
        )
        for process in processes
    ]


def _incidents(session: Session, processes: Sequence[Process]) -> dict[int, int]:
    """Return how many incidents are open, by process: that of the case, else the one named."""
    owner = func.coalesce(Case.process_id, Process.id)
    rows = session.execute(
        select(owner, func.count())
        .select_from(Incident)
        .outerjoin(Case, Case.id == Incident.case_id)
        .outerjoin(Process, Process.key == Incident.process_key)
        .where(Incident.resolved_at.is_(None), owner.in_([one.id for one in processes]))
        .group_by(owner)
    )
    return dict(rows.all())


def _versions(session: Session, processes: Sequence[Process]) -> dict[int, list[VersionRow]]:
    """Return the versions of processes by the processes' ids, the newest first."""
    ids = [one.id for one in processes]
    in_force = {one.version_id for one in processes}
    running = (
        select(Case.version_id, func.count().label("count"))
        .where(Case.process_id.in_(ids), Case.state == "open")
        .group_by(Case.version_id)
        .subquery()
    )
    rows = session.execute(
        select(ProcessVersion, func.coalesce(running.c.count, 0))
        .outerjoin(running, running.c.version_id == ProcessVersion.id)
        .where(ProcessVersion.process_id.in_(ids))
        .order_by(ProcessVersion.number.desc())
    )
    found: dict[int, list[VersionRow]] = {one: [] for one in ids}
    for version, count in rows:
        found[version.process_id].append(
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
                in_force=version.id in in_force,
            )
        )
    return found


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
