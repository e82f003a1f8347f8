"""Operations of visits to companies: what a month of them came to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import aliased

from models.cases import Case, CaseLink
from models.processes import Process
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation
from workflows.worktime import ZONE

PROCESS = "company_visit"
LISTED = "visit_items"
LINK = "visit"


def _nothing_to_undo(context: OperationContext) -> None:
    """Reading leaves nothing behind."""


@operation("visit_figures", title="汇总一个月的走访", undo=_nothing_to_undo)
def visit_figures(context: OperationContext, *, month: date) -> dict[str, int]:
    """Count a month's visits in the place of this case; the city's case counts all places.

    month: a day of the month; what was planned in that month (Asia/Shanghai) counts
    Returns a context: `visits` and `visits_closed`; `items_listed` with its parts `items_spot`
    and `items_city`; `items_opened` as cases of their own and `items_opened_closed`.
    """
    planned = _planned_in(context, month)
    closed = func.count().filter(Case.state == "closed")
    visits, visits_closed = context.session.execute(
        select(func.count(), closed).select_from(Case).where(planned)
    ).one()
    items = func.jsonb_array_elements(Case.facts[LISTED]).table_valued("value").lateral("item")
    way = items.c.value.op("->>")("way")
    listed, spot, raised = context.session.execute(
        select(func.count(), func.count().filter(way == "spot"), func.count().filter(way == "city"))
        .select_from(Case)
        .join(items, true())
        .where(planned, func.jsonb_typeof(Case.facts[LISTED]) == "array")
    ).one()
    other = aliased(Case)
    opened, opened_closed = context.session.execute(
        select(func.count(), func.count().filter(other.state != "open"))
        .select_from(Case)
        .join(CaseLink, and_(CaseLink.case_id == Case.id, CaseLink.kind == LINK))
        .join(other, other.id == CaseLink.other_id)
        .where(planned)
    ).one()
    return {
        "visits": visits,
        "visits_closed": visits_closed,
        "items_listed": listed,
        "items_spot": spot,
        "items_city": raised,
        "items_opened": opened,
        "items_opened_closed": opened_closed,
    }


def _planned_in(context: OperationContext, month: date) -> ColumnElement[bool]:
    """Visits of the case's place whose plan was entered in the month."""
    first = datetime(month.year, month.month, 1, tzinfo=ZONE)
    following = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=ZONE)
    process = select(Process.id).where(Process.key == PROCESS).scalar_subquery()
    planned = and_(
        Case.process_id == process, Case.submitted_at >= first, Case.submitted_at < following
    )
    place = context.city.unit_of(context.place_id)
    if place.kind == "city":
        return planned
    return and_(planned, Case.place_id == context.place_id)
