"""The ledger: writes a step and all that follows from it, in one pipelined round trip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.database import Pipeline
from workflows import statements
from workflows.actor import Actor
from workflows.audit import chained
from workflows.news import TELL_ENDED
from workflows.operations.context import CaseChanges
from workflows.rows import Effects, Row


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """Who did what: the step's own row and the lines of its story."""

    case_id: int
    number: int
    kind: str
    at: datetime
    actor: Actor
    version_id: int
    state: bytes
    work_item_id: UUID | None = None
    process: str = ""
    element: str = ""
    form: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = ""
    done_by: str = ""
    flows: tuple[tuple[str, str], ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    decided: Mapping[str, Any] = field(default_factory=dict)
    """What decision tables found in this step; like `values` it becomes facts of the case."""
    timeline: tuple[Row, ...] = ()
    action: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The projection before the step, for the columns that the step does not touch."""

    state: str = "open"
    stage: str = ""
    lead_unit_id: int | None = None
    place_id: int | None = None
    result: str = ""
    audit_hash: bytes = b""


def write(
    session: Session,
    step: StepRecord,
    effects: Effects,
    changes: CaseChanges,
    standing: Standing,
) -> None:
    """Write one step with everything that commits together with it."""
    projection = project(standing, effects, changes, step.at)
    pipeline = Pipeline(session)
    pipeline.add(statements.STEP, _step_row(step, changes, projection))
    _write_work(pipeline, step, effects)
    _write_deadlines(pipeline, step, effects)
    for unit_id in sorted(effects.parties | changes.parties):
        pipeline.add(
            statements.PARTY, {"case_id": step.case_id, "unit_id": unit_id, "since_at": step.at}
        )
    pipeline.add_rows(statements.TIMELINE, [*step.timeline, *_operation_lines(step, changes)])
    pipeline.add_rows(statements.NOTICE, effects.notices)
    pipeline.add_rows(statements.UNIT_NOTICE, changes.notices)
    _write_deliveries(pipeline, step, effects, changes, standing)
    hash_ = _audit(pipeline, step, standing.audit_hash)
    pipeline.add(
        statements.PROJECT,
        {
            "case_id": step.case_id,
            "revision": step.number,
            "audit_hash": hash_,
            "updated_at": step.at,
            "facts": {**step.values, **step.decided},
            **projection,
        },
    )
    pipeline.leave()


def project(
    standing: Standing, effects: Effects, changes: CaseChanges, at: datetime
) -> dict[str, Any]:
    """Return the projection columns after a step; `verify` folds them out of the steps again."""
    state = _state(standing, effects, changes)
    closed_at = changes.closed_at or (at if state != "open" and standing.state == "open" else None)
    return {
        "state": state,
        "stage": effects.stage or standing.stage,
        "lead_unit_id": changes.lead_unit_id or standing.lead_unit_id,
        "place_id": changes.place_id or standing.place_id,
        "result": changes.result or standing.result,
        "closed_at": closed_at,
    }


def _step_row(step: StepRecord, changes: CaseChanges, projection: Mapping[str, Any]) -> Row:
    effects: Row = {"projection": dict(projection)}
    if step.flows:
        effects["flows"] = [list(flow) for flow in step.flows]
    if step.rules:
        effects["rules"] = [list(rule) for rule in step.rules]
    if step.decided:
        effects["decided"] = dict(step.decided)
    if changes.counts:
        effects["counts"] = dict(changes.counts)
    return {
        "case_id": step.case_id,
        "number": step.number,
        "kind": step.kind,
        "at": step.at,
        "person_id": step.actor.person_id,
        "actor": step.actor.name,
        "work_item_id": step.work_item_id,
        "process": step.process,
        "element": step.element,
        "form": step.form,
        "values": dict(step.values),
        "version_id": step.version_id,
        "state": step.state,
        "effects": effects,
    }


def _write_work(pipeline: Pipeline, step: StepRecord, effects: Effects) -> None:
    if effects.closed:
        pipeline.add(
            statements.CLOSE_ITEMS,
            {
                "ids": effects.closed,
                "done": effects.done,
                "outcome": step.outcome,
                "done_by": step.done_by,
                "closed_at": step.at,
                "closed_step": step.number,
            },
        )
    pipeline.add_rows(statements.ITEM, effects.opened)
    pipeline.add_rows(statements.MOVE_ITEM, effects.moved_items)
    if effects.ended_waits:
        pipeline.add(statements.END_WAITS, {"ids": effects.ended_waits, "ended_at": step.at})
    pipeline.add_rows(statements.WAIT, effects.new_waits)


def _write_deadlines(pipeline: Pipeline, step: StepRecord, effects: Effects) -> None:
    if effects.ended_deadlines:
        ends = effects.ended_deadlines
        pipeline.add(
            statements.END_DEADLINES,
            {
                "ids": list(ends),
                "met": [key for key, end in ends.items() if end == "met"],
                "fired": [key for key, end in ends.items() if end == "fired"],
                "ended_at": step.at,
            },
        )
    pipeline.add_rows(statements.DEADLINE, effects.new_deadlines)
    pipeline.add_rows(statements.MOVE_DEADLINE, effects.moved_deadlines)
    pipeline.add_rows(statements.CHANGE, effects.deadline_changes)


def _write_deliveries(
    pipeline: Pipeline,
    step: StepRecord,
    effects: Effects,
    changes: CaseChanges,
    standing: Standing,
) -> None:
    """Put into the outbox what the operations asked for, and the news that a case has ended."""
    sender = {"from_case_id": step.case_id, "from_step": step.number, "at": step.at}
    pipeline.add_rows(statements.DELIVERY, [{**row, **sender} for row in changes.deliveries])
    if has_ended(standing, effects, changes):
        result = changes.result or standing.result or _state(standing, effects, changes)
        pipeline.add(TELL_ENDED, {**sender, "result": result})


def has_ended(standing: Standing, effects: Effects, changes: CaseChanges) -> bool:
    """Whether the case stops being open with this step."""
    return standing.state == "open" and _state(standing, effects, changes) != "open"


def _state(standing: Standing, effects: Effects, changes: CaseChanges) -> str:
    state = changes.state or standing.state
    return "closed" if effects.ended and state == "open" else state


def _operation_lines(step: StepRecord, changes: CaseChanges) -> list[Row]:
    return [
        {
            "case_id": step.case_id,
            "step": step.number,
            "at": step.at,
            "kind": kind,
            "actor": step.actor.name,
            "unit": "",
            "public": public,
            "values": dict(values),
        }
        for kind, values, public in changes.timeline
    ]


def _audit(pipeline: Pipeline, step: StepRecord, previous: bytes) -> bytes:
    """Queue the audit entry of a step and return its hash, the head of the case's chain."""
    row: Row = {
        "case_id": step.case_id,
        "at": step.at,
        "person_id": step.actor.person_id,
        "actor": step.actor.name,
        "action": step.action or step.kind,
        "detail": {
            "step": step.number,
            "element": step.element,
            "outcome": step.outcome,
            **step.detail,
        },
    }
    head = chained(previous, row)
    pipeline.add(statements.AUDIT, {**row, "hash": head})
    return head
