"""Operations on the score: the company's points and level, a row per round; silence is a row too.

Source of the five levels: the national rule on good and bad reviews of government services
(政务服务好差评). Silence is never satisfaction.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import delete, func, insert, select

from models.scores import LEVELS, Score
from workflows.errors import Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation


def _forget(context: OperationContext) -> None:
    context.session.execute(
        delete(Score).where(Score.case_id == context.case.id, Score.step == context.step)
    )


@operation("record_score", title="登记评分", undo=_forget)
def record_score(
    context: OperationContext,
    *,
    points: Decimal,
    level: str,
    solved: bool,
    text: str | None = None,
) -> Decimal:
    """Keep the company's score as a new round; return the number of the round.

    points: 0 to 100
    level: one of the five national levels
    solved: whether the company confirms that it is solved
    text: what the company says
    """
    if level not in LEVELS:
        raise StepFailed(
            place=Place(),
            reason=f"{level!r} is none of the five levels",
            advice=f"The form must offer {', '.join(LEVELS)}.",
        )
    return _keep(context, points=int(points), level=level, solved=solved, text=text or "")


@operation("record_no_score", title="登记未评价", undo=_forget)
def record_no_score(context: OperationContext) -> Decimal:
    """Keep that the company gave no score in time; return the number of the round."""
    return _keep(context, points=None, level=None, solved=None, text="")


def _keep(
    context: OperationContext,
    *,
    points: int | None,
    level: str | None,
    solved: bool | None,
    text: str,
) -> Decimal:
    earlier = context.session.scalar(
        select(func.count()).select_from(Score).where(Score.case_id == context.case.id)
    )
    number = (earlier or 0) + 1
    context.session.execute(
        insert(Score).values(
            case_id=context.case.id,
            round=number,
            step=context.step,
            points=points,
            level=level,
            solved=solved,
            text=text,
            unit_id=context.lead_unit_id,
            scored_at=context.now,
        )
    )
    return Decimal(number)
