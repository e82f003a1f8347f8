"""Operations on who is concerned: the lead unit and further parties."""

from __future__ import annotations

from typing import Any

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
