"""Operations on documents of a session: its numbered minutes, and who has received what."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import delete, func, insert, select

from models.receptions import AgendaItem, Minutes, Receipt, Reception
from workflows.definitions.messages import Message
from workflows.errors import OperationRefused, Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation

NUMBER = "〔{year}〕{serial}号"


@operation("number_minutes", title="会议纪要编号印发")
def number_minutes(
    context: OperationContext, *, approved_by: str | None = None
) -> dict[str, object]:
    """Give the minutes of the case's session their number; all its cases share one number.

    approved_by: name of who approved them
    Returns a context with `number` (such as "〔2026〕3号"), `item` (the case's slot) and `session`.
    Refused where the case was on no agenda.
    """
    session = context.session
    found = session.execute(
        select(Reception.id, Reception.title, Reception.held_on, AgendaItem.slot)
        .join(AgendaItem, AgendaItem.reception_id == Reception.id)
        .where(AgendaItem.case_id == context.case.id)
        .order_by(AgendaItem.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise OperationRefused(
            reason=Message("the case was on the agenda of no session"),
            advice=Message("Place it on an agenda first."),
        )
    number = session.scalar(select(Minutes.number).where(Minutes.reception_id == found.id))
    if number is None:
        number = _issue(context, found.id, found.held_on.year, approved_by or "")
    context.changes.timeline.append(
        ("minutes_issued", {"number": number, "item": found.slot, "session": found.title}, True)
    )
    return {"number": number, "item": Decimal(found.slot), "session": found.title}


def _issue(context: OperationContext, reception_id: int, year: int, approved_by: str) -> str:
    """Number the minutes of a session, one after the other within its year."""
    lock = select(func.pg_advisory_xact_lock(func.hashtext("minutes"), year))
    context.session.execute(lock)
    known = context.session.scalar(
        select(Minutes.number).where(Minutes.reception_id == reception_id)
    )
    if known is not None:
        return known
    issued = context.session.scalar(
        select(func.count())
        .select_from(Minutes)
        .where(Minutes.number.startswith(f"〔{year}〕", autoescape=True))
    )
    number = NUMBER.format(year=year, serial=(issued or 0) + 1)
    context.session.execute(
        insert(Minutes).values(
            reception_id=reception_id,
            number=number,
            approved_by=approved_by,
            issued_at=context.now,
        )
    )
    return number


def _take_receipt_back(context: OperationContext) -> None:
    context.session.execute(
        delete(Receipt).where(Receipt.case_id == context.case.id, Receipt.step == context.step)
    )


@operation("record_receipt", title="登记签收", undo=_take_receipt_back)
def record_receipt(context: OperationContext, *, document: str, unit: str | None = None) -> Decimal:
    """Write down that a unit has received a document; return how many have by now.

    document: what was received, such as "会议纪要〔2026〕3号"
    unit: key of the unit; absent: the unit of who acts
    """
    unit_id = _receiving(context, unit)
    session = context.session
    session.execute(
        insert(Receipt).values(
            case_id=context.case.id,
            step=context.step,
            reception_id=session.scalar(
                select(AgendaItem.reception_id)
                .where(AgendaItem.case_id == context.case.id)
                .order_by(AgendaItem.id.desc())
                .limit(1)
            ),
            unit_id=unit_id,
            document=document,
            received_by=context.actor.name,
            received_at=context.now,
        )
    )
    context.changes.timeline.append(
        (
            "document_received",
            {"document": document, "unit": context.city.unit_of(unit_id).name},
            False,
        )
    )
    received = session.scalar(
        select(func.count(func.distinct(Receipt.unit_id))).where(
            Receipt.case_id == context.case.id, Receipt.document == document
        )
    )
    return Decimal(received or 0)


def _receiving(context: OperationContext, key: str | None) -> int:
    if key:
        unit = context.city.unit(key)
        if unit is not None:
            return unit.id
    own = [post.unit_id for post in context.actor.posts]
    if not key and own:
        return own[0]
    if not key and context.lead_unit_id is not None:
        return context.lead_unit_id
    raise StepFailed(
        place=Place(),
        reason=f"no unit {key or ''!r} can have received {context.case.number}",
        advice="Name the unit in the parameter of the operation.",
    )
