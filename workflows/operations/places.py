"""Operations on the level at which a case is handled: handed down to a place, or up."""

from __future__ import annotations

from typing import Any

from workflows.errors import Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation
from workflows.operations.units import found_unit

PLACES = ("city", "county", "town")


def _stays(context: OperationContext) -> None:
    """Nothing is left to do: a recall starts from the place that the case had before."""


@operation("move_to_place", title="下放或上提办理层级", undo=_stays)
def move_to_place(context: OperationContext, *, place: str) -> dict[str, Any]:
    """Let a case belong to another place from now on: handed down to a county or town, or up.

    The place that it comes from stays a party and goes on seeing it. Work that begins afterwards
    is given to units near the new place and counted by its calendar.

    place: key of the city, a county or zone, or a town
    Returns a context with `place` (its key), `name` and `kind` (city, county or town).
    """
    unit = found_unit(context, place)
    if unit.kind not in PLACES:
        raise StepFailed(
            place=Place(),
            reason=f"{unit.name} is no place but a {unit.kind}",
            advice="Name the city, a county or zone, or a town.",
        )
    earlier = context.city.unit_of(context.place_id)
    context.changes.place_id = unit.id
    context.changes.parties.update((earlier.id, unit.id))
    if earlier.id != unit.id:
        names = {"place": unit.name, "place_en": unit.name_en or unit.name}
        context.changes.timeline.append(("moved_to_place", {**names, "from": earlier.name}, True))
    return {"place": unit.key, "name": unit.name, "kind": unit.kind}
