"""Operations around a reception: a slot on its agenda, and what was decided at the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from models.cases import Step
from models.receptions import AgendaItem, Decision, Measure, Reception
from workflows.definitions.messages import Message
from workflows.errors import OperationRefused
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation
from workflows.operations.units import found_unit
from workflows.worktime import local_day


def _leave(context: OperationContext) -> None:
    """Give up the slots on agendas of sessions that are still to come."""
    coming = select(Reception.id).where(
        Reception.state == "planned", Reception.held_on >= local_day(context.now)
    )
    context.session.execute(
        delete(AgendaItem).where(
            AgendaItem.case_id == context.case.id, AgendaItem.reception_id.in_(coming)
        )
    )


def _give_up(context: OperationContext) -> None:
    """Give up the slot that the step took; one that the case had before stays its own."""
    at = select(Step.at).where(Step.case_id == context.case.id, Step.number == context.step)
    before_steps_were_noted = and_(
        AgendaItem.step.is_(None), AgendaItem.placed_at == at.scalar_subquery()
    )
    context.session.execute(
        delete(AgendaItem).where(
            AgendaItem.case_id == context.case.id,
            or_(AgendaItem.step == context.step, before_steps_were_noted),
            AgendaItem.reception_id.in_(select(Reception.id).where(Reception.state == "planned")),
        )
    )


@operation("place_on_agenda", title="占用议程席位", undo=_give_up)
def place_on_agenda(context: OperationContext, *, session: str) -> dict[str, Any]:
    """Give the case the next free slot on the agenda of a session.

    session: id of the reception
    Returns a context with `session` (its id), `date` and `slot`. Refused when it is full or over.
    """
    reception = _locked_reception(context.session, session)
    if reception is None or reception.state != "planned":
        raise OperationRefused(
            reason=Message("this session cannot be chosen"), advice=Message("Choose another one.")
        )
    if reception.held_on < local_day(context.now):
        raise OperationRefused(
            reason=Message("the session of %(on)s is over", on=reception.held_on),
            advice=Message("Choose a later one."),
        )
    taken = _taken_slots(context.session, reception.id)
    slot = next((slot for slot, case_id in taken.items() if case_id == context.case.id), None)
    if slot is None:
        slot = next((n for n in range(1, reception.slots + 1) if n not in taken), None)
        if slot is None:
            raise OperationRefused(
                reason=Message(
                    "all %(slots)s slots of %(session)s are taken",
                    slots=reception.slots,
                    session=reception.title,
                ),
                advice=Message("Choose another session, or give this one more slots."),
            )
        context.session.execute(
            insert(AgendaItem).values(
                reception_id=reception.id,
                case_id=context.case.id,
                slot=slot,
                reason=str(context.facts.get("agenda_reason") or ""),
                placed_at=context.now,
                placed_by=context.actor.name,
                step=context.step,
            )
        )
    context.changes.timeline.append(
        (
            "placed_on_agenda",
            {"session": reception.title, "on": reception.held_on.isoformat(), "text": ""},
            True,
        )
    )
    return {"session": str(reception.id), "date": reception.held_on, "slot": slot}


@operation("leave_agenda", title="退出本次议程")
def leave_agenda(context: OperationContext) -> None:
    """Give up the case's slot, so that another case can have it."""
    _leave(context)


@operation("record_decision", title="登记处方")
def record_decision(
    context: OperationContext,
    *,
    text: str,
    solved_on_the_spot: bool,
    leader: str | None = None,
    department: str | None = None,
    measures: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Write down what the leaders decided at the table, with its measures.

    text: the decision in words
    solved_on_the_spot: whether nothing is left to be done
    leader: the leader in charge
    department: key of the lead unit
    measures: rows with measure, unit, person, deliverable and due_on
    Refused before the session's day: what has not been heard cannot be decided.
    """
    reception = _reception_of(context)
    if reception is not None and local_day(context.now) < reception.held_on:
        raise OperationRefused(
            reason=Message("the session is not before %(on)s", on=reception.held_on),
            advice=Message(
                "Enter the decision on that day, or move the session to the day it was held."
            ),
        )
    unit = found_unit(context, department) if department else None
    if unit is not None:
        context.changes.lead_unit_id = unit.id
        context.changes.parties.add(unit.id)
    decision_id = context.session.scalars(
        insert(Decision).returning(Decision.id),
        [
            {
                "case_id": context.case.id,
                "reception_id": reception.id if reception is not None else None,
                "step": context.step,
                "solved_on_the_spot": bool(solved_on_the_spot),
                "text": text,
                "lead_leader": leader or "",
                "lead_unit_id": unit.id if unit else None,
                "decided_at": context.now,
            }
        ],
    ).one()
    for number, row in enumerate(measures or (), start=1):
        context.session.execute(
            insert(Measure).values(decision_id=decision_id, number=number, **_measure(context, row))
        )
    context.changes.timeline.append(("decided", {"text": text}, True))


def _locked_reception(session: Session, reception_id: str) -> Reception | None:
    """Hold the session's row: two cases must not get the same slot."""
    if not (str(reception_id).isdecimal() and len(str(reception_id)) < 19):
        return None
    return session.scalars(
        select(Reception).where(Reception.id == int(reception_id)).with_for_update()
    ).one_or_none()


def _taken_slots(session: Session, reception_id: int) -> dict[int, int]:
    """Return slot -> case id of a session's agenda."""
    rows = session.execute(
        select(AgendaItem.slot, AgendaItem.case_id).where(AgendaItem.reception_id == reception_id)
    )
    return dict(rows.all())


def _reception_of(context: OperationContext) -> Reception | None:
    """Return the session on whose agenda the case was placed last."""
    return context.session.scalars(
        select(Reception)
        .join(AgendaItem, AgendaItem.reception_id == Reception.id)
        .where(AgendaItem.case_id == context.case.id)
        .order_by(AgendaItem.id.desc())
        .limit(1)
    ).one_or_none()


def _measure(context: OperationContext, row: Mapping[str, Any]) -> dict[str, Any]:
    key, due_on = row.get("unit"), row.get("due_on")
    unit = found_unit(context, key) if key else None
    if unit is not None:
        context.changes.parties.add(unit.id)
    return {
        "text": str(row.get("measure") or ""),
        "unit_id": unit.id if unit else None,
        "person": str(row.get("person") or ""),
        "deliverable": str(row.get("deliverable") or ""),
        "due_on": date.fromisoformat(due_on) if isinstance(due_on, str) else due_on,
    }
