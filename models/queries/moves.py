"""Running cases, and what became of those that were to move to another version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, union
from sqlalchemy.orm import Session, aliased

from models.cases import Case
from models.moves import Move, MovedCase
from models.processes import ProcessVersion
from models.work import Deadline, Wait, WorkItem


def _under_way() -> Any:
    """The cases in which something waits, whatever their state says: rework after the end, too."""
    return union(
        select(WorkItem.case_id).where(WorkItem.state == "open"),
        select(Wait.case_id).where(Wait.ended_at.is_(None)),
        select(Deadline.case_id).where(Deadline.ended_at.is_(None), Deadline.kind == "timer"),
    )


def running_cases(
    session: Session,
    process_id: int,
    *,
    besides: int | None = None,
    among: Collection[int] | None = None,
) -> list[tuple[int, int]]:
    """Return (id, version) of a process' cases under way, but for those on one version.

    A version of the very same files is the same version to a case. Cases that are being played
    are left out. `among`: only those of these ids.
    """
    found = select(Case.id, Case.version_id).where(
        Case.process_id == process_id, ~Case.held, Case.id.in_(_under_way())
    )
    if besides is not None:
        there, same = aliased(ProcessVersion), aliased(ProcessVersion)
        alike = (
            select(same.id)
            .join(there, (there.process_id == same.process_id) & (there.checksum == same.checksum))
            .where(there.id == besides)
        )
        found = found.where(Case.version_id.not_in(alike))
    if among is not None:
        found = found.where(Case.id.in_(among))
    rows = session.execute(found.order_by(Case.id))
    return [(case_id, version_id) for case_id, version_id in rows]


def chosen_cases(
    session: Session,
    process_id: int,
    besides: int,
    *,
    stages: Collection[str] = (),
    elements: Collection[tuple[str, str]] = (),
    numbers: Collection[str] = (),
    whole: bool = False,
) -> list[tuple[int, int]]:
    """Return (id, version) of the running cases that fit any of what is named, all with `whole`."""
    running = running_cases(session, process_id, besides=besides)
    if whole:
        return running
    at = [
        (model.process == process) & (model.element == element)
        for process, element in elements
        for model in (WorkItem, Wait, Deadline)
    ]
    tests: list[Any] = [Case.stage.in_(list(stages)), Case.number.in_(list(numbers))]
    if elements:
        tests += [
            Case.id.in_(select(WorkItem.case_id).where(WorkItem.state == "open", or_(*at[0::3]))),
            Case.id.in_(select(Wait.case_id).where(Wait.ended_at.is_(None), or_(*at[1::3]))),
            Case.id.in_(
                select(Deadline.case_id).where(
                    Deadline.ended_at.is_(None), Deadline.kind == "timer", or_(*at[2::3])
                )
            ),
        ]
    wanted = set(session.scalars(select(Case.id).where(Case.process_id == process_id, or_(*tests))))
    return [row for row in running if row[0] in wanted]


def drafted_fields(session: Session, case_ids: Collection[int]) -> dict[Any, list[str]]:
    """Return the fields that open tasks keep a draft of, by task."""
    rows = session.execute(
        select(WorkItem.id, func.jsonb_object_keys(WorkItem.draft)).where(
            WorkItem.case_id.in_(list(case_ids)),
            WorkItem.state == "open",
            func.jsonb_typeof(WorkItem.draft) == "object",
        )
    )
    found: dict[Any, list[str]] = {}
    for item, key in rows:
        found.setdefault(item, []).append(key)
    return found


@dataclass(frozen=True, kw_only=True)
class MoveRow:
    """A move with the number of its cases by state."""

    id: int
    kind: str
    number: int
    """Number of the version that the cases go to (of a move back: the one they leave)."""
    reason: str
    started_at: datetime
    started_by: str
    beat_at: datetime
    finished_at: datetime | None
    total: int
    counts: dict[str, int]
    undoes_id: int | None


def list_moves(session: Session, process_id: int, limit: int = 20) -> list[MoveRow]:
    """Return the newest moves of a process."""
    return _moves(session, Move.process_id == process_id, limit)


def read_move(session: Session, move_id: int) -> MoveRow | None:
    """Return one move, None if there is none."""
    return next(iter(_moves(session, Move.id == move_id, 1)), None)


def _moves(session: Session, which: Any, limit: int) -> list[MoveRow]:
    rows = session.execute(
        select(
            Move.id,
            Move.kind,
            func.coalesce(ProcessVersion.number, 0).label("number"),
            Move.reason,
            Move.started_at,
            Move.started_by,
            Move.beat_at,
            Move.finished_at,
            Move.total,
            Move.undoes_id,
        )
        .outerjoin(ProcessVersion, ProcessVersion.id == Move.version_id)
        .where(which, Move.kind != "preview")
        .order_by(Move.id.desc())
        .limit(limit)
    ).all()
    counted: dict[int, dict[str, int]] = {row.id: {} for row in rows}
    for move_id, state, count in session.execute(
        select(MovedCase.move_id, MovedCase.state, func.count())
        .where(MovedCase.move_id.in_(counted))
        .group_by(MovedCase.move_id, MovedCase.state)
    ):
        counted[move_id][state] = count
    return [MoveRow(**row._mapping, counts=counted[row.id]) for row in rows]


@dataclass(frozen=True, kw_only=True)
class MovedRow:
    """A case of a move, and what became of it."""

    case_id: int
    number: str
    title: str
    state: str
    reasons: list[Any]
    at: datetime | None


def moved_cases(
    session: Session, move_id: int, *, states: Collection[str] = (), limit: int = 200
) -> list[MovedRow]:
    """Return cases of a move, those with reasons first."""
    found = (
        select(
            MovedCase.case_id,
            Case.number,
            Case.title,
            MovedCase.state,
            MovedCase.reasons,
            MovedCase.at,
        )
        .join(Case, Case.id == MovedCase.case_id)
        .where(MovedCase.move_id == move_id)
    )
    if states:
        found = found.where(MovedCase.state.in_(list(states)))
    order = (MovedCase.state.in_(["refused", "gone"]).desc(), MovedCase.case_id)
    rows = session.execute(found.order_by(*order).limit(limit))
    return [MovedRow(**row._mapping) for row in rows]
