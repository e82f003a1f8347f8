"""Operations of supervision: who has the open work is urged, and those above them are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.work import WorkItem
from workflows.directory import UnitRow
from workflows.errors import Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.counters import count_once_more
from workflows.operations.registry import operation

URGED = "urged"


@dataclass(frozen=True)
class Rung:
    """A rung of the ladder: what it is called, and who is told besides those who do the work."""

    name: str
    name_en: str
    told: tuple[str, ...]


LADDER: Mapping[str, Rung] = {
    "remind": Rung("催办", "Reminder", ()),
    "call": Rung("电话催办", "Telephone call", ()),
    "letter": Rung("督办单", "Supervision slip", ("head",)),
    "leader": Rung("提级督办", "Raised to the leader", ("head", "leader")),
    "talk": Rung("约谈", "Called in for a talk", ("head", "leader")),
}
"""The rungs by key, from the lowest to the highest."""


@operation("urge", title="催办督办")
def urge(context: OperationContext, *, level: str, text: str | None = None) -> dict[str, Any]:
    """Urge who has the case's open work: they, and those above them by level, get a notice.

    Where nobody has any, the lead unit is urged.

    level: remind (催办), call (电话催办), letter (督办单), leader (提级督办) or talk (约谈)
    text: what they are told
    Returns a context with `times` (how often the case was urged by now), `units` (their names)
    and `name` (what the level is called). The company reads in the story that it was done.
    """
    rung = LADDER.get(level)
    if rung is None:
        raise StepFailed(
            place=Place(),
            reason=f"{level!r} is no level of supervision",
            advice=f"Use one of {', '.join(LADDER)}.",
        )
    rows = context.session.execute(
        select(WorkItem.id, WorkItem.unit_id, WorkItem.role, WorkItem.name).where(
            WorkItem.case_id == context.case.id,
            WorkItem.state == "open",
            WorkItem.unit_id.is_not(None),
        )
    ).all()
    told = {"level": rung.name, "level_en": rung.name_en, "text": text or ""}
    for row in rows:
        _tell(context, row.unit_id, row.role, {**told, "name": row.name}, row.id)
    units = {row.unit_id: context.city.unit_of(row.unit_id) for row in rows}
    if not units and context.lead_unit_id is not None:
        lead = context.city.unit_of(context.lead_unit_id)
        units[lead.id] = lead
        _tell(context, lead.id, "handler", told)
    for unit_id, role in _above(context, units.values(), rung):
        _tell(context, unit_id, role, told)
    names = "、".join(unit.name for unit in units.values())
    line = {"level": rung.name, "level_en": rung.name_en, "units": names}
    context.changes.timeline.append(("urged", line, True))
    times = count_once_more(context, URGED)
    return {"times": times, "units": names, "name": rung.name}


def _above(
    context: OperationContext, units: Iterable[UnitRow], rung: Rung
) -> Iterable[tuple[int, str]]:
    """Return (unit, role) of those who are told besides: the nearest that hold the role."""
    directory = context.city.directory()
    found: dict[tuple[int, str], None] = {}
    for unit in units:
        for role in rung.told:
            nearest = directory.nearest(role, unit.id)
            if nearest is not None:
                found[(nearest.id, role)] = None
    return found


def _tell(
    context: OperationContext,
    unit_id: int,
    role: str,
    values: dict[str, Any],
    work_item_id: object = None,
) -> None:
    context.changes.notices.append(
        {
            "case_id": context.case.id,
            "unit_id": unit_id,
            "role": role,
            "work_item_id": work_item_id,
            "kind": "urged",
            "values": values,
            "at": context.now,
        }
    )
