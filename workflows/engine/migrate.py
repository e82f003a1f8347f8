"""A running case goes on in another version of its diagrams.

Every token that stands somewhere keeps its id, its values and its due time; only the nodes that it
stands on become those of the other version. What has passed matters only where branches parted or
came together. Where the other version could not go on as drawn the case is refused, with reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from workflows.definitions.messages import Message
from workflows.engine.carrying import Carried, Plan, judge
from workflows.engine.elements import BoundarySplit, EventBasedGateway
from workflows.engine.joins import Join
from workflows.engine.passage import Names, Refusal
from workflows.engine.snapshot import Host, Outcome
from workflows.engine.specification import Specification
from workflows.engine.step import Step
from workflows.engine.tokens import COMPLETED, FINISHED, WAITING, Branch, Called, Run, Token
from workflows.errors import StepFailed

NodeMapping = Mapping[tuple[str, str], str]
"""By (process, element) of the old version: the element that takes its place in the new one."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event that a case begins or stops to wait for when it moves."""

    process: str
    element: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A case in the other version, or why it cannot go there."""

    outcome: Outcome | None
    """Where the case stands; None when it is refused, or nobody was there to set its events."""
    refusals: tuple[Refusal, ...] = ()
    armed: tuple[Event, ...] = ()
    """Events that are new beside what is open; they wait from now on."""
    cancelled: tuple[Event, ...] = ()
    """Events that are no longer beside what is open."""


def migrate(
    spec_from: Specification,
    spec_to: Specification,
    state: bytes,
    mapping: NodeMapping = MappingProxyType({}),
    host: Host | None = None,
    known: Mapping[str, Any] = MappingProxyType({}),
) -> Moved:
    """Take a case over into another version; nothing runs, nothing is written.

    `mapping` says what takes the place of elements whose ids are not in the new version. `known`
    are values that the case has and that only the new version reads: they are given to all of
    its tokens. Without `host` the case is only looked at. Raises StepFailed when the state is
    none of `spec_from`.
    """
    old = Step(spec_from, None, state).run
    step = Step(spec_to, host)
    if old.completed:
        step.run.data, step.run.completed = dict(old.data), True
        step.run.task_tree = Token(step.run, step.run.spec.start)
        return Moved(outcome=step.seen(state, step.run))
    plan = judge(old, spec_to, mapping)
    if not plan.refusals:
        plan.refusals += _carry(old, step, plan, known)
    found: dict[str, Any] = {
        "armed": tuple(_event(spec) for one in plan.carried.values() for spec in one.arms),
        "cancelled": tuple(_event(token.task_spec) for token in plan.cancelled),
    }
    if plan.refusals or host is None:
        return Moved(outcome=None, refusals=tuple(plan.refusals), **found)
    try:
        with step.guarded():
            return Moved(outcome=step.outcome(), **found)
    except StepFailed as failed:
        return Moved(outcome=None, refusals=(Refusal.of(failed),), **found)


def _event(spec: Any) -> Event:
    return Event(
        process=spec._wf_spec.home, element=spec.bpmn_id, name=spec.bpmn_name or spec.bpmn_id
    )


def _carry(old: Run, step: Step, plan: Plan, known: Mapping[str, Any]) -> list[Refusal]:
    """Build the tree of the new version and arm what is new in it; return what stands against."""
    made: dict[UUID, Token] = {}
    for branch in old.branches():
        new = _branch(branch, step.run, made)
        for token in branch.tasks.values():
            carried = plan.carried.get(token.id)
            if carried is not None:
                made[token.id] = _token(token, carried, new, made, plan.names[branch], known)
        new.task_tree = made[branch.task_tree.id]
    if old.newest is not None:
        step.run.newest = made.get(old.newest.id)
    if step.host is not None:
        for token_id, carried in plan.carried.items():
            for spec in carried.arms:
                refusal = _arm(step, made[token_id], spec)
                if refusal is not None:
                    return [refusal]
    return [
        Refusal.at(
            token.task_spec,
            Message(
                "“%(name)s” waits for other branches; in the new version nothing is left to "
                "wait for."
            ),
        )
        for branch in old.branches()
        for token in branch.live_tokens()
        if token.id in made and _goes_on(made[token.id]) and not _goes_on(token)
    ]


def _goes_on(token: Token) -> bool:
    """Whether a token waits at a join that it could pass as soon as somebody looked."""
    spec = token.task_spec
    return isinstance(spec, Join) and spec.is_complete(token)


def _branch(old: Branch, run: Run, made: Mapping[UUID, Token]) -> Branch:
    """Return the empty branch of the new version that a branch goes on in."""
    if not isinstance(old, Called):
        return run
    caller = made[old.caller.id]
    branch = Called(run.subprocess_specs[caller.task_spec.spec], caller)
    run.subprocesses[caller.id] = branch
    return branch


def _token(
    token: Token,
    carried: Carried,
    branch: Branch,
    made: Mapping[UUID, Token],
    names: Names,
    known: Mapping[str, Any],
) -> Token:
    parent = None if token._parent is None else made[token._parent]
    values = token.data
    if any(name not in values for name in known):
        values = {**known, **values}
    if carried.holder is not None:
        assert parent is not None
        parent = Token(branch, carried.holder, parent, COMPLETED)
        parent.data = values
    new = Token(branch, carried.spec, parent, token._state, token.id)
    new.data = values
    new.internal_data = dict(token.internal_data)
    if "arrived" in new.internal_data:
        arrived = new.internal_data["arrived"]
        new.internal_data["arrived"] = sorted(names.new(one) or one for one in arrived)
    if token._state == WAITING:
        branch.waiting[new.id] = new
    return new


def _arm(step: Step, beside: Token, spec: Any) -> Refusal | None:
    """Let an event wait beside an open activity, or beside other events of a choice."""
    holder = beside.parent
    assert isinstance(holder.task_spec, BoundarySplit | EventBasedGateway)
    assert not holder._state & ~FINISHED
    token = Token(beside.workflow, spec, holder)
    token.own = dict(beside.data)
    step.current = token
    try:
        with step.guarded():
            spec._update(token)
    except StepFailed as failed:
        return Refusal.of(failed)
    if token._state == WAITING:
        return None
    return Refusal.at(
        spec, Message("“%(name)s” is new beside what is open, and its condition is true already.")
    )
