"""Operations on the reply: numbered and sent to the company."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from models.scores import Reply
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation


@operation("record_reply", title="编号并发出答复")
def record_reply(context: OperationContext, *, result: str, text: str) -> str:
    """Number the reply, keep it with the case and show it to the company; return its number.

    result: solved, partly_solved, planned, explained or not_possible
    text: the reply in words
    """
    earlier = context.session.scalar(
        select(func.count()).select_from(Reply).where(Reply.case_id == context.case.id)
    )
    number = f"{context.case.number}-{(earlier or 0) + 1}"
    context.session.execute(
        insert(Reply).values(
            case_id=context.case.id,
            step=context.step,
            number=number,
            result=result,
            text=text,
            unit_id=context.lead_unit_id,
            signed_by=str(context.facts.get("signed_by") or ""),
            sent_at=context.now,
        )
    )
    context.changes.result = result
    context.changes.timeline.append(("replied", {"number": number, "text": ""}, True))
    return number
