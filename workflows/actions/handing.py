"""Handing work on: who may give a task to a colleague or back to the unit, and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from models.queries.accounts import Holder, holders_of, name_of
from models.work import WorkItem
from workflows.actions.frame import Frame, in_step
from workflows.actions.tasks import find_item, first_taken
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.messages import Message
from workflows.directory import Directory
from workflows.errors import InvalidEntries, NotAllowed
from workflows.locked import Item
from workflows.rows import Effects

MAY_GIVE_BACK = frozenset({"dispatcher", "supervisor"})
"""Roles that may free a task which hangs on one person; who takes it then is its unit's affair."""

NOBODY = Message("Choose somebody else who can do this task.")


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What somebody may do with whom a task has."""

    to_colleague: bool
    to_unit: bool


def rights(
    directory: Directory, actor: Actor, *, role: str, unit_id: int | None, assignee_id: int | None
) -> Rights:
    """Return whether a person may give a task to a colleague, or back to its unit.

    Both: whoever has the task, and a head of the unit or of one above it (a department's head
    for its sections). Back to the unit: also dispatchers and supervisors, who see to it that
    nothing lies; who does it then is the unit's affair.
    """
    if unit_id is None or role == "enterprise":
        return Rights(to_colleague=False, to_unit=False)
    own = assignee_id is not None and assignee_id == actor.person_id
    heads = own or actor.is_system or _heads(directory, actor, unit_id)
    overseeing = {post.role for post in actor.posts if not post.outside}
    frees = heads or not MAY_GIVE_BACK.isdisjoint(overseeing)
    return Rights(to_colleague=heads, to_unit=frees and assignee_id is not None)


def hand_on(
    city: City,
    actor: Actor,
    work_item_id: UUID,
    to: int | None,
    *,
    now: datetime,
    reason: str = "",
) -> str:
    """Give an open task to another holder of its role in its unit, or (None) back to the unit.

    What was typed and uploaded so far stays with the task. Returns the name of who has it now,
    '' for the unit. Raises NotFound, NotAllowed, AlreadyDone or InvalidEntries (`to`).
    """

    def body(frame: Frame) -> str:
        item = find_item(frame, work_item_id)
        may = rights(
            city.directory(),
            actor,
            role=item.role,
            unit_id=item.unit_id,
            assignee_id=item.assignee_id,
        )
        if item.unit_id is None or not (may.to_unit if to is None else may.to_colleague):
            raise NotAllowed()
        people = {one.id: one for one in holders_of(frame.session, item.unit_id, item.role)}
        if to is not None and (to not in people or to == item.assignee_id):
            raise InvalidEntries({"to": NOBODY})
        taken_at = first_taken(now) if to is not None else WorkItem.taken_at
        frame.session.execute(
            update(WorkItem)
            .where(WorkItem.id == work_item_id)
            .values(assignee_id=to, taken_at=taken_at)
        )
        new = people[to].name if to is not None else ""
        _write(frame, item, _name(people, item.assignee_id, frame), new, reason.strip())
        return new

    return in_step(city, actor, action="hand_on", now=now, body=body, work_item_id=work_item_id)


def _heads(directory: Directory, actor: Actor, unit_id: int) -> bool:
    headed = {post.unit_id for post in actor.posts if post.role == "head"}
    return any(unit.id in headed for unit in directory.above(unit_id))


def _name(people: dict[int, Holder], person_id: int | None, frame: Frame) -> str:
    """Return the name of who had the task; somebody may have left the unit since."""
    if person_id is None:
        return ""
    return people[person_id].name if person_id in people else name_of(frame.session, person_id)


def _write(frame: Frame, item: Item, before: str, after: str, reason: str) -> None:
    unit = frame.city.unit_of(item.unit_id).name if item.unit_id else ""
    said = {"name": item.name, "from": before or unit, "to": after or unit, "reason": reason}
    frame.write(
        frame.host(),
        Effects(stage=frame.case.stage),
        kind="act",
        state=frame.case.engine_state,
        work_item_id=item.id,
        process=item.process,
        element=item.element,
        timeline=(frame.line("task_handed_on", said, unit=unit),),
        action="handed_on",
        detail=said,
    )
