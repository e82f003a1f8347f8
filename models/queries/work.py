"""A task at hand: what a form that is being sent needs to know, in one prepared statement."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models.cases import Case
from models.database import rows_of
from models.queries.visibility import CASE_VISIBLE, WORK_MINE, Scope
from models.work import WorkItem


@dataclass(frozen=True, kw_only=True)
class TaskAtHand:
    """An open or closed task of a case that the reader may see."""

    id: UUID
    case_id: int
    version_id: int
    name: str
    name_en: str
    form: str
    state: str
    mine: bool


_AT_HAND = (
    select(
        WorkItem.id,
        WorkItem.case_id,
        Case.version_id,
        WorkItem.name,
        WorkItem.name_en,
        WorkItem.form,
        WorkItem.state,
        func.coalesce(WORK_MINE, False).label("mine"),
    )
    .join(Case, Case.id == WorkItem.case_id)
    .where(WorkItem.id == bindparam("work_item_id"), CASE_VISIBLE)
)
_NAMES = tuple(str(column.key) for column in _AT_HAND.selected_columns)


def task_at_hand(session: Session, scope: Scope, work_item_id: UUID) -> TaskAtHand | None:
    """Return a task, open or not, if the reader may see its case.

    The statement is fixed and prepared: sending a form reads this one row and nothing else before
    the step itself, which looks at everything again under the lock.
    """
    values = {**scope.parameters(), "work_item_id": work_item_id}
    rows = rows_of(session, _AT_HAND, values)
    return TaskAtHand(**dict(zip(_NAMES, rows[0], strict=True))) if rows else None
