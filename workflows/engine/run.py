"""What the other rooms may ask of the engine: one step each, from bytes to bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from workflows.engine.elements import main_of
from workflows.engine.events import happen
from workflows.engine.snapshot import Host, Outcome
from workflows.engine.specification import Specification
from workflows.engine.step import Step, is_timer, is_wait
from workflows.engine.tokens import READY, WAITING, Branch, Run
from workflows.errors import AlreadyDone, Place, StepFailed

_SOMEBODY = "somebody else"


def start(spec: Specification, data: Mapping[str, Any], host: Host) -> Outcome:
    """Begin a case with the given values and run it to its first wait states."""
    step = Step(spec, host)
    with step.guarded():
        step.run.begin(dict(data))
        step.advance()
        return step.outcome()


def complete(
    spec: Specification, state: bytes, task_id: UUID, values: Mapping[str, Any], host: Host
) -> Outcome:
    """Complete a person's task with the given values and run on to the next wait states.

    Raises AlreadyDone when the task is not open, StepFailed when the step cannot be made.
    """
    step = Step(spec, host, state)
    token = step.find(task_id)
    if token is None or token.state != READY:
        raise AlreadyDone(person=_SOMEBODY)
    with step.guarded():
        token.data.update(values)
        step.run_token(token)
        step.advance()
        return step.outcome()


def wake(spec: Specification, state: bytes, timer_ids: Collection[UUID], host: Host) -> Outcome:
    """Let timers happen and run on; the one that was due first goes first.

    Of timers that no longer wait nothing happens; AlreadyDone when that is so for all of them.
    """
    step = Step(spec, host, state)
    ids = set(timer_ids)
    found = [token for token in step.tokens() if token.id in ids and is_timer(token)]
    if not found:
        raise AlreadyDone(person=_SOMEBODY)
    with step.guarded():
        for token in sorted(found, key=lambda one: one.internal_data["due_at"]):
            if token.state == WAITING and token.is_live() and token.workflow.is_current:
                step.current = token
                token.task_spec.event_definition.fire(token)
                step.advance()
        return step.outcome()


def deliver(
    spec: Specification,
    state: bytes,
    message: str,
    payload: Mapping[str, Any],
    host: Host,
    wait_id: UUID | None = None,
) -> Outcome:
    """Hand a message (or signal) to one waiting event and run on.

    With `wait_id` to that one, else to the first one in the case's order. Raises AlreadyDone when
    that one no longer waits, StepFailed when nothing waits for the message.
    """
    step = Step(spec, host, state)
    waiting = [
        token
        for token in step.tokens()
        if is_wait(token) and token.task_spec.event_definition.name == message
    ]
    if wait_id is not None:
        waiting = [token for token in waiting if token.id == wait_id]
        if not waiting:
            raise AlreadyDone(person=_SOMEBODY)
    if not waiting:
        raise StepFailed(
            place=Place(process=spec.main),
            reason=f"nothing waits for the message {message}",
            advice="It may have come too late; look where the case stands.",
            cause="message",
        )
    with step.guarded():
        step.current = waiting[0]
        happen(waiting[0], dict(payload))
        step.advance()
        return step.outcome()


def reopen(
    spec: Specification,
    earlier_state: bytes,
    task_id: UUID,
    host: Host,
    later_state: bytes | None = None,
) -> Outcome:
    """Go back to where a task was open, for its recall; due times stay as they were.

    The task and the timers and messages on its boundary get new ids. With `later_state`, the
    state that is taken back, so does everything that the taken-back step had ended.
    """
    step = Step(spec, host, earlier_state)
    token = step.find(task_id)
    if token is None or token.state != READY:
        raise AlreadyDone(person=_SOMEBODY)
    again = {token.id}
    again.update(one.id for one in token.siblings() if main_of(one) is token)
    if later_state is not None:
        later = {one.id for one in Step(spec, host, later_state).tokens()}
        again.update(one.id for one in step.tokens() if one.id not in later)
    for branch in list(step.run.branches()):
        rename(branch, {one: uuid4() for one in again if one in branch.tasks})
    with step.guarded():
        return step.outcome()


def look(spec: Specification, state: bytes) -> Outcome:
    """Return where a case stands; nothing runs."""
    step = Step(spec, None, state)
    return step.seen(state, step.run)


def rename(branch: Branch, names: Mapping[UUID, UUID]) -> None:
    """Give tokens of a branch new ids, everywhere where the old ones stand."""
    if not names:
        return
    top: Run = branch.top_workflow
    for token in branch.tasks.values():
        token.id = names.get(token.id, token.id)
        token._children = [names.get(one, one) for one in token._children]
        if token._parent is not None:
            token._parent = names.get(token._parent, token._parent)
    branch.tasks = {token.id: token for token in branch.tasks.values()}
    branch.waiting = {token.id: token for token in branch.waiting.values()}
    top.subprocesses = {one.caller.id: one for one in top.subprocesses.values()}
