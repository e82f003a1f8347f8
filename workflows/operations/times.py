"""Operations on time: a due time put off, a case's deadlines that stand still and go on.

They only ask: the step's effects move the deadlines, with the reason and who, in the same write.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.cases import Step
from models.work import Deadline, DeadlineChange, WorkItem
from workflows.definitions.messages import Message
from workflows.errors import OperationRefused
from workflows.operations.context import OperationContext, TimeMove
from workflows.operations.counters import count_once_more, take_back_count
from workflows.operations.registry import operation
from workflows.operations.units import found_unit
from workflows.worktime import as_instant, local_day, on_day

EXTENSIONS = "extensions"


def _take_extension_back(context: OperationContext) -> None:
    """Put the due times back to what they were before the step, and count one less."""
    at = select(Step.at).where(Step.case_id == context.case.id, Step.number == context.step)
    rows = context.session.execute(
        select(
            Deadline.task_id,
            Deadline.element,
            Deadline.expression,
            Deadline.started_at,
            DeadlineChange.due_before_at,
        )
        .join(Deadline, Deadline.id == DeadlineChange.deadline_id)
        .where(
            Deadline.case_id == context.case.id,
            Deadline.kind == "due",
            DeadlineChange.kind == "extend",
            DeadlineChange.at == at.scalar_subquery(),
        )
        .order_by(DeadlineChange.id.desc())
    )
    for task_id, element, expression, started_at, due_before_at in rows:
        context.changes.moves.append(
            TimeMove(
                kind="restore",
                reason="taken back",
                element=element,
                tasks=frozenset((task_id,)),
                until=due_before_at,
                how=_how_before(context, expression, started_at, due_before_at),
            )
        )
    take_back_count(context, EXTENSIONS)


def _how_before(
    context: OperationContext, expression: str, started_at: datetime, due_before_at: datetime
) -> dict[str, Any]:
    """Return how a due time had been counted before it was put off to a day."""
    if "workdays" in expression:
        calendar = context.city.calendar(context.place_id)
        counted = calendar.add(started_at, calendar.between(started_at, due_before_at))
        if counted.due_at == due_before_at:
            return dict(counted.how)
    return dict(on_day(local_day(due_before_at)).how)


@operation("extend_deadline", title="延期", undo=_take_extension_back)
def extend_deadline(
    context: OperationContext,
    *,
    task: str,
    until: date | datetime,
    reason: str | None = None,
    unit: str | None = None,
) -> dict[str, object]:
    """Put off the due time of an open task, with its warning and the timers on its boundary.

    task: element id of the open task
    until: the new due time; a date stands for the end of that day
    reason: why, in words that stay with the case
    unit: key of the unit whose task is meant, where several have it; all of them if left out
    Returns a context with `until` (the new due time) and `extensions` (how many there were).
    Refused when the task is not open any more or the new time is not later than the one it has.
    """
    due_at, how = _instant(until)
    meant = select(WorkItem.id, WorkItem.due_at).where(
        WorkItem.case_id == context.case.id,
        WorkItem.element == task,
        WorkItem.state == "open",
        WorkItem.due_at.is_not(None),
    )
    if unit is not None:
        meant = meant.where(WorkItem.unit_id == found_unit(context, unit).id)
    open_until = {row.id: row.due_at for row in context.session.execute(meant)}
    if not open_until:
        raise OperationRefused(
            reason=Message("the work that was to be put off is done already"),
            advice=Message("Look at the case again; the request need not be granted."),
        )
    earliest = max(open_until.values())
    if due_at <= max(earliest, context.now):
        raise OperationRefused(
            reason=Message(
                "the new date is not later than %(on)s", on=local_day(max(earliest, context.now))
            ),
            advice=Message("Choose a later date."),
        )
    context.changes.moves.append(
        TimeMove(
            kind="extend",
            reason=reason or "",
            element=task,
            until=due_at,
            how=how,
            tasks=frozenset(open_until),
        )
    )
    context.changes.timeline.append(
        ("deadline_put_off", {"until": local_day(due_at).isoformat(), "reason": reason or ""}, True)
    )
    return {"until": due_at, "extensions": count_once_more(context, EXTENSIONS)}


def _let_run_again(context: OperationContext) -> None:
    context.changes.moves.append(TimeMove(kind="resume", reason="taken back"))


@operation("suspend_deadlines", title="暂停计时", undo=_let_run_again)
def suspend_deadlines(
    context: OperationContext, *, reason: str, but: Sequence[str] | None = None
) -> None:
    """Let the case's deadlines stand still, shown grey, until they are resumed.

    reason: why, in words that the company reads too
    but: element ids of tasks and timers that run on, such as the timer that ends the suspension
    """
    context.changes.moves.append(TimeMove(kind="suspend", reason=reason, but=frozenset(but or ())))
    context.changes.timeline.append(("deadline_paused", {"reason": reason}, True))


@operation("resume_deadlines", title="恢复计时")
def resume_deadlines(context: OperationContext, *, reason: str | None = None) -> None:
    """Let the case's suspended deadlines run on, with the working days that they had left.

    reason: why, in words that the company reads too
    """
    context.changes.moves.append(TimeMove(kind="resume", reason=reason or ""))
    context.changes.timeline.append(("deadline_resumed", {"reason": reason or ""}, True))


def _instant(until: date | datetime) -> tuple[datetime, dict[str, object]]:
    if isinstance(until, datetime):
        return as_instant(until), {}
    computed = on_day(until)
    return computed.due_at, dict(computed.how)
