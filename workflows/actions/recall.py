"""Taking a step back: offered only while nothing has been built on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from models.audit import AuditEntry
from models.cases import Case, Step
from models.deliveries import Delivery
from models.files import File
from models.work import Deadline, WorkItem
from workflows import engine, files
from workflows.actions.frame import Frame, in_step
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.forms import OUTCOME
from workflows.definitions.messages import Message
from workflows.errors import CannotRecall
from workflows.host import StepHost
from workflows.ledger import Standing
from workflows.operations import registry
from workflows.rows import Effects, Row


@dataclass(frozen=True, kw_only=True)
class LastStep:
    """The newest step of a case, with what decides whether it can be taken back."""

    number: int
    kind: str
    at: datetime
    person_id: int | None
    work_item_id: UUID | None
    process: str
    element: str
    name: str
    public: bool
    """The company has read that it was done."""
    assignee_id: int | None
    form: str
    values: Mapping[str, Any]
    operations: tuple[str, ...]
    others_closed: int
    told: bool
    """Other cases were told something by it, or are being begun."""


def recall(city: City, actor: Actor, case_id: int, *, now: datetime, reason: str = "") -> int:
    """Take back the newest step of a case; return the number of the recalling step.

    Only the person who did it can, and only while no later step of any kind exists, it closed no
    other task, told no other case anything, and every operation that it called can be undone
    (else CannotRecall says why). The task opens again under a new id, for whom it was, with what
    was typed as its draft and its uploads free again; due times stay as they were.
    """

    def body(frame: Frame) -> int:
        last = last_step(frame.session, case_id)
        refusal = why_not(last, actor)
        if last is None or last.work_item_id is None or refusal:
            raise CannotRecall(reason=refusal or Message("there is no step to take back"))
        return _take_back(frame, last, last.work_item_id, reason)

    return in_step(city, actor, action="recall", now=now, body=body, case_id=case_id)


def last_step(session: Session, case_id: int) -> LastStep | None:
    """Return the newest step of a case, None for a case that does not exist."""
    step = session.execute(
        select(
            Step.number,
            Step.kind,
            Step.at,
            Step.person_id,
            Step.work_item_id,
            Step.process,
            Step.element,
            Step.form,
            Step.values,
        )
        .where(Step.case_id == case_id)
        .order_by(Step.number.desc())
        .limit(1)
    ).one_or_none()
    if step is None:
        return None
    closed = session.execute(
        select(WorkItem.id, WorkItem.name, WorkItem.public, WorkItem.assignee_id).where(
            WorkItem.case_id == case_id, WorkItem.closed_step == step.number
        )
    ).all()
    detail = session.scalar(
        select(AuditEntry.detail)
        .where(AuditEntry.case_id == case_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    told = session.scalar(
        select(exists().where(Delivery.from_case_id == case_id, Delivery.from_step == step.number))
    )
    own = next((row for row in closed if row.id == step.work_item_id), None)
    return LastStep(
        **step._mapping,
        name=own.name if own else "",
        public=own.public if own else False,
        assignee_id=own.assignee_id if own else None,
        operations=tuple((detail or {}).get("operations", ())),
        others_closed=len({row.id for row in closed} - {step.work_item_id}),
        told=bool(told),
    )


def why_not(last: LastStep | None, actor: Actor) -> str:
    """Return the reason why this person cannot take the step back, or '' if they can."""
    if last is not None and last.kind == "migrate":
        return Message("the case has gone to another version of its process since")
    if last is None or last.kind != "complete":
        return Message("something has already been built on it")
    if actor.person_id is None or last.person_id != actor.person_id:
        return Message("somebody else has acted since, or did it")
    if last.others_closed:
        return Message("it closed other people's tasks")
    if last.told:
        return Message("other cases have been told of it")
    for name in last.operations:
        if name not in registry or registry[name].undo is None:
            return Message("the operation %(name)s cannot be undone", name=name)
    return ""


def _take_back(frame: Frame, last: LastStep, task_id: UUID, reason: str) -> int:
    earlier = frame.session.execute(
        select(Step.state, Step.effects).where(
            Step.case_id == frame.case.id, Step.number == last.number - 1
        )
    ).one()
    host = frame.host()
    outcome = engine.reopen(
        frame.definition.specification,
        bytes(earlier.state),
        task_id,
        host,
        later_state=frame.case.engine_state,
    )
    _undo(frame, host, last)  # what it asks of the deadlines is part of the effects
    effects = frame.effects(outcome, host)
    _keep_times(frame, effects, last)
    for row in _opened_again(effects, last):
        row["assignee_id"] = last.assignee_id
    frame.session.execute(
        update(Step)
        .where(Step.case_id == frame.case.id, Step.number == last.number)
        .values(recalled_by=frame.number)
    )
    before = dict(earlier.effects["projection"])
    before.pop("closed_at", None)
    frame.write(
        host,
        effects,
        standing=Standing(audit_hash=frame.case.audit_hash, **before),
        kind="recall",
        state=outcome.state,
        work_item_id=task_id,
        process=last.process,
        element=last.element,
        timeline=(
            frame.line("step_recalled", {"name": last.name, "reason": reason}, public=last.public),
        ),
        detail={"recalled": last.number, "reason": reason},
    )
    restore_facts(frame.session, frame.case.id)
    _give_back(frame, effects, last)
    return frame.number


def _opened_again(effects: Effects, last: LastStep) -> list[Row]:
    return [
        row
        for row in effects.opened
        if (row["process"], row["element"]) == (last.process, last.element)
    ]


def _give_back(frame: Frame, effects: Effects, last: LastStep) -> None:
    """Keep what was typed as the draft, and its uploads with the task until it is sent."""
    form = frame.definition.forms.get(last.form)
    if form is None:
        return
    typed = {key: value for key, value in form.from_json(last.values).items() if key != OUTCOME}
    again = [row["id"] for row in _opened_again(effects, last)]
    frame.session.execute(
        update(WorkItem).where(WorkItem.id.in_(again)).values(draft=form.as_raw(typed))
    )
    frame.session.execute(
        update(File)
        .where(File.case_id == frame.case.id, File.step == last.number)
        .values(case_id=None, step=None, public=False, owner=files.task_owner(again[0]))
    )


def _undo(frame: Frame, host: StepHost, last: LastStep) -> None:
    for name in reversed(last.operations):
        undo = registry[name].undo
        if undo is not None:
            undo(host.operation_context(last.number))


def _keep_times(frame: Frame, effects: Effects, last: LastStep) -> None:
    """Give what opens again the due times that it had, extensions and pauses included."""
    ended = frame.session.execute(
        select(
            Deadline.kind,
            Deadline.task_id,
            Deadline.element,
            Deadline.started_at,
            Deadline.due_at,
            Deadline.warn_at,
            Deadline.how,
            Deadline.paused_at,
            Deadline.paused_by,
        )
        .where(
            Deadline.case_id == frame.case.id,
            Deadline.ended_at == last.at,
        )
        .order_by(Deadline.id)
    ).all()
    kept: dict[tuple[str, str], Any] = {(row.kind, row.element): row for row in ended}
    items = {row["id"]: row for row in effects.opened}
    for row in effects.new_deadlines:
        old = kept.get((row["kind"], row["element"]))
        if old is None:
            continue
        row.update(started_at=old.started_at, how=old.how, paused_by=old.paused_by)
        times = {"due_at": old.due_at, "warn_at": old.warn_at, "paused_at": old.paused_at}
        row.update(times)
        if row["kind"] == "due":
            items[row["task_id"]].update(times)


def restore_facts(session: Session, case_id: int) -> None:
    """Write a case's facts anew from the steps that stand."""
    session.execute(update(Case).where(Case.id == case_id).values(facts=facts_of(session, case_id)))


def facts_of(session: Session, case_id: int) -> dict[str, Any]:
    """Fold the facts of a case out of the steps that were not taken back."""
    facts: dict[str, Any] = {}
    rows = session.execute(
        select(Step.values, Step.effects["decided"])
        .where(Step.case_id == case_id, Step.recalled_by.is_(None))
        .order_by(Step.number)
    )
    for values, decided in rows:
        facts |= {**values, **(decided or {})}
    return facts
