"""Deploying a bundle: checked, stored as an immutable version, taken by new cases from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.processes import Process, ProcessFile, ProcessVersion
from workflows.actor import Actor
from workflows.apart import inspect_files_apart
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import Finding
from workflows.errors import DeploymentRefused
from workflows.inspection import inspect_files


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deployed version; `new` is false when the same files were already the current version."""

    process_key: str
    version_id: int
    number: int
    new: bool
    findings: tuple[Finding, ...] = ()


def upload(
    city: City, actor: Actor, files: Mapping[str, bytes], *, now: datetime, reason: str
) -> Deployed:
    """Deploy what somebody sends to a running server, as `deploy` does.

    The check runs in another process meanwhile, so that this one goes on serving others.
    """
    return deploy(city, actor, files, now=now, reason=reason, inspect=inspect_files_apart)


def deploy(
    city: City,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    reason: str,
    inspect: Callable[..., list[Finding]] = inspect_files,
) -> Deployed:
    """Check a bundle and make it the version that new cases start with.

    Raises DefinitionRefused when it cannot be read and DeploymentRefused with the findings when
    the check finds errors; nothing is stored then. Units that the bundle names outright must be
    in the city's directory, unless that is still empty.
    """
    bundle = Bundle.from_files(files)
    findings = tuple(inspect(files, units=city.unit_keys() or None))
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise DeploymentRefused(findings=errors)
    with city.database.transaction() as session:
        process_id = _process(session, bundle)
        current = session.execute(
            select(ProcessVersion.id, ProcessVersion.number, ProcessVersion.checksum)
            .join(Process, Process.version_id == ProcessVersion.id)
            .where(Process.id == process_id)
        ).one_or_none()
        if current is not None and current.checksum == bundle.checksum:
            return Deployed(
                process_key=bundle.key,
                version_id=current.id,
                number=current.number,
                new=False,
                findings=findings,
            )
        version_id, number = _store(session, bundle, process_id, actor, now, reason)
    return Deployed(
        process_key=bundle.key, version_id=version_id, number=number, new=True, findings=findings
    )


def findings_of(refused: DeploymentRefused) -> list[Finding]:
    """Return what the check found in a bundle that was refused."""
    return [finding for finding in refused.findings if isinstance(finding, Finding)]


def _process(session: Session, bundle: Bundle) -> int:
    titles = {"title": bundle.title, "title_en": bundle.title_en}
    session.execute(
        upsert(Process)
        .values(key=bundle.key, **titles)
        .on_conflict_do_update(index_elements=[Process.key], set_=titles)
    )
    return session.scalars(
        select(Process.id).where(Process.key == bundle.key).with_for_update()
    ).one()


def _store(
    session: Session, bundle: Bundle, process_id: int, actor: Actor, now: datetime, reason: str
) -> tuple[int, int]:
    number = (
        session.scalar(
            select(func.max(ProcessVersion.number)).where(ProcessVersion.process_id == process_id)
        )
        or 0
    ) + 1
    version_id = session.scalars(
        insert(ProcessVersion).returning(ProcessVersion.id),
        [
            {
                "process_id": process_id,
                "number": number,
                "checksum": bundle.checksum,
                "deployed_at": now,
                "deployed_by": actor.name,
                "reason": reason,
            }
        ],
    ).one()
    session.execute(
        insert(ProcessFile),
        [
            {"version_id": version_id, "path": path, "content": content}
            for path, content in bundle.files.items()
        ],
    )
    session.execute(update(Process).where(Process.id == process_id).values(version_id=version_id))
    return version_id, number
