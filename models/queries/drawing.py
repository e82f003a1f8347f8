"""What the picture of a case shows: the flows that its steps took."""

from __future__ import annotations

from sqlalchemy import BigInteger, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.cases import Case, Step
from models.queries.visibility import Scope, visible_cases

_PAIRS = func.jsonb_array_elements(Step.effects["flows"], type_=JSONB).table_valued("value")
_FLOWS = (
    select(
        cast(_PAIRS.c.value, JSONB)[0].astext.label("process"),
        cast(_PAIRS.c.value, JSONB)[1].astext.label("flow"),
    )
    .select_from(Step)
    .join(Case, Case.id == Step.case_id)
    .join(_PAIRS, Step.effects.has_key("flows"))
    .where(Step.case_id == bindparam("case_id", type_=BigInteger), Step.recalled_by.is_(None))
    .distinct()
)


def taken_flows(session: Session, scope: Scope, case_id: int) -> list[tuple[str, str]]:
    """Return (process id, flow id) of the flows taken by a case that the reader may see."""
    rows = session.execute(_FLOWS.where(visible_cases(scope)), {"case_id": case_id})
    return [(str(process), str(flow)) for process, flow in rows]
