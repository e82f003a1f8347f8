"""Moving running cases to another version: looked at, asked for, and taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import and_, insert, select
from sqlalchemy.orm import Session

from models.bundle_drafts import BundleDraft
from models.moves import Move, MovedCase
from models.processes import Process, ProcessVersion
from models.queries.moves import chosen_cases
from workflows import audit
from workflows.actions.deployment import said_reason
from workflows.actor import Actor, require_process_admin
from workflows.city import City
from workflows.engine.migrate import NodeMapping
from workflows.errors import NotFound, ThroughTrainError
from workflows.passage import rows_of


class NothingToMove(ThroughTrainError):
    """No running case fits what was chosen."""

    sentence = "There is no running case to move."
    mend = "Choose others, or look at the impact again: they may have ended or moved meanwhile."


class StillMoving(ThroughTrainError):
    """Cases of the same process are being moved right now."""

    sentence = "Cases of this process are being moved right now."
    mend = "Wait until that is done, then decide again."


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which running cases are to move: all, or those that fit any of what is named."""

    whole: bool = False
    stages: Collection[str] = ()
    elements: Collection[tuple[str, str]] = ()
    """(process, element) at which a case stands."""
    numbers: Collection[str] = ()


def begin_preview(
    city: City,
    actor: Actor,
    key: str,
    *,
    now: datetime,
    version: int | None = None,
    draft_id: int | None = None,
    mapping: NodeMapping = MappingProxyType({}),
) -> int:
    """Write down that the impact of a version or a draft is to be looked at; return the row's id.

    `workflows.migrating.run` does it, in whatever process.
    """
    require_process_admin(actor)
    with city.database.transaction() as session:
        process = _process(session, key)
        row = _row("preview", process.id, actor, now, mapping)
        if draft_id is not None:
            draft = session.get(BundleDraft, draft_id)
            if draft is None or draft.process_key != key:
                raise NotFound
            row |= {"draft_id": draft_id, "archive": draft.archive, "checksum": draft.checksum}
        else:
            row |= _target(session, process, version)
        return session.scalars(insert(Move).returning(Move.id), [row]).one()


def begin_move(
    city: City,
    actor: Actor,
    key: str,
    chosen: Chosen,
    *,
    now: datetime,
    reason: str,
    version: int | None = None,
    mapping: NodeMapping = MappingProxyType({}),
) -> int:
    """Ask for running cases to be moved to a deployed version (the one in force without a number).

    Returns the id of the move, whose cases wait for `workflows.migrating.run`. Raises
    InvalidEntries without a reason, NothingToMove and StillMoving.
    """
    require_process_admin(actor)
    reason = said_reason(reason)
    with city.database.transaction() as session:
        process = _process(session, key, lock=True)
        _require_rest(session, process.id)
        row = _row("move", process.id, actor, now, mapping)
        row |= _target(session, process, version, taken=True)
        found = chosen_cases(
            session,
            process.id,
            row["version_id"],
            stages=chosen.stages,
            elements=chosen.elements,
            numbers=chosen.numbers,
            whole=chosen.whole,
        )
        if not found:
            raise NothingToMove
        return _begun(session, row, found, actor, now, reason)


def begin_back(
    city: City,
    actor: Actor,
    move_id: int,
    *,
    now: datetime,
    reason: str,
    numbers: Collection[int] = (),
) -> int:
    """Ask for the cases of a move (or those of these ids) to go back to where they came from."""
    require_process_admin(actor)
    reason = said_reason(reason)
    with city.database.transaction() as session:
        move = session.get(Move, move_id, with_for_update=True)
        if move is None or move.kind != "move":
            raise NotFound
        session.execute(select(Process.id).where(Process.id == move.process_id).with_for_update())
        _require_rest(session, move.process_id)
        wanted = select(MovedCase.case_id).where(
            MovedCase.move_id == move_id, MovedCase.state == "moved"
        )
        if numbers:
            wanted = wanted.where(MovedCase.case_id.in_(list(numbers)))
        found = [(case_id, move.version_id) for case_id in session.scalars(wanted)]
        if not found:
            raise NothingToMove
        row = _row("back", move.process_id, actor, now, {})
        row |= {
            "version_id": move.version_id,
            "checksum": move.checksum,
            "mapping": move.mapping,
            "undoes_id": move_id,
        }
        return _begun(session, row, found, actor, now, reason)


def _row(
    kind: str, process_id: int, actor: Actor, now: datetime, mapping: NodeMapping
) -> dict[str, Any]:
    return {
        "process_id": process_id,
        "kind": kind,
        "version_id": None,
        "draft_id": None,
        "undoes_id": None,
        "archive": b"",
        "mapping": rows_of(mapping),
        "started_at": now,
        "started_by": actor.name,
        "person_id": actor.person_id,
        "beat_at": now,
    }


def _begun(
    session: Session,
    row: Mapping[str, Any],
    found: Collection[tuple[int, Any]],
    actor: Actor,
    now: datetime,
    reason: str,
) -> int:
    values = {**row, "reason": reason, "total": len(found)}
    move_id = session.scalars(insert(Move).returning(Move.id), [values]).one()
    session.execute(
        insert(MovedCase),
        [
            {"move_id": move_id, "case_id": case_id, "from_version_id": version_id}
            for case_id, version_id in found
        ],
    )
    detail = {"move": move_id, "version": row["version_id"], "cases": len(found), "reason": reason}
    action = "cases_moved" if row["kind"] == "move" else "cases_moved_back"
    audit.note(session, action, now=now, actor=actor.name, person_id=actor.person_id, detail=detail)
    return move_id


def _require_rest(session: Session, process_id: int) -> None:
    busy = select(Move.id).where(
        Move.process_id == process_id, Move.kind != "preview", Move.finished_at.is_(None)
    )
    if session.scalars(busy.limit(1)).first() is not None:
        raise StillMoving


def _process(session: Session, key: str, *, lock: bool = False) -> Process:
    wanted = select(Process).where(Process.key == key)
    process = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if process is None or process.version_id is None:
        raise NotFound
    return process


def _target(
    session: Session, process: Process, number: int | None, *, taken: bool = False
) -> dict[str, Any]:
    """Return the version that cases are to go to, the one in force without a number.

    With `taken` one that has never taken effect is NotFound.
    """
    which = (
        ProcessVersion.id == process.version_id
        if number is None
        else ProcessVersion.number == number
    )
    version = session.execute(
        select(
            ProcessVersion.id,
            ProcessVersion.checksum,
            ProcessVersion.called_off_by,
            and_(
                ProcessVersion.takes_effect_at.is_not(None), ProcessVersion.settled_at.is_(None)
            ).label("waits"),
        ).where(ProcessVersion.process_id == process.id, which)
    ).one_or_none()
    if version is None or (taken and (version.waits or version.called_off_by)):
        raise NotFound
    return {"version_id": version.id, "checksum": version.checksum}
