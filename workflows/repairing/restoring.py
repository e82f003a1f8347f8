"""Going back to an earlier step of a case: what begins again, and what cannot be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from models.cases import Step
from models.processes import ProcessVersion
from models.work import WorkItem
from workflows.actions.frame import Frame
from workflows.definitions.definition import Definition
from workflows.definitions.messages import Message
from workflows.engine import repair
from workflows.errors import CannotRepair
from workflows.ledger import Standing
from workflows.repairing.act import Act
from workflows.repairing.found import Changed, Undone
from workflows.repairing.making import Made, run


def make(frame: Frame, act: Act) -> Made:
    """Go back to where the case stood after a step, also of one that has ended.

    Kept are its story, files, letters and what operations did; its values and its tokens are
    those of that step. Tasks and timers that begin again are counted from now on.
    """
    step = frame.session.execute(
        select(Step.number, Step.state, Step.version_id, Step.effects).where(
            Step.case_id == frame.case.id, Step.number == act.step
        )
    ).one_or_none()
    if step is None or step.number >= frame.case.revision:
        raise CannotRepair(
            reason=Message("there is no such earlier step"),
            advice=Message("Choose one of the steps that the page lists."),
        )
    _check_version(frame, step.version_id)
    values, changed = _values(frame, act.step)
    host = frame.host(frame.definition.typed(values))
    outcome = repair.restore(
        frame.definition.specification, bytes(step.state), frame.case.engine_state, host
    )
    before = dict(step.effects["projection"])
    before.pop("closed_at", None)
    made = run(frame, outcome, host, values=values, changed=changed, undone=undone(frame, act.step))
    made.standing = Standing(audit_hash=frame.case.audit_hash, **before)
    return made


def _check_version(frame: Frame, version_id: int) -> None:
    if version_id == frame.case.version_id:
        return
    number = frame.session.scalar(
        select(ProcessVersion.number).where(ProcessVersion.id == version_id)
    )
    raise CannotRepair(
        reason=Message("that step was made on version %(number)s of the process", number=number),
        advice=Message(
            "Take the case back to version %(number)s first (the move's page does so); then its"
            " steps can be gone back to.",
            number=number,
        ),
    )


def _values(frame: Frame, number: int) -> tuple[dict[str, Any], tuple[Changed, ...]]:
    """Return what the facts have to be set to so that they are as they were after a step."""
    then: dict[str, Any] = {}
    rows = frame.session.execute(
        select(Step.values, Step.effects["decided"])
        .where(
            Step.case_id == frame.case.id,
            Step.number <= number,
            or_(Step.recalled_by.is_(None), Step.recalled_by > number),
        )
        .order_by(Step.number)
    )
    for values, decided in rows:
        then |= {**values, **(decided or {})}
    now = frame.case.facts
    differing = {
        name: then.get(name) for name in {**then, **now} if then.get(name) != now.get(name)
    }
    changed = tuple(
        Changed(name=name, before=now.get(name), after=value) for name, value in differing.items()
    )
    return differing, changed


def undone(frame: Frame, number: int) -> tuple[Undone, ...]:
    """Return the steps after one, newest first, with the operations that they called."""
    rows = frame.session.execute(
        select(
            Step.number, Step.kind, Step.at, Step.actor, Step.element, Step.effects, WorkItem.name
        )
        .outerjoin(WorkItem, WorkItem.id == Step.work_item_id)
        .where(Step.case_id == frame.case.id, Step.number > number, Step.recalled_by.is_(None))
        .order_by(Step.number.desc())
    )
    names = {one.id: one.name for one in frame.definition.specification.elements.values()}
    return tuple(
        Undone(
            number=row.number,
            kind=row.kind,
            at=row.at,
            name=row.name or names.get(row.element, "") or row.element,
            actor=row.actor,
            operations=called_in(frame.definition, row.effects),
        )
        for row in rows
    )


def called_in(definition: Definition, effects: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the operations that a step called, as the flows say that it took."""
    specification = definition.specification
    targets = {(flow.process, flow.id): flow.target for flow in specification.flows}
    found: list[str] = []
    for process, flow in effects.get("flows", ()):
        element = specification.elements.get((process, targets.get((process, flow), "")))
        if element is not None and element.operation:
            found.append(element.operation)
    return tuple(found)
