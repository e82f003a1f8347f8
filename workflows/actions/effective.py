"""Versions that wait for a date: brought into force when it comes, or called off before."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.processes import PLANNED, Process, ProcessFile, ProcessVersion
from workflows import audit
from workflows.actions.deployment import said_reason
from workflows.actions.versions import put_in_force
from workflows.actor import SYSTEM, Actor, require_process_admin
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.errors import DefinitionRefused, ThroughTrainError

log = logging.getLogger(__name__)


class NotPlanned(ThroughTrainError):
    """The version does not wait for a date, or no longer."""

    sentence = "This version does not wait for a date any more."
    mend = "Open the process again and look which version is in force."


def take_effect(city: City, *, now: datetime) -> int:
    """Bring into force the versions whose time has come; return how many.

    The worker calls it with every tick. Each is a transaction of its own, in the order of their
    times, so that of two for one process the later one stays. A version that was deployed at once
    meanwhile gives way: whoever deployed it was told of the date. One that can no longer be read is
    called off, with the reason in the audit trail.
    """
    with city.database.reading() as session:
        due = session.scalars(
            select(ProcessVersion.id)
            .where(text(PLANNED), ProcessVersion.takes_effect_at <= now)
            .order_by(ProcessVersion.takes_effect_at, ProcessVersion.id)
        ).all()
    done = 0
    for version_id in due:
        try:
            with city.database.transaction() as session:
                done += _take_effect(session, version_id, now)
        except DefinitionRefused as refused:
            _leave(city, version_id, refused, now)
    return done


def _leave(city: City, version_id: int, refused: DefinitionRefused, now: datetime) -> None:
    """Call off a version that can no longer be read: the worker has other things to do, too."""
    log.error("cannot take effect", extra={"action": "took_effect", "reason": refused.text()})
    with city.database.transaction() as session:
        version = session.get_one(ProcessVersion, version_id, with_for_update=True)
        process = session.get_one(Process, version.process_id)
        _call_off(session, version, process.key, SYSTEM, now, refused.text())


def _take_effect(session: Session, version_id: int, now: datetime) -> bool:
    version = session.get_one(ProcessVersion, version_id, with_for_update=True)
    if version.settled_at is not None:
        return False  # another worker was quicker, or it was called off
    process = session.get_one(Process, version.process_id, with_for_update=True)
    rows = session.execute(
        select(ProcessFile.path, ProcessFile.content).where(ProcessFile.version_id == version_id)
    )
    bundle = Bundle.from_files({path: bytes(content) for path, content in rows})
    before = process.version_id
    put_in_force(session, bundle, process.id, version_id)
    version.settled_at = now
    detail = {"process": process.key, "version": version.number, "instead_of_id": before}
    audit.note(session, "took_effect", now=now, actor="", person_id=None, detail=detail)
    session.flush()  # the row is written before the session closes
    log.info("took effect", extra={"action": "took_effect", "process": process.key})
    return True


def call_off(
    city: City, actor: Actor, key: str, number: int, *, now: datetime, reason: str
) -> None:
    """Let a version that waits for its date never come into force; it stays in the list.

    Raises NotPlanned when it has taken effect or was called off already.
    """
    require_process_admin(actor)
    reason = said_reason(reason)
    with city.database.transaction() as session:
        version = session.scalars(
            select(ProcessVersion)
            .join(Process, Process.id == ProcessVersion.process_id)
            .where(Process.key == key, ProcessVersion.number == number)
            .with_for_update(of=ProcessVersion)
        ).one_or_none()
        if version is None or version.takes_effect_at is None or version.settled_at is not None:
            raise NotPlanned
        _call_off(session, version, key, actor, now, reason)


def _call_off(
    session: Session, version: ProcessVersion, key: str, actor: Actor, now: datetime, reason: str
) -> None:
    version.settled_at, version.called_off_by = now, actor.name
    detail = {"process": key, "version": version.number, "reason": reason}
    audit.note(
        session, "called_off", now=now, actor=actor.name, person_id=actor.person_id, detail=detail
    )
    session.flush()  # the row is written before the session closes
