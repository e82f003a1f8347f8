"""Operations that count: returns, redos, extensions; limits read the counters."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from models.cases import CaseCount, Step
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation


@operation("count", title="登记次数")
def count(context: OperationContext, *, what: str) -> Decimal:
    """Count that something happened to the case once more; return how often that was by now.

    what: name of the counter, such as "returns"
    """
    return count_once_more(context, what)


def count_once_more(context: OperationContext, what: str) -> Decimal:
    """Raise a counter of the case, and note with the step that it did; return the count."""
    statement = (
        insert(CaseCount)
        .values(case_id=context.case.id, what=what, count=1)
        .on_conflict_do_update(
            index_elements=[CaseCount.case_id, CaseCount.what],
            set_={"count": CaseCount.count + 1},
        )
        .returning(CaseCount.count)
    )
    counts = context.changes.counts
    counts[what] = counts.get(what, 0) + 1
    return Decimal(context.session.scalars(statement).one())


def take_back_count(context: OperationContext, what: str) -> None:
    """Lower a counter by what the step that is being undone had raised it."""
    effects = context.session.scalar(
        select(Step.effects).where(Step.case_id == context.case.id, Step.number == context.step)
    )
    raised = (effects or {}).get("counts", {}).get(what, 0)
    context.session.execute(
        update(CaseCount)
        .where(CaseCount.case_id == context.case.id, CaseCount.what == what)
        .values(count=CaseCount.count - raised)
    )
