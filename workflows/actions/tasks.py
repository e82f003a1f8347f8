"""What people do with tasks: complete, claim, release, keep a draft, take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from models.cases import Case
from models.queries.visibility import CASE_VISIBLE, WORK_MINE
from models.work import WorkItem
from workflows import engine, files
from workflows.actions.entries import chosen_option, cleaned
from workflows.actions.frame import Frame, decided_in, in_step, routing, rules_of
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.forms import Form
from workflows.errors import AlreadyDone, NotAllowed, NotFound
from workflows.locked import Item
from workflows.rows import Row


@dataclass(frozen=True, kw_only=True)
class Completed:
    """What a completed task led to."""

    case_id: int
    step: int
    outcome: str
    opened: tuple[str, ...]
    """Names of the tasks that are open because of it."""
    ended: bool
    own: tuple[UUID, str] | None = None
    """The first of them that this person may do next, with its name."""


def complete(
    city: City,
    actor: Actor,
    work_item_id: UUID,
    values: Mapping[str, list[str]],
    *,
    now: datetime,
    owner: str = "",
) -> Completed:
    """Do a task: check the form, run the process to its next wait states, write it all.

    `values` are the form's raw entries (key -> list of strings, as a browser sends them; see
    `Form.as_raw` for typed values). `owner` is the token under which files were uploaded. Raises
    NotFound, NotAllowed, AlreadyDone, InvalidEntries, Busy or StepFailed; then nothing changed.
    """

    def body(frame: Frame) -> Completed:
        item = _open_item(frame, work_item_id)
        form = frame.definition.form(item.form) if item.form else None
        typed = cleaned(frame, form, values)
        host = frame.host(typed)
        outcome = engine.complete(
            frame.definition.specification,
            frame.case.engine_state,
            work_item_id,
            routing(frame.definition, typed),
            host,
        )
        effects = frame.effects(outcome, host, completed=work_item_id)
        chosen = str(typed.get("outcome") or "")
        files.attach(
            frame.session,
            form,
            typed,
            owner=owner,
            case_id=frame.case.id,
            step=frame.number,
            public=item.public or item.role == "enterprise",
        )
        frame.write(
            host,
            effects,
            kind="complete",
            state=outcome.state,
            work_item_id=work_item_id,
            process=item.process,
            element=item.element,
            form=item.form,
            values=form.to_json(typed) if form else {},
            outcome=chosen,
            done_by=actor.name,
            flows=outcome.flows,
            rules=rules_of(outcome),
            decided=decided_in(outcome),
            timeline=(_completed_line(frame, item, form, chosen),),
            detail={"operations": host.called} if host.called else {},
        )
        return Completed(
            case_id=frame.case.id,
            step=frame.number,
            outcome=chosen,
            opened=tuple(row["name"] for row in effects.opened),
            ended=outcome.ended,
            own=_own(effects.opened, actor),
        )

    return in_step(city, actor, action="complete", now=now, body=body, work_item_id=work_item_id)


def _own(opened: Sequence[Row], actor: Actor) -> tuple[UUID, str] | None:
    """Return the first of some new tasks that waits for this person or one of their posts."""
    posts = {(post.unit_id, post.role) for post in actor.posts}
    for row in opened:
        assigned = row["assignee_id"]
        if assigned == actor.person_id if assigned else (row["unit_id"], row["role"]) in posts:
            return row["id"], row["name"]
    return None


def find_item(frame: Frame, work_item_id: UUID) -> Item:
    """Return an open task of the locked case; AlreadyDone says who was faster."""
    item = frame.case.item(work_item_id)
    if item is not None:
        return item
    done = frame.session.execute(
        select(WorkItem.done_by, WorkItem.closed_at, WorkItem.state).where(
            WorkItem.id == work_item_id
        )
    ).one_or_none()
    if done is None:
        raise NotFound()
    raise AlreadyDone(
        person=done.done_by, at=done.closed_at, state=done.state, case_id=frame.case.id
    )


def _open_item(frame: Frame, work_item_id: UUID) -> Item:
    item = find_item(frame, work_item_id)
    if not item.mine and not frame.actor.is_system:
        raise NotAllowed()
    return item


def _completed_line(frame: Frame, item: Item, form: Form | None, chosen: str) -> dict[str, Any]:
    label, label_en = chosen_option(form, chosen)
    unit = frame.city.unit_of(item.unit_id).name if item.unit_id else ""
    return frame.line(
        "task_completed",
        {
            "name": item.name,
            "name_en": item.name_en,
            "element": item.element,
            "outcome": label,
            "outcome_en": label_en,
            "late": bool(item.due_at and not item.paused_at and frame.now > item.due_at),
        },
        unit=unit,
        public=item.public,
    )


# ------------------------------------------------------------------------- claims and drafts

_MINE = (
    select(WorkItem.id, WorkItem.assignee_id, WorkItem.state, WorkItem.done_by)
    .join(Case, Case.id == WorkItem.case_id)
    .where(WorkItem.id == bindparam("work_item_id"), CASE_VISIBLE)
)


def claim(city: City, actor: Actor, work_item_id: UUID, *, now: datetime) -> None:
    """Take a task of one's unit for oneself; AlreadyDone if somebody else was faster."""
    with city.database.transaction() as session:
        _may_work(session, actor, work_item_id)
        taken = session.execute(
            update(WorkItem)
            .where(
                WorkItem.id == work_item_id,
                WorkItem.state == "open",
                or_(WorkItem.assignee_id.is_(None), WorkItem.assignee_id == actor.person_id),
            )
            .values(assignee_id=actor.person_id, taken_at=first_taken(now))
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise AlreadyDone(person="")


def release(city: City, actor: Actor, work_item_id: UUID, *, now: datetime) -> None:
    """Give a claimed task back to its unit; the draft stays with it."""
    with city.database.transaction() as session:
        given = session.execute(
            update(WorkItem)
            .where(
                WorkItem.id == work_item_id,
                WorkItem.state == "open",
                WorkItem.assignee_id == actor.person_id,
            )
            .values(assignee_id=None)
        )
        if given.rowcount != 1:  # type: ignore[attr-defined]
            raise NotAllowed()


def save_draft(
    city: City, actor: Actor, work_item_id: UUID, values: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep what somebody has typed into a task so far (raw entries, unchecked)."""
    with city.database.transaction() as session:
        _may_work(session, actor, work_item_id)
        session.execute(
            update(WorkItem)
            .where(WorkItem.id == work_item_id, WorkItem.state == "open")
            .values(draft=dict(values), taken_at=first_taken(now))
        )


def first_taken(now: datetime) -> ColumnElement[datetime]:
    """Return the value of `taken_at` when somebody has a task in hand: the first time stays."""
    return func.coalesce(WorkItem.taken_at, now)


def _may_work(session: Session, actor: Actor, work_item_id: UUID) -> None:
    parameters = {**actor.scope.parameters(), "work_item_id": work_item_id}
    row = session.execute(_MINE.add_columns(WORK_MINE.label("mine")), parameters).one_or_none()
    if row is None:
        raise NotFound()
    if row.state != "open":
        raise AlreadyDone(person=row.done_by, state=row.state)
    if not row.mine:
        raise NotAllowed()
