"""The hand that gives out single cases for a step: locked first, then read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Text, and_, bindparam, exists, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.cases import Case, Step
from models.database import Pipeline, rows_of
from models.queries.visibility import CASE_VISIBLE, WAIT_MINE, WORK_MINE
from models.work import Deadline, Incident, Wait, WorkItem
from workflows.actor import Actor
from workflows.errors import NotFound
from workflows.locked import Item, LockedCase, RunningDeadline, Waiting

_CASE_COLUMNS = (
    Case.id,
    Case.number,
    Case.process_id,
    Case.version_id,
    Case.parent_id,
    Case.enterprise_id,
    Case.place_id,
    Case.title,
    Case.category,
    Case.kind,
    Case.submitted_at,
    Case.held,
    Case.suspended_at,
    Case.suspended_why,
    Case.revision,
    Case.audit_hash,
    Case.state,
    Case.stage,
    Case.lead_unit_id,
    Case.result,
    Case.facts,
)
_WANTED = bindparam("wanted", type_=BigInteger)
_BY_ID = select(_WANTED.label("id")).scalar_subquery()
_BY_ITEM = (
    select(WorkItem.case_id).where(WorkItem.id == bindparam("work_item_id")).scalar_subquery()
)
_BY_WAIT = select(Wait.case_id).where(Wait.id == bindparam("wait_id")).scalar_subquery()


def _lock(wanted: Any) -> Any:
    # A key share stays free for others: rows that name this case do not wait for its step.
    return (
        select(*_CASE_COLUMNS)
        .where(Case.id == wanted, CASE_VISIBLE)
        .with_for_update(of=Case, key_share=True)
    )


def _key(name: str) -> Any:
    return literal_column(f"'{name}'", Text)


def _row_json(model: Any, columns: tuple[str, ...], *extra: Any) -> Any:
    pairs: list[Any] = []
    for column in columns:
        pairs += [_key(column), getattr(model, column)]
    return func.jsonb_build_object(*pairs, *extra, type_=JSONB)


_ITEM_COLUMNS = (
    "id",
    "process",
    "element",
    "name",
    "name_en",
    "stage",
    "role",
    "unit_id",
    "assignee_id",
    "form",
    "public",
    "pauses",
    "due_at",
    "warn_at",
    "paused_at",
)
_DEADLINE_COLUMNS = (
    "id",
    "kind",
    "task_id",
    "guards",
    "element",
    "started_at",
    "due_at",
    "warn_at",
    "paused_at",
    "paused_by",
)
_WAIT_COLUMNS = (
    "id",
    "process",
    "element",
    "name",
    "name_en",
    "message",
    "form",
    "roles",
    "public",
)


_FROM_NOW = r"\m(now|today)\s*\("
"""In the text of a due time that is counted from the step on, though it gives a plain date."""
_FIXED = or_(
    Deadline.how.has_key("fixed"),
    Deadline.how["rule"].astext == "workdays_before",
    and_(
        func.coalesce(Deadline.how["rule"].astext, "date") == "date",
        ~Deadline.expression.regexp_match(_FROM_NOW),
    ),
)


def _standing(which: Any, *more: Any) -> Any:
    """The newest step's state, open work, deadlines, waits, open incidents, in one row."""
    items = (
        select(
            func.jsonb_agg(
                _row_json(
                    WorkItem,
                    _ITEM_COLUMNS,
                    _key("mine"),
                    func.coalesce(WORK_MINE, False),
                ),
                type_=JSONB,
            )
        )
        .where(WorkItem.case_id == Case.id, WorkItem.state == "open")
        .correlate(Case)
        .scalar_subquery()
    )
    counted = (_key("rule"), Deadline.how["rule"].astext, _key("fixed"), _FIXED)
    deadlines = (
        select(func.jsonb_agg(_row_json(Deadline, _DEADLINE_COLUMNS, *counted), type_=JSONB))
        .where(Deadline.case_id == Case.id, Deadline.ended_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    mine = func.coalesce(WAIT_MINE, False)
    waits = (
        select(func.jsonb_agg(_row_json(Wait, _WAIT_COLUMNS, _key("mine"), mine), type_=JSONB))
        .where(Wait.case_id == Case.id, Wait.ended_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    newest = (
        select(Step.state)
        .where(Step.case_id == Case.id)
        .order_by(Step.number.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    troubled = (
        exists().where(Incident.case_id == Case.id, Incident.resolved_at.is_(None)).correlate(Case)
    )
    return select(newest, items, deadlines, waits, troubled, *more).select_from(Case).where(which)


_LOCK_BY_ID, _STANDING_BY_ID = _lock(_BY_ID), _standing(Case.id == _BY_ID)
_LOCK_BY_ITEM, _STANDING_BY_ITEM = _lock(_BY_ITEM), _standing(Case.id == _BY_ITEM)
_LOCK_BY_WAIT, _STANDING_BY_WAIT = _lock(_BY_WAIT), _standing(Case.id == _BY_WAIT)
_SKIP_IF_LOCKED = (
    select(*_CASE_COLUMNS)
    .where(Case.id == _BY_ID)
    .with_for_update(of=Case, skip_locked=True, key_share=True)
)


def lock_case(
    session: Session,
    actor: Actor,
    *,
    case_id: int | None = None,
    work_item_id: UUID | None = None,
    wait_id: UUID | None = None,
    wait: bool = True,
) -> LockedCase:
    """Lock a case, then read where it stands: two statements, one round trip.

    The lock comes first and the read second, never as one join: a waiter on a join would see the
    new case row with the old state. With `wait` false a case that somebody else holds is treated
    as not found (the clock comes back for it). Raises NotFound when the case does not exist or
    the actor may not see it.
    """
    pipeline = Pipeline(session)
    values = actor.scope.parameters()
    if work_item_id is not None:
        values["work_item_id"] = work_item_id
        lock, standing = _LOCK_BY_ITEM, _STANDING_BY_ITEM
    elif wait_id is not None:
        values["wait_id"] = wait_id
        lock, standing = _LOCK_BY_WAIT, _STANDING_BY_WAIT
    else:
        values["wanted"] = case_id
        lock, standing = _LOCK_BY_ID if wait else _SKIP_IF_LOCKED, _STANDING_BY_ID
    pipeline.add(lock, values)
    pipeline.add(standing, values)
    case_rows, standing_rows = pipeline.flush()
    if not case_rows:
        raise NotFound()
    return _locked(case_rows[0], standing_rows[0])


_AMONG = Case.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
_SEEN = select(Case.id).where(_AMONG, CASE_VISIBLE)
_LOOK = _standing(_AMONG, *_CASE_COLUMNS)


def look_at(session: Session, actor: Actor, case_ids: Collection[int]) -> list[LockedCase]:
    """Return cases as a lock would find them, without locking any: for looking at many.

    Those that the actor may not see are left out.
    """
    values = actor.scope.parameters()
    seen = rows_of(session, _SEEN, {**values, "ids": list(case_ids)})
    rows = rows_of(session, _LOOK, {**values, "ids": [case_id for (case_id,) in seen]})
    return [_locked(row[5:], row[:5]) for row in rows]


def _locked(case_row: tuple[Any, ...], standing: tuple[Any, ...]) -> LockedCase:
    names = [column.key for column in _CASE_COLUMNS]
    engine_state, items, deadlines, waits, troubled = standing
    return LockedCase(
        **dict(zip(names, case_row, strict=True)),
        engine_state=bytes(engine_state),
        items=tuple(_item(row) for row in items or ()),
        deadlines=tuple(_deadline(row) for row in deadlines or ()),
        waits=tuple(Waiting(**{**row, "id": UUID(row["id"])}) for row in waits or ()),
        troubled=troubled,
    )


def _item(row: dict[str, Any]) -> Item:
    for name in ("due_at", "warn_at", "paused_at"):
        row[name] = _instant(row[name])
    row["id"] = UUID(row["id"])
    return Item(**row)


def _deadline(row: dict[str, Any]) -> RunningDeadline:
    for name in ("started_at", "due_at", "warn_at", "paused_at"):
        row[name] = _instant(row[name])
    row["task_id"] = UUID(row["task_id"])
    row["guards"] = UUID(row["guards"]) if row["guards"] else None
    return RunningDeadline(**row)


def _instant(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None
