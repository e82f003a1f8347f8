"""Operations that count: returns, redos, extensions; limits read the counters."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.dialects.postgresql import insert

from models.cases import CaseCount
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation


@operation("count", title="登记次数")
def count(context: OperationContext, *, what: str) -> Decimal:
    """Count that something happened to the case once more; return how often that was by now.

    what: name of the counter, such as "returns"
    """
    statement = (
        insert(CaseCount)
        .values(case_id=context.case.id, what=what, count=1)
        .on_conflict_do_update(
            index_elements=[CaseCount.case_id, CaseCount.what],
            set_={"count": CaseCount.count + 1},
        )
        .returning(CaseCount.count)
    )
    return Decimal(context.session.scalars(statement).one())
