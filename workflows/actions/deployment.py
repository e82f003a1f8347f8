"""Deploying a bundle: checked, stored as an immutable version, taken by new cases from then on.

Or from a date on (`effective.py` then brings it into force), and with the approval of a second
person where the city asks for one (`approvals.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.processes import Process, ProcessFile, ProcessVersion
from models.settings import CitySetting
from workflows import audit
from workflows.actions import versions
from workflows.actor import Actor, require_process_admin
from workflows.apart import inspect_files_apart
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.definitions.check import Finding
from workflows.errors import (
    DeploymentRefused,
    InvalidEntries,
    NotFound,
    ThroughTrainError,
)
from workflows.inspection import inspect_files

REASON_LENGTH = 200
SECOND_PERSON = "second_person"
"""The city's setting that nobody deploys alone."""
EARLIER_VERSION = "-"
"""In place of the second person's name: these files were approved before."""


class SecondPersonNeeded(ThroughTrainError):
    """The city lets nobody deploy alone."""

    sentence = "Nothing was deployed: in this city a second person approves each version."
    mend = "Ask for approval on the draft's page."


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
    takes_effect_at: datetime | None = None
    """Aware UTC, for a version that waits for its day; None: it is in force."""


def upload(
    city: City,
    actor: Actor,
    files: Mapping[str, bytes],
    *,
    now: datetime,
    reason: str,
    over: int | None = None,
    takes_effect_at: datetime | None = None,
    approved_by: str = "",
    along: Callable[[Session], None] | None = None,
) -> Deployed:
    """Deploy what somebody sends to a running server, as `deploy` does.

    The check runs in another process meanwhile, so that this one goes on serving others.
    """
    return deploy(
        city,
        actor,
        files,
        now=now,
        reason=reason,
        over=over,
        takes_effect_at=takes_effect_at,
        approved_by=approved_by,
        along=along,
        inspect=inspect_files_apart,
    )


def roll_back(
    city: City, actor: Actor, key: str, number: int, *, now: datetime, reason: str, over: int
) -> Deployed:
    """Deploy the files of an earlier version again, as the newest version.

    Cases that run on the versions between stay on them. No second person is asked: it is the way
    out when something goes wrong, and what it leads to has been in force before. So versions that
    have not been are refused.
    """
    with city.database.reading() as session:
        version_id = session.scalar(
            select(ProcessVersion.id)
            .join(Process, Process.id == ProcessVersion.process_id)
            .where(Process.key == key, ProcessVersion.number == number, versions.HAS_BEEN_IN_FORCE)
        )
        rows = session.execute(
            select(ProcessFile.path, ProcessFile.content).where(
                ProcessFile.version_id == version_id
            )
        )
        files = {path: bytes(content) for path, content in rows}
    if version_id is None:
        raise NotFound
    return upload(
        city, actor, files, now=now, reason=reason, over=over, approved_by=EARLIER_VERSION
    )


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
    takes_effect_at: datetime | None = None,
    approved_by: str = "",
    along: Callable[[Session], None] | None = None,
    inspect: Callable[..., list[Finding]] = inspect_files,
) -> Deployed:
    """Check a bundle and make it the version that new cases start with.

    Raises DefinitionRefused when it cannot be read and DeploymentRefused with the findings when
    the check finds errors; nothing is stored then. Units that the bundle names outright must be
    in the city's directory, unless that is still empty. `over` is the number of the version
    that the person saw in force (0: none); Overtaken when it is no longer.

    A `takes_effect_at` in the future lets it wait: the version in force stays so until then.
    `approved_by` names the second person; SecondPersonNeeded without one where the city asks for
    one. Whoever runs commands on the server is the system and needs none. `along` is done first
    within the transaction that stores the version: both come about, or neither.
    """
    require_process_admin(actor)
    reason = said_reason(reason)
    planned_at = takes_effect_at if takes_effect_at and takes_effect_at > now else None
    bundle = Bundle.from_files(files)
    findings = tuple(inspect(files, units=city.unit_keys() or None))
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise DeploymentRefused(findings=errors)
    with city.database.transaction() as session:
        if along is not None:
            along(session)
        if not (actor.is_system or approved_by) and second_person_needed(session):
            raise SecondPersonNeeded
        process_id = versions.hold_process(session, bundle, renamed=planned_at is None)
        current = _to_be_replaced(session, process_id, over, planned=planned_at is not None)
        same = current if current is not None and current.checksum == bundle.checksum else None
        if planned_at is not None and same is None:
            same = versions.waiting(session, process_id, bundle.checksum, planned_at)
        if same is not None:
            return Deployed(
                process_key=bundle.key,
                version_id=same.id,
                number=same.number,
                new=False,
                findings=findings,
            )
        version_id, number = versions.store(
            session,
            bundle,
            {
                "process_id": process_id,
                "deployed_at": now,
                "deployed_by": actor.name,
                "reason": reason,
                "approved_by": "" if approved_by == EARLIER_VERSION else approved_by,
                "takes_effect_at": planned_at,
            },
        )
        detail = {
            "process": bundle.key,
            "version": number,
            "instead_of": current.number if current is not None else 0,
            "checksum": bundle.checksum,
            "reason": reason,
            **({"approved_by": approved_by} if approved_by else {}),
            **({"takes_effect_at": planned_at.isoformat()} if planned_at else {}),
        }
        audit.note(
            session,
            "deployed",
            now=now,
            actor=actor.name,
            person_id=actor.person_id,
            detail=detail,
        )
    return Deployed(
        process_key=bundle.key,
        version_id=version_id,
        number=number,
        new=True,
        findings=findings,
        takes_effect_at=planned_at,
    )


def _to_be_replaced(
    session: Session, process_id: int, over: int | None, *, planned: bool
) -> versions.Version | None:
    """Return the version in force; refused where it is another one than the person saw."""
    current = versions.in_force(session, process_id)
    if planned and current is None:
        raise InvalidEntries(
            {
                "takes_effect_on": "Nothing is in force yet that could serve until then: "
                "deploy it on the day."
            }
        )
    if over is not None and current is not None and current.number != over:
        raise Overtaken(number=current.number, person=current.deployed_by)
    return current


def second_person_needed(session: Session) -> bool:
    """Whether this city lets nobody deploy alone."""
    setting = session.get(CitySetting, SECOND_PERSON)
    return setting is not None and bool(setting.value.get("on"))


def findings_of(refused: DeploymentRefused) -> list[Finding]:
    """Return what the check found in a bundle that was refused."""
    return [finding for finding in refused.findings if isinstance(finding, Finding)]
