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
from workflows import audit
from workflows.actor import Actor
from workflows.apart import inspect_files_apart
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import Finding
from workflows.errors import (
    DeploymentRefused,
    InvalidEntries,
    NotAllowed,
    NotFound,
    ThroughTrainError,
)
from workflows.inspection import inspect_files

MAY_DEPLOY = "process_admin"
REASON_LENGTH = 200


class Overtaken(ThroughTrainError):
    """Somebody deployed another version since the page was read."""

    sentence = "Version {number} was deployed in the meantime by {person}."
    mend = "Nothing was changed. Look at the difference to it, and decide again."


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deployed version; `new` is false when the same files were already the current version."""

    process_key: str
    version_id: int
    number: int
    new: bool
    findings: tuple[Finding, ...] = ()


def upload(
    city: City,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    reason: str,
    over: int | None = None,
) -> Deployed:
    """Deploy what somebody sends to a running server, as `deploy` does.

    The check runs in another process meanwhile, so that this one goes on serving others.
    """
    return deploy(
        city, actor, files, now=now, reason=reason, over=over, inspect=inspect_files_apart
    )


def roll_back(
    city: City, actor: Actor, key: str, number: int, *, now: datetime, reason: str, over: int
) -> Deployed:
    """Deploy the files of an earlier version again, as the newest version.

    Cases that run on the versions between stay on them.
    """
    with city.database.reading() as session:
        version_id = session.scalar(
            select(ProcessVersion.id)
            .join(Process, Process.id == ProcessVersion.process_id)
            .where(Process.key == key, ProcessVersion.number == number)
        )
        rows = session.execute(
            select(ProcessFile.path, ProcessFile.content).where(
                ProcessFile.version_id == version_id
            )
        )
        files = {path: bytes(content) for path, content in rows}
    if version_id is None:
        raise NotFound
    return upload(city, actor, files, now=now, reason=reason, over=over)


def said_reason(reason: str) -> str:
    """Return the reason as it is kept; raise InvalidEntries without one."""
    said = " ".join(reason.split())[:REASON_LENGTH]
    if not said:
        raise InvalidEntries({"reason": "Say why, for everybody who reads the versions later."})
    return said


def deploy(
    city: City,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    reason: str,
    over: int | None = None,
    inspect: Callable[..., list[Finding]] = inspect_files,
) -> Deployed:
    """Check a bundle and make it the version that new cases start with.

    Raises DefinitionRefused when it cannot be read and DeploymentRefused with the findings when
    the check finds errors; nothing is stored then. Units that the bundle names outright must be
    in the city's directory, unless that is still empty. `over` is the number of the version
    that the person saw in force (0: none); Overtaken when it is no longer.
    """
    if not (actor.is_system or MAY_DEPLOY in actor.roles):
        raise NotAllowed
    reason = said_reason(reason)
    bundle = Bundle.from_files(files)
    findings = tuple(inspect(files, units=city.unit_keys() or None))
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise DeploymentRefused(findings=errors)
    with city.database.transaction() as session:
        process_id = _process(session, bundle)
        current = session.execute(
            select(
                ProcessVersion.id,
                ProcessVersion.number,
                ProcessVersion.checksum,
                ProcessVersion.deployed_by,
            )
            .join(Process, Process.version_id == ProcessVersion.id)
            .where(Process.id == process_id)
        ).one_or_none()
        if over is not None and current is not None and current.number != over:
            raise Overtaken(number=current.number, person=current.deployed_by)
        if current is not None and current.checksum == bundle.checksum:
            return Deployed(
                process_key=bundle.key,
                version_id=current.id,
                number=current.number,
                new=False,
                findings=findings,
            )
        version_id, number = _store(session, bundle, process_id, actor, now, reason)
        audit.note(
            session,
            "deployed",
            now=now,
            actor=actor.name,
            person_id=actor.person_id,
            detail={
                "process": bundle.key,
                "version": number,
                "instead_of": current.number if current is not None else 0,
                "checksum": bundle.checksum,
                "reason": reason,
            },
        )
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
