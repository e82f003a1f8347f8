"""Operations on who is concerned: the lead unit and further parties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from models.cases import CaseUnit, Step
from models.work import WorkItem
from workflows.directory import UnitRow
from workflows.errors import Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation


def found_unit(context: OperationContext, key: object) -> UnitRow:
    """Return the unit with this key; StepFailed in words when there is none."""
    unit = context.city.unit(key) if isinstance(key, str) else None
    if unit is None or not unit.active:
        raise StepFailed(
            place=Place(),
            reason=f"there is no unit {key!r}",
            advice="Enter the unit, or correct the table or form that named it.",
        )
    return unit


@operation("assign_lead", title="转给牵头单位")
def assign_lead(context: OperationContext, *, department: str) -> dict[str, Any]:
    """Make a unit the lead unit of the case and a party to it.

    department: key of the unit
    Returns a context with `at` (the time of the forwarding), `unit` (its key) and `name`.
    """
    unit = found_unit(context, department)
    context.changes.lead_unit_id = unit.id
    context.changes.parties.add(unit.id)
    context.changes.timeline.append(
        ("forwarded", {"unit": unit.name, "unit_en": unit.name_en, "text": ""}, True)
    )
    return {"at": context.now, "unit": unit.key, "name": unit.name}


@operation("add_party", title="增加参与单位")
def add_party(context: OperationContext, *, unit: str) -> None:
    """Let a further unit see the case as a party to it.

    unit: key of the unit
    """
    context.changes.parties.add(found_unit(context, unit).id)


def _leave_parties(context: OperationContext) -> None:
    """Take away the parties that the step added, but for those whose work is done here."""
    at = select(Step.at).where(Step.case_id == context.case.id, Step.number == context.step)
    working = select(WorkItem.unit_id).where(
        WorkItem.case_id == context.case.id, WorkItem.unit_id.is_not(None)
    )
    context.session.execute(
        delete(CaseUnit).where(
            CaseUnit.case_id == context.case.id,
            CaseUnit.since_at == at.scalar_subquery(),
            CaseUnit.unit_id.not_in(working),
        )
    )


@operation("add_parties", title="增加多个参与单位", undo=_leave_parties)
def add_parties(context: OperationContext, *, units: Sequence[str] | None = None) -> list[str]:
    """Let further units see the case as parties to it; return their names.

    units: keys of the units
    """
    found = [found_unit(context, key) for key in units or ()]
    context.changes.parties.update(unit.id for unit in found)
    if found:
        names = "、".join(unit.name for unit in found)
        context.changes.timeline.append(("parties_added", {"units": names}, True))
    return [unit.name for unit in found]
