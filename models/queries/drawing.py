"""What the picture of a case shows: the flows that its steps took."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.queries.visibility import Scope, visible_cases

FIRST, LAST = 200, 400
"""Steps of a case that are looked at; what went round more often took these flows before."""


def _some(order: Any, limit: int) -> Any:
    of_case = Step.case_id == bindparam("case_id", type_=BigInteger)
    looked_at = (
        select(Step.case_id, Step.recalled_by, Step.effects["flows"].label("flows"))
        .where(of_case)
        .order_by(order)
        .limit(limit)
    )
    return select(looked_at.subquery())


_STEPS = union_all(_some(Step.number, FIRST), _some(Step.number.desc(), LAST)).subquery()
_PAIRS = func.jsonb_array_elements(_STEPS.c.flows, type_=JSONB).table_valued("value")
_FLOWS = (
    select(
        cast(_PAIRS.c.value, JSONB)[0].astext.label("process"),
        cast(_PAIRS.c.value, JSONB)[1].astext.label("flow"),
    )
    .select_from(_STEPS)
    .join(Case, Case.id == _STEPS.c.case_id)
    .join(_PAIRS, _STEPS.c.flows.is_not(None))
    .where(_STEPS.c.recalled_by.is_(None))
    .distinct()
)


def taken_flows(session: Session, scope: Scope, case_id: int) -> list[tuple[str, str]]:
    """Return (process id, flow id) of the flows taken by a case that the reader may see."""
    rows = session.execute(_FLOWS.where(visible_cases(scope)), {"case_id": case_id})
    return [(str(process), str(flow)) for process, flow in rows]
