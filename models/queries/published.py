"""What the public page of limits reads: the list of duties, and since when rules hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.processes import ProcessFile, ProcessVersion
from models.units import Duty, Unit


@dataclass(frozen=True, kw_only=True)
class DutyRow:
    """Who answers for a category; without a place, everywhere."""

    category: str
    place_id: int | None
    place: str | None
    unit_id: int
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Since:
    """The version in which a file came to say what it says now."""

    number: int
    deployed_at: datetime


def duties(session: Session) -> list[DutyRow]:
    """Return the duties that hold, by the order of places and categories in the list."""
    place = aliased(Unit)
    rows = session.execute(
        select(
            Duty.category,
            Duty.place_id,
            place.name.label("place"),
            Unit.id.label("unit_id"),
            Unit.name.label("unit"),
            Duty.source,
        )
        .join(Unit, Unit.id == Duty.unit_id)
        .outerjoin(place, place.id == Duty.place_id)
        .where(Duty.active, Unit.active)
        .order_by(Duty.id)
    ).mappings()
    return [DutyRow(**row) for row in rows]


def since(session: Session, process_id: int, version_id: int, path: str) -> Since:
    """Return since which version a file of a process has had the content that it has in one."""
    rows = session.execute(
        select(ProcessVersion.id, ProcessVersion.number, ProcessVersion.deployed_at, _CONTENT)
        .outerjoin(
            ProcessFile,
            (ProcessFile.version_id == ProcessVersion.id) & (ProcessFile.path == path),
        )
        .where(ProcessVersion.process_id == process_id, ProcessVersion.id <= version_id)
        .order_by(ProcessVersion.number.desc())
    ).all()
    same = rows[0]
    for row in rows:
        if row.content is None or row.content != rows[0].content:
            break
        same = row
    return Since(number=same.number, deployed_at=same.deployed_at)


_CONTENT = ProcessFile.content.label("content")
