"""One case moves to another version, or back: a step under the case's lock, exactly once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Text, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from models.cases import Case, Step
from models.database import Pipeline, rows_of
from models.moves import Move, MovedCase
from models.work import Deadline, Wait, WorkItem
from workflows import engine
from workflows.actions.frame import Frame, in_step
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.messages import Message
from workflows.engine.passage import Refusal
from workflows.engine.snapshot import Outcome
from workflows.errors import StepFailed
from workflows.host import StepHost
from workflows.impact import said
from workflows.opening import shown, wait_row
from workflows.passage import Passage, mapping_of
from workflows.rows import Effects

GONE = Message("It had ended, or was on another version already.")
MOVED_ON = Message("It has gone to another version since: take that move back first.")


@dataclass(frozen=True, kw_only=True)
class Task:
    """A move, as far as each of its cases has to know it."""

    id: int
    kind: str
    version_id: int
    """The version that cases go to; of a move back the one that they leave."""
    mapping: list[Any]
    undoes_id: int | None
    reason: str
    started_by: str
    person_id: int | None

    @classmethod
    def of(cls, move: Move) -> Task:
        """Return what cases have to know of a move."""
        assert move.version_id is not None
        return cls(
            id=move.id,
            kind=move.kind,
            version_id=move.version_id,
            mapping=move.mapping,
            undoes_id=move.undoes_id,
            reason=move.reason,
            started_by=move.started_by,
            person_id=move.person_id,
        )

    @property
    def actor(self) -> Actor:
        """Who asked for it; the move has been allowed, so that all of its cases can be seen."""
        return Actor(name=self.started_by, person_id=self.person_id, is_system=True)


_WAITING = select(MovedCase.from_version_id).where(
    MovedCase.move_id == bindparam("move_id", type_=BigInteger),
    MovedCase.case_id == bindparam("case_id", type_=BigInteger),
    MovedCase.state == "waiting",
)
_UNDONE = select(MovedCase.from_version_id, MovedCase.step).where(
    MovedCase.move_id == bindparam("move_id", type_=BigInteger),
    MovedCase.case_id == bindparam("case_id", type_=BigInteger),
    MovedCase.state == "moved",
)
_SETTLE = (
    update(MovedCase)
    .where(MovedCase.move_id == bindparam("m"), MovedCase.case_id == bindparam("c"))
    .values(
        state=bindparam("state", type_=Text),
        step=func.coalesce(bindparam("step", type_=BigInteger), MovedCase.step),
        reasons=bindparam("reasons", type_=JSONB),
        at=bindparam("at", type_=DateTime(timezone=True)),
    )
)
_VERSION = (
    update(Case)
    .where(Case.id == bindparam("c", type_=BigInteger))
    .values(version_id=bindparam("version", type_=BigInteger))
)
_SHOWN = ("name", "name_en", "stage", "form", "sentence", "sentence_en")
_ITEM = (
    update(WorkItem)
    .where(WorkItem.id == bindparam("item_id", type_=PgUUID(as_uuid=True)))
    .values(
        {
            **{name: bindparam(f"to_{name}", type_=Text) for name in _SHOWN},
            "process": bindparam("to_process", type_=Text),
            "element": bindparam("to_element", type_=Text),
            "public": bindparam("to_public", type_=Boolean),
            "pauses": bindparam("to_pauses", type_=Boolean),
        }
    )
)
_SENT = ("process", "element", "name", "name_en", "message", "form", "roles")
_WAIT = (
    update(Wait)
    .where(Wait.id == bindparam("wait_id", type_=PgUUID(as_uuid=True)))
    .values(
        {
            **{
                name: bindparam(f"to_{name}", type_=Text)
                for name in (*_SENT, "sentence", "sentence_en")
            },
            "public": bindparam("to_public", type_=Boolean),
            "unit_id": bindparam("to_unit_id", type_=BigInteger),
        }
    )
)
_DEADLINE = (
    update(Deadline)
    .where(Deadline.id == bindparam("deadline_id", type_=BigInteger))
    .values(
        process=bindparam("to_process", type_=Text), element=bindparam("to_element", type_=Text)
    )
)
_IDS = bindparam("ids", type_=ARRAY(PgUUID(as_uuid=True)))
_AT = bindparam("at", type_=DateTime(timezone=True))
_RUN_ON = (
    update(Deadline)
    .where(Deadline.task_id == func.any(_IDS), Deadline.ended_at == _AT)
    .values(ended_at=None, end=None)
)
_WAIT_ON = update(Wait).where(Wait.id == func.any(_IDS), Wait.ended_at == _AT).values(ended_at=None)


def move_case(city: City, task: Task, case_id: int, *, now: datetime) -> str:
    """Take one case of a move over (or back) and return what became of it.

    '' when somebody else has done it already. What keeps it where it is is written down with the
    case's row of the move. Raises Busy while somebody works on the case.
    """

    def body(frame: Frame) -> str:
        rows = rows_of(frame.session, _WAITING, {"move_id": task.id, "case_id": case_id})
        if not rows:
            return ""
        try:
            return _back(frame, task) if task.kind == "back" else _over(frame, task, rows[0][0])
        except StepFailed as failed:
            return _settle(frame, task, "refused", reasons=[said(Refusal.of(failed))])

    return in_step(city, task.actor, action="migrate", now=now, body=body, case_id=case_id)


def _over(frame: Frame, task: Task, from_version_id: int) -> str:
    if frame.case.version_id != from_version_id or not _under_way(frame):
        return _settle(frame, task, "gone", reasons=[_plain(GONE)])
    passage = Passage(
        old=frame.definition,
        new=frame.city.library.version(task.version_id),
        mapping=mapping_of(task.mapping),
    )
    return _take(frame, task, passage)


def _under_way(frame: Frame) -> bool:
    case = frame.case
    return bool(case.items or case.waits or [one for one in case.deadlines if one.kind == "timer"])


def _take(frame: Frame, task: Task, passage: Passage) -> str:
    """Take a case over by the rules of a move."""
    there = _there(frame, passage)
    host = there.host()
    moved = passage.take(frame.case, host)
    if moved.outcome is None:
        return _settle(frame, task, "refused", reasons=[said(one) for one in moved.refusals])
    effects = there.effects(moved.outcome, host)
    _write(there, task, passage, moved.outcome, effects, host)
    return _settle(frame, task, "moved", step=frame.number)


def _there(frame: Frame, passage: Passage) -> Frame:
    """Return the frame of the same step, made in the other version."""
    return replace(
        frame,
        case=replace(frame.case, version_id=passage.new.version_id),
        definition=passage.new,
    )


def _write(
    frame: Frame,
    task: Task,
    passage: Passage,
    outcome: Outcome,
    effects: Effects,
    host: StepHost,
) -> None:
    before, after = passage.old.number, passage.new.number
    frame.write(
        host,
        effects,
        kind="migrate",
        state=outcome.state,
        timeline=(
            frame.line("version_changed", {"from": before, "to": after, "reason": task.reason}),
        ),
        detail={"from": before, "to": after, "move": task.id, "reason": task.reason},
    )
    pipeline = Pipeline(frame.session)
    pipeline.add(_VERSION, {"c": frame.case.id, "version": passage.new.version_id})
    _show_anew(pipeline, frame, passage, outcome, host)
    pipeline.leave()


def _show_anew(
    pipeline: Pipeline, frame: Frame, passage: Passage, outcome: Outcome, host: StepHost
) -> None:
    """Let what stays open read as the new version calls it; times, people and drafts stay."""
    case = frame.case
    now_at = {one.id: (one.process, one.element) for one in outcome.tasks}
    now_at |= {one.id: (one.process, one.element) for one in outcome.timers}
    for task in outcome.tasks:
        item = case.item(task.id)
        at = now_at[task.id]
        if item is not None and passage.changes((item.process, item.element), at):
            row = {"process": at[0], "element": at[1], **shown(task, host)}
            values = {f"to_{name}": value for name, value in row.items()}
            pipeline.add(_ITEM, {"item_id": task.id, **values})
    for wait in outcome.waits:
        kept = case.wait(wait.id)
        at = (wait.process, wait.element)
        if kept is None:
            continue
        if kept.message != wait.message or passage.changes((kept.process, kept.element), at):
            row = wait_row(host, wait)
            names = (*_SENT, "sentence", "sentence_en", "public", "unit_id")
            pipeline.add(_WAIT, {"wait_id": wait.id, **{f"to_{name}": row[name] for name in names}})
    for deadline in case.deadlines:
        there = now_at.get(deadline.task_id)
        if there is not None and there[1] != deadline.element:
            values = {"to_process": there[0], "to_element": there[1]}
            pipeline.add(_DEADLINE, {"deadline_id": deadline.id, **values})


def _back(frame: Frame, task: Task) -> str:
    """Take a case back: as it was if nothing happened since, else by the rules of a move."""
    rows = rows_of(frame.session, _UNDONE, {"move_id": task.undoes_id, "case_id": frame.case.id})
    if not rows or frame.case.version_id != task.version_id or not _under_way(frame):
        return _settle(frame, task, "gone", reasons=[_plain(MOVED_ON)])
    from_version_id, step = rows[0]
    city = frame.city
    passage = Passage(
        old=city.library.version(from_version_id),
        new=frame.definition,
        mapping=mapping_of(task.mapping),
    ).back()
    if frame.case.revision == step:
        state = _undo(frame, task, passage)
    else:
        state = _take(frame, task, passage)
    if state == "moved":
        _mark(frame, task.undoes_id or 0, "undone")
    return state


def _undo(frame: Frame, task: Task, passage: Passage) -> str:
    """Restore the state of before the move; what the move ended goes on as if it had not."""
    earlier = frame.session.execute(
        select(Step.state, Step.at)
        .where(
            Step.case_id == frame.case.id,
            Step.number.in_((frame.case.revision - 1, frame.case.revision)),
        )
        .order_by(Step.number)
    ).all()
    state, moved_at = bytes(earlier[0].state), earlier[1].at
    there = _there(frame, passage)
    host = there.host()
    outcome = engine.look(passage.new.specification, state)
    effects = there.effects(outcome, host)
    again = [row["id"] for row in effects.new_waits]
    timers = [row["task_id"] for row in effects.new_deadlines]
    effects.new_waits, effects.new_deadlines = [], []
    _write(there, task, passage, outcome, effects, host)
    pipeline = Pipeline(frame.session)
    if timers:
        pipeline.add(_RUN_ON, {"ids": timers, "at": moved_at})
    if again:
        pipeline.add(_WAIT_ON, {"ids": again, "at": moved_at})
    pipeline.leave()
    return _settle(frame, task, "moved", step=frame.number)


def _settle(
    frame: Frame, task: Task, state: str, *, step: int | None = None, reasons: Any = ()
) -> str:
    """Write down what became of a case."""
    _mark(frame, task.id, state, step=step, reasons=list(reasons))
    return state


def _mark(
    frame: Frame, move_id: int, state: str, *, step: int | None = None, reasons: Any = ()
) -> None:
    pipeline = Pipeline(frame.session)
    pipeline.add(
        _SETTLE,
        {
            "m": move_id,
            "c": frame.case.id,
            "state": state,
            "step": step,
            "reasons": list(reasons),
            "at": frame.now,
        },
    )
    pipeline.leave()


def _plain(message: Message) -> dict[str, Any]:
    return {"process": "", "element": "", "said": [str(message), message.params], "lost": ""}


def give_up(
    session: Session, move_id: int, message: Message, now: datetime, *, case_id: int | None = None
) -> None:
    """Write down why a case of a move (all that are left, without an id) was not taken over."""
    left = update(MovedCase).where(MovedCase.move_id == move_id, MovedCase.state == "waiting")
    if case_id is not None:
        left = left.where(MovedCase.case_id == case_id)
    session.execute(left.values(state="refused", reasons=[_plain(message)], at=now))
