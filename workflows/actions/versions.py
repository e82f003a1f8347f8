"""How versions of a process are stored, found and brought into force, within a transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.processes import Process, ProcessFile, ProcessVersion
from workflows.definitions.bundle import Bundle

HAS_BEEN_IN_FORCE = ProcessVersion.takes_effect_at.is_(None) | (
    ProcessVersion.settled_at.is_not(None) & (ProcessVersion.called_off_by == "")
)
"""New cases have begun with the version, or could have."""

Version = Row[int, int, str, str]
"""Its id, number, checksum, and who deployed it."""


def hold_process(session: Session, bundle: Bundle, *, renamed: bool) -> int:
    """Return the id of a bundle's process, made if it is new; locked for the transaction.

    `renamed`: it has the bundle's titles from now on.
    """
    titles = {"title": bundle.title, "title_en": bundle.title_en}
    row = upsert(Process).values(key=bundle.key, **titles)
    session.execute(
        row.on_conflict_do_update(index_elements=[Process.key], set_=titles)
        if renamed
        else row.on_conflict_do_nothing()
    )
    return session.scalars(
        select(Process.id).where(Process.key == bundle.key).with_for_update()
    ).one()


def in_force(session: Session, process_id: int) -> Version | None:
    """Return the version that new cases begin with, None before the first one."""
    return session.execute(
        _version()
        .join(Process, Process.version_id == ProcessVersion.id)
        .where(Process.id == process_id)
    ).one_or_none()


def waiting(session: Session, process_id: int, checksum: str, at: datetime) -> Version | None:
    """Return the version of these files that waits for this time, if there is one."""
    return session.execute(
        _version().where(
            ProcessVersion.process_id == process_id,
            ProcessVersion.checksum == checksum,
            ProcessVersion.takes_effect_at == at,
            ProcessVersion.settled_at.is_(None),
        )
    ).one_or_none()


def store(session: Session, bundle: Bundle, row: dict[str, Any]) -> tuple[int, int]:
    """Write a version with its files and return its id and number.

    `row` holds the columns besides number and checksum. It is in force at once unless it waits.
    """
    process_id = row["process_id"]
    newest = session.scalar(
        select(func.max(ProcessVersion.number)).where(ProcessVersion.process_id == process_id)
    )
    number = (newest or 0) + 1
    version_id = session.scalars(
        insert(ProcessVersion).returning(ProcessVersion.id),
        [{**row, "number": number, "checksum": bundle.checksum}],
    ).one()
    session.execute(
        insert(ProcessFile),
        [
            {"version_id": version_id, "path": path, "content": content}
            for path, content in bundle.files.items()
        ],
    )
    if row["takes_effect_at"] is None:
        put_in_force(session, bundle, process_id, version_id)
    return version_id, number


def put_in_force(session: Session, bundle: Bundle, process_id: int, version_id: int) -> None:
    """Let new cases of a process begin with a version, whose titles it then has."""
    titles = {"title": bundle.title, "title_en": bundle.title_en}
    session.execute(
        update(Process).where(Process.id == process_id).values(version_id=version_id, **titles)
    )


def _version() -> Select[int, int, str, str]:
    return select(
        ProcessVersion.id,
        ProcessVersion.number,
        ProcessVersion.checksum,
        ProcessVersion.deployed_by,
    )
